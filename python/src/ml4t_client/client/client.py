"""The client that waits."""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from ml4t_client.address import address_of
from ml4t_client.calls import Call
from ml4t_client.client.control import Control
from ml4t_client.client.judging import Judging
from ml4t_client.client.views import Views
from ml4t_client.follower import DEFAULT_TYPES, EventType, Numbered
from ml4t_client.transport import Transport

if TYPE_CHECKING:
    import pyarrow as pa

    from ml4t_client.client.stream import Stream

T = TypeVar("T")


class Client(Judging, Views, Control):
    """Asks a running service (`ml4t serve`).

    Threads may share a client. A signal, bars and an outcome may be sent again: the same signal gets its recorded
    answer, the same bars are repeated, the same outcome changes nothing. So such a call, and every one that only looks,
    is tried again while the service is busy or away, until its time is over. Those that could undo what someone did
    meanwhile (`resume`, `retrain`, `promote`, `rollback`) are sent once.

    Args:
        url: Of the service, `http://127.0.0.1:8787` by default.
        token: What stands in the file of `server.token_file`; None where none is set.
        timeout: Seconds for a call, all attempts together.
        ssl_context: For https with a certificate of your own: `ssl.create_default_context(cafile=...)`.

    Raises:
        ValueError: The url or the timeout cannot be one.
    """

    def __init__(
        self,
        url: str = "http://127.0.0.1:8787",
        *,
        token: str | None = None,
        timeout: float = 5.0,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._address = address_of(url, token, ssl_context)
        self._transport = Transport(self._address, timeout=timeout)

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
    ) -> Stream:
        """What happens, as it happens; see `Stream`.

        It needs websockets: `pip install 'ml4t-orchestrator-client[stream]'`.

        Args:
            types: Of messages: `enriched`, `outcome`, `state`, `bars`.
            after: The last numbers that you have acted on, `{"enriched": 41, "outcome": 17}`: what came since is passed
                on first. A type that is left out begins with what happens from now on.
            silence: Seconds without a sign of life after which the connection counts as lost.

        Raises:
            ModuleNotFoundError: websockets is not installed.
            ValueError: A type, a number or the seconds cannot be one.
        """
        from ml4t_client.client.stream import Stream

        return Stream(self._address, self._send, types, after or {}, silence)

    def read_decisions(
        self, *, columns: Sequence[str] | None = None, after_seq: int = 0, timeout: float = 60.0
    ) -> pa.RecordBatchReader:
        """Every recorded decision as Arrow, with its features and its outcome.

        As `ml4t_client.read_decisions` of its url: the reader holds a batch at a time. It needs pyarrow:
        `pip install 'ml4t-orchestrator-client[arrow]'`.

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
        from ml4t_client.decisions import decisions_of

        return decisions_of(self._address, columns, after_seq, timeout)

    def close(self) -> None:
        """Closes the connections that are kept; the next call opens one again."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _send(self, call: Call[T], timeout: float | None) -> T:
        return self._transport.send(call, timeout)
