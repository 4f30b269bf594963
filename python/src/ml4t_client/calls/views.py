"""Calls that look and change nothing."""

from __future__ import annotations

from typing import Any, cast

from ml4t_client.calls.call import Call, call_of, read_json
from ml4t_client.rows import Rows
from ml4t_client.types import (
    DetectorPath,
    Health,
    HeldBars,
    Model,
    Outcome,
    Readiness,
    RecentSignalsSignalsItem,
    RetrainTriggersTriggersItem,
    SignalDetail,
    Status,
    Trust,
)


def status() -> Call[Status]:
    """Everything at a glance."""
    return call_of("status", lambda body: cast(Status, read_json(body)))


def recent_signals(instrument_id: str | None = None, limit: int | None = None) -> Call[Rows[RecentSignalsSignalsItem]]:
    """The latest signals since the start of the service, newest first."""
    query = {"instrument_id": instrument_id, "limit": limit}
    return call_of("recentSignals", lambda body: Rows(read_json(body)["signals"]), query=query)


def recorded_signals(after_seq: int, limit: int | None = None) -> Call[Rows[RecentSignalsSignalsItem]]:
    """Recorded signals in the order of their numbers."""
    query = {"after_seq": after_seq, "limit": limit}
    return call_of("recentSignals", lambda body: Rows(read_json(body)["signals"]), query=query)


def recorded_outcomes(after_seq: int | None = None, limit: int | None = None) -> Call[Rows[Outcome]]:
    """Recorded outcomes in the order of their numbers."""
    query = {"after_seq": after_seq, "limit": limit}
    return call_of("recordedOutcomes", lambda body: Rows(read_json(body)["outcomes"]), query=query)


def explain(signal_id: str) -> Call[SignalDetail]:
    """One recorded decision."""
    path = {"signal_id": signal_id}
    return call_of("explainSignal", lambda body: cast(SignalDetail, read_json(body)), path=path)


def trust() -> Call[Trust]:
    """Whether the serving model may be believed."""
    return call_of("trust", lambda body: cast(Trust, read_json(body)))


def detector() -> Call[DetectorPath]:
    """The sequential detector of decay."""
    return call_of("detectorPath", lambda body: cast(DetectorPath, read_json(body)))


def retrainings(limit: int | None = None) -> Call[Rows[RetrainTriggersTriggersItem]]:
    """The latest retrainings."""
    return call_of("retrainTriggers", lambda body: Rows(read_json(body)["triggers"]), query={"limit": limit})


def instruments() -> Call[list[str]]:
    """Instruments whose bars are held."""
    return call_of("listInstruments", lambda body: cast(list[str], read_json(body)["instruments"]))


def held_bars(instrument_id: str, bar_type: str | None = None, limit: int | None = None) -> Call[HeldBars]:
    """The latest held bars of a series."""
    return call_of(
        "heldBars",
        lambda body: cast(HeldBars, read_json(body)),
        path={"instrument_id": instrument_id},
        query={"bar_type": bar_type, "limit": limit},
    )


def models() -> Call[Rows[Model]]:
    """The models that are kept."""
    return call_of("listModels", lambda body: Rows(read_json(body)["models"]))


def health() -> Call[Health]:
    """Whether the process lives."""
    return call_of("health", lambda body: cast(Health, read_json(body)))


def readiness() -> Call[Readiness]:
    """Whether signals may be sent."""
    return call_of("readiness", lambda body: cast(Readiness, read_json(body)))


def metrics() -> Call[str]:
    """Figures for Prometheus."""
    return call_of("metrics", lambda body: body.decode())


def openapi() -> Call[dict[str, Any]]:
    """The OpenAPI document."""
    return call_of("openapi", lambda body: cast(dict[str, Any], read_json(body)))
