"""What a fake service decides, and the answer that says it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from ml4t_client.types import EnrichedSignal, EnrichedSignalSignalEvent, Prediction, Signal

Source: TypeAlias = Literal["model", "default", "stale", "out_of_distribution", "missing_input"]
TakeReason: TypeAlias = Literal[
    "expected",
    "primary_proven",
    "always",
    "below_break_even",
    "not_proven",
    "flat",
    "stale",
    "out_of_distribution",
    "missing_input",
    "warming_up",
    "halted",
    "no_statistics",
    "no_model",
]

#: Name of the model that a fake says it has.
MODEL = "fake-1"


@dataclass(frozen=True)
class Decision:
    """What is answered to one signal.

    Attributes:
        take: None where no model decides.
        size: Share of the whole, signed as the signal, [-1, 1]; 0 where it is not taken.
        confidence: That the trade wins, [0, 1].
        take_reason: By default `expected` for true, `below_break_even` for false and `no_model` for None.
        source: What the confidence is.
        reason: A sentence, where the source is not `model`.
        break_even: Confidence above which the trade pays.
        cost_bps: Of a round trip.
        risk_distance: R as a distance of prices; None for no stop.
    """

    take: bool | None
    size: float
    confidence: float
    take_reason: TakeReason | None = None
    source: Source = "model"
    reason: str | None = None
    break_even: float = 0.5
    cost_bps: float = 1.0
    risk_distance: float | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.size) and -1 <= self.size <= 1):
            raise ValueError(f"size must be in [-1, 1], was {self.size}")
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"confidence must be in [0, 1], was {self.confidence}")
        if self.take is False and self.size != 0:
            raise ValueError(f"size must be 0 where the signal is not taken, was {self.size}")

    @property
    def why(self) -> TakeReason:
        """The reason of `take`."""
        if self.take_reason is not None:
            return self.take_reason
        if self.take is None:
            return "no_model"
        return "expected" if self.take else "below_break_even"


#: What every service answers to a flat signal.
FLAT = Decision(take=False, size=0.0, confidence=0.5, take_reason="flat", source="default", reason="a flat signal")

#: Decides one signal, as the test of a strategy wants it.
Decide: TypeAlias = Callable[[Signal | Prediction], Decision]


def answer_of(
    signal: Signal | Prediction, signal_id: str, decision: Decision, last_bar_ts: int | None, n_bars: int, seq: int
) -> EnrichedSignal:
    """The answer as the service writes it."""
    has_model = decision.take is not None
    direction = int(signal["signal"])
    event: EnrichedSignalSignalEvent = {
        "signal_id": signal_id,
        "instrument_id": signal["instrument_id"],
        "signal": {-1: -1, 0: 0, 1: 1}[direction],  # type: ignore[typeddict-item]
        "timestamp": int(signal["timestamp"]),
        "last_bar_ts": last_bar_ts,
        "n_bars": n_bars,
    }
    answer: EnrichedSignal = {
        "signal_id": signal_id,
        "signal_event": event,
        "meta_confidence": decision.confidence,
        "regime_weight": 1.0,
        "toxicity": 0.0,
        "toxicity_available": True,
        "toxicity_percentile": None,
        "raw_confidence": decision.confidence if has_model else None,
        "model_available": has_model,
        "model_version": MODEL if has_model else None,
        "source": decision.source if has_model else "default",
        "reason": decision.reason,
        "bar_type": signal.get("bar_type"),
        "strength": float(signal.get("strength") or 1),
        "last_bar_ts": last_bar_ts,
        "meta_output": {"confidence": decision.confidence, "regime_weight": 1.0, "toxicity": 0.0},
        "base_rate": 0.5 if has_model else None,
        "break_even": decision.break_even if has_model else None,
        "expected_r": decision.confidence - decision.break_even if has_model else None,
        "expected_return_bps": None,
        "cost_bps": decision.cost_bps,
        "take": decision.take,
        "take_reason": decision.why,
        "risk_distance": decision.risk_distance,
        "confidence_low": None,
        "confidence_high": None,
        "size_method": "own",
        "size": decision.size,
        "size_factors": {},
        "answer_hash": "",
        "seq": seq,
        "latency_ns": 0,
        "late": False,
        "duplicate": False,
    }
    answer["answer_hash"] = hash_of(answer)
    return answer


def hash_of(answer: EnrichedSignal) -> str:
    """A hash of what lasts of an answer; not that of the service, which is over its own bytes."""
    passing = ("answer_hash", "seq", "latency_ns", "late", "duplicate")
    lasting: dict[str, Any] = {name: value for name, value in answer.items() if name not in passing}
    return hashlib.sha256(json.dumps(lasting, sort_keys=True).encode()).hexdigest()
