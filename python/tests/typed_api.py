"""What mypy has to know of every call; it is checked and never run."""

from __future__ import annotations

from typing import Any, assert_type

from ml4t_client import AsyncClient, Client, Rows
from ml4t_client.follower import StreamMessage
from ml4t_client.types import (
    BarsReceipt,
    DetectorPath,
    EnrichedSignal,
    HaltState,
    Health,
    HeldBars,
    LineError,
    Model,
    Outcome,
    Prediction,
    Readiness,
    RecentSignalsSignalsItem,
    RetrainStatus,
    RetrainTriggersTriggersItem,
    Signal,
    SignalDetail,
    Status,
    ToldOutcome,
    Trust,
)


def of_client(client: Client, signal: Signal, prediction: Prediction, told: ToldOutcome, frame: Any) -> None:
    assert_type(client.signal(signal), EnrichedSignal)
    assert_type(client.signals([signal]), Rows[EnrichedSignal | LineError])
    assert_type(client.predict(prediction), EnrichedSignal)
    assert_type(client.predictions([prediction]), Rows[EnrichedSignal | LineError])
    assert_type(client.add_bars("A", frame), BarsReceipt)
    assert_type(client.outcome(told), Outcome)
    assert_type(client.status(), Status)
    assert_type(client.recent_signals(), Rows[RecentSignalsSignalsItem])
    assert_type(client.recorded_signals(after_seq=0), Rows[RecentSignalsSignalsItem])
    assert_type(client.recorded_outcomes(), Rows[Outcome])
    assert_type(client.explain("a"), SignalDetail)
    assert_type(client.trust(), Trust)
    assert_type(client.detector(), DetectorPath)
    assert_type(client.retrainings(), Rows[RetrainTriggersTriggersItem])
    assert_type(client.instruments(), list[str])
    assert_type(client.held_bars("A"), HeldBars)
    assert_type(client.models(), Rows[Model])
    assert_type(client.health(), Health)
    assert_type(client.readiness(), Readiness)
    assert_type(client.metrics(), str)
    assert_type(client.openapi(), dict[str, Any])
    assert_type(client.halt(), HaltState)
    assert_type(client.resume(), HaltState)
    assert_type(client.retrain(), RetrainStatus)
    assert_type(client.promote("v"), Model)
    assert_type(client.rollback("v"), Model)
    for message in client.stream():
        assert_type(message, StreamMessage)
        if message["type"] == "outcome":
            assert_type(message["outcome"], Outcome)


async def of_async_client(client: AsyncClient, signal: Signal) -> None:
    assert_type(await client.signal(signal), EnrichedSignal)
    assert_type(await client.models(), Rows[Model])
    assert_type(await client.halt(), HaltState)
    await client.read_decisions(columns=["seq"], after_seq=3, timeout=9.5)
    async for message in client.stream():
        assert_type(message, StreamMessage)


def wrong(client: Client) -> None:
    """Each line is an error that mypy sees; where it does not, it says that the comment is not needed."""
    client.signal({"instrument_id": "A", "timestamp": 1})  # type: ignore[typeddict-item]
    client.signal({"instrument_id": "A", "signal": 2, "timestamp": 1})  # type: ignore[typeddict-item]
    client.signal({"instrument_id": "A", "signal": 1, "timestamp": 1, "sise": 1})  # type: ignore[typeddict-unknown-key]
    client.predict({"instrument_id": "A", "signal": 1, "timestamp": 1})  # type: ignore[typeddict-item]
    client.status()["halt"]  # type: ignore[typeddict-item]
    client.read_decisions(colums=["seq"])  # type: ignore[call-arg]
    client.halted()  # type: ignore[attr-defined]
