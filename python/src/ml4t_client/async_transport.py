"""HTTP/1.1 on the event loop, by h11, with connections that are kept."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TypeVar

from ml4t_client.address import Address
from ml4t_client.attempts import Attempts, wait_of
from ml4t_client.calls import Call
from ml4t_client.errors import missing_part

try:
    import h11
except ModuleNotFoundError as fault:
    raise missing_part("AsyncClient", "h11", "async") from fault

T = TypeVar("T")

_READ_BYTES = 65_536


@dataclass
class _Connection:
    """One connection, and where it stands."""

    state: h11.Connection
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


class AsyncTransport:
    """Sends calls to one service, at most `max_connections` at once; others wait for their turn, in their time."""

    def __init__(self, address: Address, *, timeout: float, max_connections: int) -> None:
        if not timeout > 0:
            raise ValueError(f"timeout must be > 0 s, was {timeout}")
        if max_connections < 1:
            raise ValueError(f"max_connections must be > 0, was {max_connections}")
        self._address = address
        self._timeout = timeout
        self._turns = asyncio.Semaphore(max_connections)
        self._idle: deque[_Connection] = deque()

    async def send(self, call: Call[T], timeout: float | None = None) -> T:
        """Sends until the call is taken, refused for good, or out of time.

        Args:
            call: What to send.
            timeout: Seconds for all attempts together; None for the timeout of the transport.

        Raises:
            RefusedError: The service refused, and would refuse it again.
            NoAnswerError: Nothing came back in time.
        """
        attempts = Attempts(call, self._address.url, self._timeout if timeout is None else timeout)
        while True:
            try:
                async with asyncio.timeout(attempts.left), self._turns:
                    status, body, wait = await self._attempt(call)
            except (OSError, EOFError, h11.RemoteProtocolError) as fault:  # a TimeoutError is an OSError
                pause = attempts.failed(fault)
            else:
                if attempts.is_answer(status):
                    return call.read(body)
                pause = attempts.refused(status, body, wait)
            await asyncio.sleep(pause)

    async def close(self) -> None:
        """Closes the connections that are kept."""
        while self._idle:
            self._idle.pop().writer.close()

    async def _attempt(self, call: Call[T]) -> tuple[int, bytes, float]:
        """Status, body and the seconds that the service asks to wait; a kept connection may have ended meanwhile."""
        while call.is_repeatable and self._idle:
            try:
                return await self._exchange(self._idle.pop(), call)
            except (ConnectionError, EOFError, h11.RemoteProtocolError):
                continue
        address = self._address
        reader, writer = await asyncio.open_connection(address.host, address.port, ssl=address.ssl_context)
        return await self._exchange(_Connection(h11.Connection(h11.CLIENT), reader, writer), call)

    async def _exchange(self, connection: _Connection, call: Call[T]) -> tuple[int, bytes, float]:
        state, writer = connection.state, connection.writer
        try:
            writer.write(self._request(state, call))
            await writer.drain()
            head = await _next(connection)
            while isinstance(head, h11.InformationalResponse):
                head = await _next(connection)
            if not isinstance(head, h11.Response):
                raise EOFError("the connection ended before the answer")
            parts: list[bytes] = []
            while isinstance(event := await _next(connection), h11.Data):
                parts.append(bytes(event.data))
            if not isinstance(event, h11.EndOfMessage):
                raise EOFError("the connection ended inside the answer")
        except BaseException:
            writer.close()
            raise
        self._keep(connection)
        headers = {bytes(name): bytes(value).decode("latin-1") for name, value in head.headers}
        return head.status_code, b"".join(parts), wait_of(headers.get(b"retry-after"))

    def _request(self, state: h11.Connection, call: Call[T]) -> bytes:
        headers = {"host": self._address.authority, **self._address.headers}
        body = b"" if call.body is None else call.body
        if call.body is not None:
            headers["content-type"] = call.content_type
        if call.body is not None or call.method == "POST":
            headers["content-length"] = str(len(body))
        events: list[h11.Event] = [h11.Request(method=call.method, target=call.path, headers=list(headers.items()))]
        if body:
            events.append(h11.Data(data=body))
        events.append(h11.EndOfMessage())
        return b"".join(state.send(event) or b"" for event in events)

    def _keep(self, connection: _Connection) -> None:
        state = connection.state
        if state.our_state is h11.DONE and state.their_state is h11.DONE:
            state.start_next_cycle()
            self._idle.append(connection)
        else:
            connection.writer.close()


async def _next(connection: _Connection) -> object:
    """The next event of the answer."""
    while True:
        event = connection.state.next_event()
        if event is not h11.NEED_DATA:
            return event
        connection.state.receive_data(await connection.reader.read(_READ_BYTES))
