"""Calls that judge signals, and those that feed what they are judged by."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Literal, cast

from ml4t_client.bars import Bars, sendable
from ml4t_client.calls.call import NDJSON, Call, call_of, line_of, read_json
from ml4t_client.rows import Rows
from ml4t_client.types import (
    BarsReceipt,
    EnrichedSignal,
    LineError,
    Outcome,
    Prediction,
    Signal,
    ToldOutcome,
)

_Judge = Literal["judgeSignals", "judgePredictions"]


def judge(signal: Signal, *, durable: bool = False, include_bars: bool = False) -> Call[EnrichedSignal]:
    """One signal."""
    return _judge("judgeSignals", signal, durable, include_bars)


def judge_many(
    signals: Iterable[Signal], *, durable: bool = False, include_bars: bool = False
) -> Call[Rows[EnrichedSignal | LineError]]:
    """Many signals, each answered in its place."""
    return _judge_many("judgeSignals", signals, durable, include_bars)


def predict(prediction: Prediction, *, durable: bool = False, include_bars: bool = False) -> Call[EnrichedSignal]:
    """One signal with a probability."""
    return _judge("judgePredictions", prediction, durable, include_bars)


def predict_many(
    predictions: Iterable[Prediction], *, durable: bool = False, include_bars: bool = False
) -> Call[Rows[EnrichedSignal | LineError]]:
    """Many signals with probabilities, each answered in its place."""
    return _judge_many("judgePredictions", predictions, durable, include_bars)


def add_bars(
    instrument_id: str, bars: Bars, *, bar_type: str | None = None, durable: bool = False
) -> Call[BarsReceipt]:
    """Bars of one series."""
    return call_of(
        "addBars",
        lambda body: cast(BarsReceipt, read_json(body)),
        path={"instrument_id": instrument_id},
        query={"bar_type": bar_type, "durable": durable},
        body=line_of(sendable(bars)),
    )


def tell_outcome(outcome: ToldOutcome, *, durable: bool = False) -> Call[Outcome]:
    """How a signal ended."""
    return call_of(
        "tellOutcome",
        lambda body: cast(Outcome, read_json(body)),
        query={"durable": durable},
        body=line_of(outcome),
    )


def _judge(
    operation_id: _Judge, signal: Signal | Prediction, durable: bool, include_bars: bool
) -> Call[EnrichedSignal]:
    return call_of(
        operation_id,
        lambda body: cast(EnrichedSignal, read_json(body)),
        query={"durable": durable, "include_bars": include_bars},
        body=line_of(_plain(signal)),
    )


def _judge_many(
    operation_id: _Judge, signals: Iterable[Signal | Prediction], durable: bool, include_bars: bool
) -> Call[Rows[EnrichedSignal | LineError]]:
    return call_of(
        operation_id,
        lambda body: Rows(read_json(line) for line in body.splitlines() if line),
        query={"durable": durable, "include_bars": include_bars},
        body=b"\n".join(line_of(_plain(signal)) for signal in signals),
        content_type=NDJSON,
    )


def _plain(signal: Signal | Prediction) -> Mapping[str, object]:
    """The signal with None for a column that is not a number: both say that there is no value."""
    features = signal.get("features")
    if features is None:
        return cast(Mapping[str, object], signal)
    known = {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in features.items()
    }
    return {**signal, "features": known}
