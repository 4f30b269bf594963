"""The answer to a signal, the same over every road."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from ml4t_client.types import EnrichedSignal

Via = Literal["bus", "http", "replay", "last_resort"]

#: Factors of a size in the class of a node: `size_bet` is `bet`.
_FACTORS = ("direction", "magnitude", "bet", "regime_weight", "non_toxicity", "fractional_kelly")


@dataclass(frozen=True, slots=True)
class MetaOutput:
    """What a risk stage sizes with, each in [0, 1]."""

    confidence: float
    regime_weight: float
    toxicity: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to one signal. None where a figure is not known.

    Attributes:
        signal_id: Of the signal; `asked_ts` is its time, UNIX nanoseconds.
        signal: -1 sell, 0 flat, 1 buy.
        decision: True take, False skip, None where no model decided; `take()` is what to act on.
        bet: What the service would bet, signed, as a share of the whole; `size()` is what to act on.
        meta_output: Confidence, regime weight and toxicity; None for a last resort.
        source: model, default, stale, out_of_distribution, missing_input; last_resort where nothing came in time.
        break_even: Confidence above which the trade pays; it may leave [0, 1].
        expected_r: Expected return over the coin after costs, in R; R is `risk_distance`, a distance of prices.
        cost_bps: Of a round trip, basis points.
        last_bar_ts: Of the last bar it was judged by, UNIX nanoseconds.
        late: The service answered past its budget (`inference_timeout_ms`).
        via: The road it came by.
    """

    signal_id: str
    instrument_id: str
    bar_type: str | None
    signal: int
    strength: float
    asked_ts: int
    decision: bool | None
    take_reason: str | None
    bet: float
    meta_output: MetaOutput | None
    toxicity_available: bool
    raw_confidence: float | None
    base_rate: float | None
    break_even: float | None
    expected_r: float | None
    expected_return_bps: float | None
    cost_bps: float | None
    risk_distance: float | None
    confidence_low: float | None
    confidence_high: float | None
    source: str
    reason: str | None
    model_version: str | None
    model_available: bool
    last_bar_ts: int | None
    size_method: str | None
    size_factors: Mapping[str, float]
    answer_hash: str | None
    late: bool
    via: Via

    def take(self) -> bool:
        """Whether to act on the signal. False also where no model decided."""
        return self.decision is True

    def size(self) -> float:
        """How much to bet, signed, as a share of the whole: positive buys, negative sells. 0 where it is not taken."""
        return self.bet if self.decision is True else 0.0


def from_wire(answer: EnrichedSignal, via: Via) -> Answer:
    """An answer as it comes over HTTP; a line of a replay has no hash, and is never late."""
    event = answer["signal_event"]
    said = cast(Mapping[str, Any], answer)
    return Answer(
        signal_id=answer["signal_id"],
        instrument_id=event["instrument_id"],
        bar_type=answer.get("bar_type"),
        signal=event["signal"],
        strength=answer.get("strength", 1.0),
        asked_ts=event["timestamp"],
        decision=answer.get("take"),
        take_reason=answer.get("take_reason"),
        bet=float(answer["size"]),
        meta_output=_meta_output(said),
        toxicity_available=answer["toxicity_available"],
        raw_confidence=answer["raw_confidence"],
        base_rate=answer.get("base_rate"),
        break_even=answer.get("break_even"),
        expected_r=answer.get("expected_r"),
        expected_return_bps=answer.get("expected_return_bps"),
        cost_bps=answer.get("cost_bps"),
        risk_distance=answer.get("risk_distance"),
        confidence_low=answer.get("confidence_low"),
        confidence_high=answer.get("confidence_high"),
        source=answer["source"],
        reason=answer["reason"],
        model_version=answer["model_version"],
        model_available=answer["model_available"],
        last_bar_ts=answer.get("last_bar_ts", event["last_bar_ts"]),
        size_method=answer.get("size_method"),
        size_factors=cast(Mapping[str, float], answer["size_factors"]),
        answer_hash=said.get("answer_hash"),
        late=bool(said.get("late")),
        via=via,
    )


def from_node(data: Any, via: Via) -> Answer:
    """An `EnrichedSignal` of a node: what stands there for an unknown value becomes None again."""
    # The class has no null: `take` is False where no model decided, and take_reason says so.
    is_undecided = data.take_reason in ("no_model", "no_statistics")
    known = data.decision_available
    return Answer(
        signal_id=data.signal_id,
        instrument_id=str(data.instrument_id),
        bar_type=data.bar_type or None,
        signal=int(data.signal),
        strength=float(data.strength),
        asked_ts=data.ts_event,
        decision=None if is_undecided else bool(data.take),
        take_reason=data.take_reason or None,
        bet=float(data.size),
        meta_output=_meta_output(vars(data)),
        toxicity_available=bool(data.toxicity_available),
        raw_confidence=_unless(data.raw_confidence, -1),
        base_rate=_unless(data.base_rate, -1),
        break_even=float(data.break_even) if known else None,
        expected_r=float(data.expected_r) if known else None,
        expected_return_bps=float(data.expected_return_bps) if known else None,
        cost_bps=_unless(data.cost_bps, -1),
        risk_distance=_unless(data.risk_distance, 0),
        confidence_low=_unless(data.confidence_low, -1),
        confidence_high=_unless(data.confidence_high, -1),
        source=data.source,
        reason=data.reason or None,
        model_version=data.model_version or None,
        model_available=bool(data.model_available),
        last_bar_ts=int(data.last_bar_ts) or None,
        size_method=data.size_method or None,
        size_factors={name: float(getattr(data, f"size_{name}")) for name in _FACTORS},
        answer_hash=data.answer_hash,
        late=bool(data.late),
        via=via,
    )


def _meta_output(said: Mapping[str, Any]) -> MetaOutput:
    return MetaOutput(float(said["meta_confidence"]), float(said["regime_weight"]), float(said["toxicity"]))


def _unless(value: float, absent: float) -> float | None:
    return None if value == absent else float(value)
