"""The synchronous client."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self

from ml4t_client import calls
from ml4t_client.transport import Transport
from ml4t_client.types import (
    Bar,
    BarColumns,
    BarsReceipt,
    EnrichedSignal,
    LineError,
    Outcome,
    Prediction,
    Signal,
    Status,
    ToldOutcome,
)


class Client:
    """Asks a running service (`ml4t serve`).

    Threads may share a client. Every call may be sent again: the same signal gets its recorded answer, the same bars
    are repeated, the same outcome changes nothing. So a call is tried again while the service is busy or away, until
    its time is over.

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
        self._transport = Transport(url, token=token, timeout=timeout, ssl_context=ssl_context)

    @property
    def url(self) -> str:
        """Of the service."""
        return self._transport.url

    def signal(self, signal: Signal, *, durable: bool = False, timeout: float | None = None) -> EnrichedSignal:
        """Judges one signal.

        Args:
            signal: Its bars, at least 100, or none where the service holds them (`add_bars`).
            durable: Whether the answer waits until its record survives a crash.
            timeout: Seconds for this call; None for that of the client.

        Raises:
            RefusedError: `NOT_ENOUGH_BARS`, `ID_CONFLICT`, `INVALID_VALUE` and others of the OpenAPI document.
            NoAnswerError: Nothing came back in time.
        """
        return self._transport.send(calls.judge(signal, durable=durable), timeout)

    def signals(
        self, signals: Iterable[Signal], *, durable: bool = False, timeout: float | None = None
    ) -> list[EnrichedSignal | LineError]:
        """Judges many signals in one request, in order; one that is refused has its error in its place.

        At most 100,000 signals and `server.max_batch_bytes` (16 MiB); larger ones are refused whole (`BODY_TOO_LARGE`).
        """
        return self._transport.send(calls.judge_many(signals, durable=durable), timeout)

    def predict(self, prediction: Prediction, *, durable: bool = False, timeout: float | None = None) -> EnrichedSignal:
        """Judges one signal that a model of yours gave a probability.

        The confidence of the answer is that probability calibrated, where the serving model reads
        `signal_probability`. Under any other model `reason` says that it was not used; without one the
        confidence is the default. It is recorded and followed to its outcome in every case.

        Args:
            prediction: A signal with `probability`: that a trade in its direction wins, [0, 1]. Where the model says
                how likely the price is to rise, that of a sell is 1 minus it.
            durable: Whether the answer waits until its record survives a crash.
            timeout: Seconds for this call; None for that of the client.

        Raises:
            RefusedError: `INVALID_VALUE` for no probability, or a percentage; and as `signal`.
            ValueError: The probability is NaN.
            NoAnswerError: Nothing came back in time.
        """
        return self._transport.send(calls.predict(prediction, durable=durable), timeout)

    def predictions(
        self, predictions: Iterable[Prediction], *, durable: bool = False, timeout: float | None = None
    ) -> list[EnrichedSignal | LineError]:
        """Judges many predictions in one request, as `signals` does."""
        return self._transport.send(calls.predict_many(predictions, durable=durable), timeout)

    def add_bars(
        self,
        instrument_id: str,
        bars: Sequence[Bar] | BarColumns,
        *,
        bar_type: str | None = None,
        timeout: float | None = None,
    ) -> BarsReceipt:
        """Feeds bars of one series, oldest first: a list of bars, or columns (half the bytes).

        Args:
            instrument_id: For example `BTCUSDT.BINANCE`.
            bars: `ts_event` is when a bar closed, UNIX nanoseconds.
            bar_type: Which series of the instrument; None for the one without a type.
            timeout: Seconds for this call; None for that of the client.
        """
        return self._transport.send(calls.add_bars(instrument_id, bars, bar_type), timeout)

    def outcome(self, outcome: ToldOutcome, *, durable: bool = False, timeout: float | None = None) -> Outcome:
        """Tells how a signal ended: its label, its gross return, or both.

        Raises:
            RefusedError: `UNKNOWN_SIGNAL` where it was never answered, `OUTCOME_CONFLICT` where another is recorded.
        """
        return self._transport.send(calls.tell_outcome(outcome, durable=durable), timeout)

    def status(self, *, timeout: float | None = None) -> Status:
        """Everything at a glance: the serving model, feeds, counts, halted or not."""
        return self._transport.send(calls.status(), timeout)

    def close(self) -> None:
        """Closes the connections that are kept; the next call opens one again."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
