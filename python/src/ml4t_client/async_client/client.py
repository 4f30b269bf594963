"""The client that lets others run meanwhile."""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from ml4t_client.address import address_of
from ml4t_client.async_client.control import Control
from ml4t_client.async_client.judging import Judging
from ml4t_client.async_client.views import Views
from ml4t_client.async_transport import AsyncTransport
from ml4t_client.calls import Call
from ml4t_client.follower import DEFAULT_TYPES, EventType, Numbered

if TYPE_CHECKING:
    import pyarrow as pa

    from ml4t_client.async_client.stream import AsyncStream

T = TypeVar("T")


class AsyncClient(Judging, Views, Control):
    """Asks a running service (`ml4t serve`) from an event loop: the same calls as `Client`, to be awaited.

    Tasks of one loop may share it. It needs h11: `pip install 'ml4t-orchestrator-client[async]'`.

    Args:
        url: Of the service, `http://127.0.0.1:8787` by default.
        token: What stands in the file of `server.token_file`; None where none is set.
        timeout: Seconds for a call, all attempts together, and the wait for a connection.
        max_connections: Most calls at once; further ones wait for their turn.
        ssl_context: For https with a certificate of your own: `ssl.create_default_context(cafile=...)`.

    Raises:
        ValueError: The url, the timeout or the number cannot be one.
    """

    def __init__(
        self,
        url: str = "http://127.0.0.1:8787",
        *,
        token: str | None = None,
        timeout: float = 5.0,
        max_connections: int = 32,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._address = address_of(url, token, ssl_context)
        self._transport = AsyncTransport(self._address, timeout=timeout, max_connections=max_connections)

    @property
    def url(self) -> str:
        """Of the service."""
        return self._address.url

    def stream(
        self,
        types: Sequence[EventType] = DEFAULT_TYPES,
        *,
        after: Mapping[Numbered, int] | None = None,
        silence: float = 60.0,
    ) -> AsyncStream:
        """What happens, as it happens: as `Client.stream`, to be iterated by `async for`.

        Args:
            types: Of messages: `enriched`, `outcome`, `state`, `bars`.
            after: The last numbers that you have acted on, `{"enriched": 41, "outcome": 17}`: what came since is passed
                on first. A type that is left out begins with what happens from now on.
            silence: Seconds without a sign of life after which the connection counts as lost.

        Raises:
            ModuleNotFoundError: websockets is not installed.
            ValueError: A type, a number or the seconds cannot be one.
        """
        from ml4t_client.async_client.stream import AsyncStream

        return AsyncStream(self._address, self._send, types, after or {}, silence)

    async def read_decisions(
        self, *, columns: Sequence[str] | None = None, after_seq: int = 0, timeout: float = 60.0
    ) -> pa.RecordBatchReader:
        """Every recorded decision as Arrow, with its features and its outcome, fetched while others run.

        The reader is that of `ml4t_client.read_decisions`: it holds a batch at a time, of a file on this machine. What
        takes all of them at once is long for an event loop: `await asyncio.to_thread(reader.read_pandas)`. It needs
        pyarrow: `pip install 'ml4t-orchestrator-client[arrow]'`.

        Args:
            columns: Those to read, in this order; by default all but `answer`, the text of the answer.
            after_seq: Decisions with a higher number only; 0 for all.
            timeout: Seconds until the answer begins, and without a byte of it after which it is given up.

        Raises:
            ModuleNotFoundError: pyarrow is not installed.
            RefusedError: The service refused.
            NoAnswerError: It did not answer, or broke off.
            ClientError: A column is not there.
        """
        from ml4t_client.async_decisions import decisions_of

        return await decisions_of(self._address, columns, after_seq, timeout)

    async def close(self) -> None:
        """Closes the connections that are kept; the next call opens one again."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _send(self, call: Call[T], timeout: float | None) -> T:
        return await self._transport.send(call, timeout)
