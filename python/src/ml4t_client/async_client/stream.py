"""The stream, as an asynchronous iterator."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from ml4t_client.address import Address
from ml4t_client.attempts import BUSY
from ml4t_client.calls import Call
from ml4t_client.errors import NoAnswerError, RefusedError, missing_part
from ml4t_client.follower import BehindError, EventType, Follower, Numbered, Steps, StreamMessage
from ml4t_client.reconnecting import Pauses, options_of, raise_for_good

try:
    from websockets.asyncio.client import ClientConnection, connect
    from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
except ModuleNotFoundError as fault:
    raise missing_part("The stream", "websockets", "stream") from fault


class AsyncStream:
    """Messages in order, over all connections; see `Stream`."""

    def __init__(
        self,
        address: Address,
        send: Callable[[Call[Any], float | None], Awaitable[Any]],
        types: Sequence[EventType],
        after: Mapping[Numbered, int],
        silence: float,
    ) -> None:
        self._address = address
        self._send = send
        self._follower = Follower(types, after)
        self._options = options_of(address, silence)
        self._socket: ClientConnection | None = None
        self._is_closed = False
        #: Number of connections that were made.
        self.n_connections = 0
        #: Why the latest connection ended; None before the first end.
        self.fault: str | None = None

    @property
    def seq(self) -> dict[Numbered, int]:
        """Numbers of the last answer and outcome that were passed on; see `Stream.seq`."""
        return self._follower.seq

    async def close(self) -> None:
        """Ends the iteration."""
        self._is_closed = True
        if self._socket is not None:
            await self._socket.close()

    async def __aiter__(self) -> AsyncIterator[StreamMessage]:
        pauses = Pauses()
        while not self._is_closed:
            try:
                async with connect(self._address.stream_url + self._follower.path, **self._options) as socket:
                    self._socket = socket
                    self.n_connections += 1
                    async for text in socket:
                        async for message in self._run(self._follower.take(text)):
                            yield message
                        pauses.reset()
                self.fault = "the service closed the connection"
            except InvalidStatus as fault:
                raise_for_good(fault.response)
                self.fault = str(fault)
            except RefusedError as fault:
                if fault.status not in BUSY:
                    raise
                self.fault = str(fault)
            except (OSError, ConnectionClosed, InvalidHandshake, NoAnswerError, BehindError) as fault:
                self.fault = str(fault) or type(fault).__name__
            if not self._is_closed:
                await asyncio.sleep(pauses.next())

    async def _run(self, steps: Steps) -> AsyncIterator[StreamMessage]:
        answer: Any = None
        while True:
            try:
                step = steps.send(answer)
            except StopIteration:
                return
            answer = None
            if isinstance(step, Call):
                answer = await self._send(step, None)
            elif isinstance(step, float):
                await asyncio.sleep(step)
            else:
                yield step

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
