"""One connection of HTTP/1.1 on the event loop, by h11."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Self

from ml4t_client.address import Address
from ml4t_client.attempts import wait_of
from ml4t_client.calls import Call
from ml4t_client.errors import missing_part

try:
    import h11
except ModuleNotFoundError as fault:
    raise missing_part("AsyncClient", "h11", "async") from fault

#: A connection ended before its answer was there.
ENDED = (ConnectionError, EOFError, h11.RemoteProtocolError)
#: No answer came, for whatever reason; a `TimeoutError` is an `OSError`.
FAULTS = (OSError, *ENDED)
_READ_BYTES = 65_536


class Connection:
    """Asks and hears one answer at a time. Whoever breaks off in the middle of one closes it."""

    def __init__(self, address: Address, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._address = address
        self._reader = reader
        self._writer = writer
        self._state = h11.Connection(h11.CLIENT)

    @classmethod
    async def to(cls, address: Address) -> Self:
        """A new one. Raises OSError where nobody is there."""
        return cls(address, *await asyncio.open_connection(address.host, address.port, ssl=address.ssl_context))

    async def ask(self, call: Call[Any]) -> tuple[int, float]:
        """Sends a call. Returns the status of its answer, and the seconds that the service asks to wait."""
        self._writer.write(self._request(call))
        await self._writer.drain()
        head = await self._next()
        while isinstance(head, h11.InformationalResponse):
            head = await self._next()
        if not isinstance(head, h11.Response):
            raise EOFError("the connection ended before the answer")
        headers = {bytes(name): bytes(value).decode("latin-1") for name, value in head.headers}
        return head.status_code, wait_of(headers.get(b"retry-after"))

    async def pieces(self) -> AsyncIterator[bytes]:
        """The bytes of the answer, as they come."""
        while isinstance(event := await self._next(), h11.Data):
            yield bytes(event.data)
        if not isinstance(event, h11.EndOfMessage):
            raise EOFError("the connection ended inside the answer")

    def is_free(self) -> bool:
        """Whether the answer was heard to its end, and another call may be sent."""
        if self._state.our_state is not h11.DONE or self._state.their_state is not h11.DONE:
            return False
        self._state.start_next_cycle()
        return True

    def close(self) -> None:
        """Ends it, in the middle of an answer too."""
        self._writer.close()

    def _request(self, call: Call[Any]) -> bytes:
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
        return b"".join(self._state.send(event) or b"" for event in events)

    async def _next(self) -> object:
        """The next event of the answer."""
        while True:
            event = self._state.next_event()
            if event is not h11.NEED_DATA:
                return event
            self._state.receive_data(await self._reader.read(_READ_BYTES))
