"""What a fake service shows of itself. Whatever takes judging is empty: it judges nothing."""

from __future__ import annotations

from typing import Any, cast

from ml4t_client.operations import OPERATIONS
from ml4t_client.testing.memory import Memory, now
from ml4t_client.testing.models import HEADLINE, Models
from ml4t_client.types import (
    DecisionRow,
    DetectorPath,
    Feed,
    HeldBars,
    HeldBarsBars,
    Readiness,
    RecordedAnswer,
    RetrainTriggersTriggersItem,
    SignalDetail,
    Status,
    StatusServing,
    Trust,
)


def status_of(memory: Memory, models: Models) -> Status:
    """Everything at a glance."""
    halt, numbers = memory.halted, memory.numbers
    since = halt["since"]
    by_source: dict[str, int] = {}
    for answer in memory.answers:
        by_source[answer["source"]] = by_source.get(answer["source"], 0) + 1
    return {
        "version": "fake",
        "uptime_seconds": 0.0,
        "model_version": models.champion,
        "model_reason": None,
        "serving": _serving(models),
        "halted": None if since is None else {"since": since, "reason": halt["reason"], "recorded": True},
        "n_instruments": len({name for name, _ in memory.series}),
        "n_in_flight": 0,
        "lanes": {"configured": 1, "running": 1},
        "node_heartbeat_age_ms": None,
        "feeds": _feeds(memory),
        "counts": {
            "by_source": by_source,
            "by_transport": {"http": len(memory.answers)},
            "rejected": {},
            "duplicates": 0,
            "late": 0,
            "over_budget": 0,
            "outcomes": {"told": len(memory.outcomes)},
            "bars": {},
        },
        "outcomes": {
            "n_matured": len(memory.outcomes),
            "n_pending": len(memory.answers) - len(memory.outcomes),
            "n_unresolvable": 0,
            "n_in_window": 0,
            "accuracy": None,
            "base_rate": None,
            "brier": None,
            "log_loss": None,
            "ece": None,
            "deciles": [],
        },
        "journal": {"status": "ok", "reason": None, "n_queued": 0, "n_written": len(memory.answers)},
        "seq": {"signals": numbers["enriched"], "outcomes": numbers["outcome"]},
        "bus": None,
        "retrain": None,
        "shadow": None,
        "triggers": {"completed": len(models.retrainings)} if models.retrainings else {},
        "monitor": {"baseline_accuracy": None, "latest": None, "is_open": False},
        "detector": None,
        "drift": {"n_signals": 0, "psi": None, "estimated_accuracy": None, "gap": None, "detectors": []},
        "alerts": None,
        "event_loop_lag_ms": 0.0,
        "n_watchers": 0,
    }


def trust_of(memory: Memory, models: Models) -> Trust:
    """Nothing is believed of a fake."""
    return {
        "model_version": models.champion,
        "verdict": "too_early",
        "sentence": "a fake service: it judges nothing",
        "because": [],
        "as_of": None,
        "n_recorded": len(memory.outcomes),
        "n_computed": 0,
        "figures": None,
        "models": [],
        "n_signals": 0,
        "features": None,
    }


def detector_of() -> DetectorPath:
    """It has none."""
    return {"detector": None}


def readiness_of() -> Readiness:
    """It is always ready."""
    return {"ready": True, "reasons": []}


def detail_of(memory: Memory, signal_id: str) -> SignalDetail:
    """One recorded answer. Raises ProblemError for none."""
    answer = memory.answer_to(signal_id)
    passing = ("latency_ns", "late", "duplicate")
    recorded = {name: value for name, value in answer.items() if name not in passing}
    event = answer["signal_event"]
    return {
        "enriched": cast(RecordedAnswer, recorded),
        "transport": "http",
        "received": now(),
        "features": None,
        "explanation": None,
        "explanation_reason": "a fake service: it judges nothing",
        "venn_abers": None,
        "column_values": None,
        "profiles": None,
        "outcome": memory.outcome_of(signal_id),
        "barriers": None,
        "bars": cast(Any, held_bars_of(memory, event["instrument_id"], answer.get("bar_type"), 100)["bars"]),
    }


def decisions_of(memory: Memory, after: int) -> list[DecisionRow]:
    """Recorded answers with a higher number, in their order."""
    passing = ("latency_ns", "late", "duplicate")
    with memory.lock:
        rows = [
            {
                **{name: value for name, value in answer.items() if name not in passing},
                "features": None,
                "unnamed_features": None,
                "outcome": memory.outcome_of(answer["signal_id"]),
                "received_ms": 0,
                "transport": "http",
                "settings_id": "fake",
            }
            for answer in memory.answers[after:]
        ]
    return cast(list[DecisionRow], rows)


def held_bars_of(memory: Memory, instrument_id: str, bar_type: str | None, limit: int) -> HeldBars:
    """The latest bars of a series."""
    rows = memory.held(instrument_id, bar_type)[-limit:]
    bars: HeldBarsBars = {
        "ts_event": [ts for ts, _ in rows],
        "open": [values[0] for _, values in rows],
        "high": [values[1] for _, values in rows],
        "low": [values[2] for _, values in rows],
        "close": [values[3] for _, values in rows],
        "volume": [values[4] for _, values in rows],
    }
    return {"instrument_id": instrument_id, "bar_type": bar_type, "bars": bars}


def retrainings_of(models: Models) -> list[RetrainTriggersTriggersItem]:
    """Each retraining, the latest first."""
    return [
        {
            "trigger_id": one["trigger_id"],
            "instrument_id": one["instrument_id"],
            "bar_type": one["bar_type"],
            "resumed_from": None,
            "reason": one["reason"],
            "detector": None,
            "priority": one["priority"],
            "state": one["state"],
            "model_version": one["model_version"],
            "moves": [{"state": one["state"], "at": now(), "note": None}],
        }
        for one in reversed(models.retrainings)
    ]


def metrics_of(memory: Memory) -> str:
    """One figure, in the form of Prometheus."""
    return f"# TYPE fake_signals_total counter\nfake_signals_total {len(memory.answers)}\n"


def paths_of() -> dict[str, dict[str, object]]:
    """Paths and methods as the OpenAPI document has them."""
    paths: dict[str, dict[str, object]] = {}
    for operation_id, operation in OPERATIONS.items():
        paths.setdefault(operation.path, {})[operation.method.lower()] = {"operationId": operation_id}
    return paths


def _serving(models: Models) -> StatusServing:
    return {
        "version": models.champion,
        "verdict": "none",
        "verdict_format": "0.2",
        "headline": {"word": HEADLINE["word"], "sentence": HEADLINE["sentence"]},
        "pays_up_to_bps": None,
        "proven": False,
        "proven_up_to_bps": None,
        "primary_proven_up_to_bps": None,
        "since": models.since,
    }


def _feeds(memory: Memory) -> list[Feed]:
    return [
        {
            "instrument_id": instrument_id,
            "bar_type": bar_type,
            "step_ns": None,
            "last_bar_ts": max(held),
            "age_ms": 0.0,
            "state": "ok",
            "judged": False,
        }
        for (instrument_id, bar_type), held in memory.series.items()
        if held
    ]
