"""The stream, as an iterator."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from ml4t_client.address import Address
from ml4t_client.attempts import BUSY
from ml4t_client.calls import Call
from ml4t_client.errors import NoAnswerError, RefusedError, missing_part
from ml4t_client.follower import BehindError, EventType, Follower, Numbered, Steps, StreamMessage
from ml4t_client.reconnecting import Pauses, options_of, raise_for_good

try:
    from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
    from websockets.sync.client import ClientConnection, connect
except ModuleNotFoundError as fault:
    raise missing_part("The stream", "websockets", "stream") from fault


class Stream:
    """Messages in order, over all connections: a lost one is made again until `close`.

    Answers and outcomes come without a gap and none twice: those that were missed are read from the journal. Messages
    `state` and `bars` show how things are and are not repeated. Where a crash took back answers that you had, a message
    `lost` says so.

    Iterate over it in one thread; `close` may be called by another.

    Raises:
        RefusedError: While iterating: the service refuses for good, as for a wrong token.
    """

    def __init__(
        self,
        address: Address,
        send: Callable[[Call[Any], float | None], Any],
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
        """Numbers of the last answer and outcome that were passed on.

        Keep those that you have acted on, and give them to the next stream as `after`.
        """
        return self._follower.seq

    def close(self) -> None:
        """Ends the iteration."""
        self._is_closed = True
        if self._socket is not None:
            self._socket.close()

    def __iter__(self) -> Iterator[StreamMessage]:
        pauses = Pauses()
        while not self._is_closed:
            try:
                with connect(self._address.stream_url + self._follower.path, **self._options) as socket:
                    self._socket = socket
                    self.n_connections += 1
                    for text in socket:
                        yield from self._run(self._follower.take(text))
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
                time.sleep(pauses.next())

    def _run(self, steps: Steps) -> Iterator[StreamMessage]:
        answer: Any = None
        while True:
            try:
                step = steps.send(answer)
            except StopIteration:
                return
            answer = None
            if isinstance(step, Call):
                answer = self._send(step, None)
            elif isinstance(step, float):
                time.sleep(step)
            else:
                yield step

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
