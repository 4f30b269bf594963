"""Signals, and what they are judged by. Made of `client/judging.py` by make_async.py; do not edit."""

from __future__ import annotations

from collections.abc import Iterable

from ml4t_client import calls
from ml4t_client.bars import Bars
from ml4t_client.rows import Rows
from ml4t_client.sender import AsyncSender
from ml4t_client.types import (
    BarsReceipt,
    EnrichedSignal,
    LineError,
    Outcome,
    Prediction,
    Signal,
    ToldOutcome,
)


class Judging(AsyncSender):
    """Signals, and what they are judged by."""

    async def signal(
        self, signal: Signal, *, durable: bool = False, include_bars: bool = False, timeout: float | None = None
    ) -> EnrichedSignal:
        """Judges one signal.

        Args:
            signal: With its bars, at least 100, or none where the service holds them (`add_bars`).
            durable: Whether the answer waits until its record survives a crash.
            include_bars: Whether the answer has the bars that it was judged by.
            timeout: Seconds for this call; None for that of the client.

        Raises:
            RefusedError: `NOT_ENOUGH_BARS`, `ID_CONFLICT`, `INVALID_VALUE` and others of the OpenAPI document.
            NoAnswerError: Nothing came back in time.
        """
        return await self._send(calls.judge(signal, durable=durable, include_bars=include_bars), timeout)

    async def signals(
        self,
        signals: Iterable[Signal],
        *,
        durable: bool = False,
        include_bars: bool = False,
        timeout: float | None = None,
    ) -> Rows[EnrichedSignal | LineError]:
        """Judges many signals in one request, in order; one that is refused has its error in its place.

        At most 100,000 signals and `server.max_batch_bytes` (16 MiB); larger ones are refused whole (`BODY_TOO_LARGE`).
        """
        return await self._send(calls.judge_many(signals, durable=durable, include_bars=include_bars), timeout)

    async def predict(
        self, prediction: Prediction, *, durable: bool = False, include_bars: bool = False, timeout: float | None = None
    ) -> EnrichedSignal:
        """Judges one signal that a model of yours gave a probability.

        The confidence of the answer is that probability calibrated, where the serving model reads
        `signal_probability`. Under any other model `reason` says that it was not used; without one the
        confidence is the default. It is recorded and followed to its outcome in every case.

        Args:
            prediction: A signal with `probability`: that a trade in its direction wins, [0, 1]. Where the model says
                how likely the price is to rise, that of a sell is 1 minus it.
            durable: Whether the answer waits until its record survives a crash.
            include_bars: Whether the answer has the bars that it was judged by.
            timeout: Seconds for this call; None for that of the client.

        Raises:
            RefusedError: `INVALID_VALUE` for no probability, or a percentage; and as `signal`.
            ValueError: The probability is NaN.
            NoAnswerError: Nothing came back in time.
        """
        return await self._send(calls.predict(prediction, durable=durable, include_bars=include_bars), timeout)

    async def predictions(
        self,
        predictions: Iterable[Prediction],
        *,
        durable: bool = False,
        include_bars: bool = False,
        timeout: float | None = None,
    ) -> Rows[EnrichedSignal | LineError]:
        """Judges many predictions in one request, as `signals` does."""
        return await self._send(calls.predict_many(predictions, durable=durable, include_bars=include_bars), timeout)

    async def add_bars(
        self,
        instrument_id: str,
        bars: Bars,
        *,
        bar_type: str | None = None,
        durable: bool = False,
        timeout: float | None = None,
    ) -> BarsReceipt:
        """Feeds bars of one series, oldest first.

        Args:
            instrument_id: For example `BTCUSDT.BINANCE`.
            bars: A list of bars, columns, or a table of pandas, polars, Arrow or NumPy whose column `ts_event` is
                when a bar closed. `bar_columns` makes them of any other table.
            bar_type: Which series of the instrument; None for the one without a type.
            durable: Whether the answer waits until the bars survive a crash.
            timeout: Seconds for this call; None for that of the client.

        Raises:
            RefusedError: `INVALID_VALUE` for bars that break a rule, `FUTURE_TIMESTAMP` and others.
            ValueError: A value is not known, a column is missing, or a time says no time zone.
            NoAnswerError: Nothing came back in time.
        """
        return await self._send(calls.add_bars(instrument_id, bars, bar_type=bar_type, durable=durable), timeout)

    async def outcome(self, outcome: ToldOutcome, *, durable: bool = False, timeout: float | None = None) -> Outcome:
        """Reports how a signal ended: its label, its gross return, or both.

        Raises:
            RefusedError: `UNKNOWN_SIGNAL` where it was never answered, `OUTCOME_CONFLICT` where another is recorded.
            NoAnswerError: Nothing came back in time.
        """
        return await self._send(calls.tell_outcome(outcome, durable=durable), timeout)
