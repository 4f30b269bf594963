"""Messages of the service, made from its OpenAPI document by `npm run python:types`; a test compares the two. Do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias, TypedDict

__all__ = [
    "Alerts",
    "AlertsCounts",
    "AlertsWebhooksItem",
    "BandedMean",
    "Bar",
    "BarColumns",
    "BarsReceipt",
    "ClientMessage",
    "DecisionRow",
    "DecisionRowMetaOutput",
    "DecisionRowSignalEvent",
    "DecisionRowSignalEventBars",
    "DecisionRowSizeFactors",
    "DecisionRowSizeFactors2",
    "Descendant",
    "DescendantClaims",
    "DescendantClaimsHeadline",
    "DescendantServedItem",
    "DescendantServedItemProofEnded",
    "DetectorPath",
    "DetectorPathDetector",
    "DetectorPathDetectorPathItem",
    "Drift",
    "DriftDetectorsItem",
    "DriftGap",
    "DriftGapEstimated",
    "EnrichedSignal",
    "EnrichedSignalMetaOutput",
    "EnrichedSignalSignalEvent",
    "EnrichedSignalSignalEventBars",
    "EnrichedSignalSizeFactors",
    "EnrichedSignalSizeFactors2",
    "FeatureShift",
    "Feed",
    "HaltRequest",
    "HaltState",
    "Health",
    "HeldBars",
    "HeldBarsBars",
    "Instruments",
    "LineError",
    "LineErrorError",
    "Model",
    "ModelHeadline",
    "Models",
    "Monitor",
    "MonitorLatest",
    "NoFields",
    "Outcome",
    "Outcomes",
    "Prediction",
    "Problem",
    "PromiseGroup",
    "PromiseGroupSkill",
    "Readiness",
    "RecentSignals",
    "RecentSignalsSignalsItem",
    "RecentSignalsSignalsItemBarriers",
    "RecordedAnswer",
    "RecordedAnswerMetaOutput",
    "RecordedAnswerSignalEvent",
    "RecordedAnswerSignalEventBars",
    "RecordedAnswerSizeFactors",
    "RecordedAnswerSizeFactors2",
    "RetrainRequest",
    "RetrainStatus",
    "RetrainStatusProgress",
    "RetrainTriggers",
    "RetrainTriggersTriggersItem",
    "RetrainTriggersTriggersItemMovesItem",
    "ServerMessage",
    "ServerMessageAnswer",
    "ServerMessageBars",
    "ServerMessageBarsBars",
    "ServerMessageBarsReceipt",
    "ServerMessageEnriched",
    "ServerMessageError",
    "ServerMessageErrorError",
    "ServerMessageOutcome",
    "ServerMessageState",
    "ShownAnswer",
    "ShownAnswerMetaOutput",
    "ShownAnswerSignalEvent",
    "ShownAnswerSignalEventBars",
    "ShownAnswerSizeFactors",
    "ShownAnswerSizeFactors2",
    "Signal",
    "SignalDetail",
    "SignalDetailBarriers",
    "SignalDetailBars",
    "SignalDetailExplanation",
    "SignalDetailProfilesValue",
    "State",
    "StateCalibrationDrift",
    "StateDecay",
    "StateDrift",
    "StateFeatureDrift",
    "StateFeed",
    "StateHalt",
    "StateJournal",
    "StateModel",
    "StateModelWanted",
    "StateNode",
    "StateRetrain",
    "StateShadow",
    "StateShadowShadow",
    "Status",
    "StatusBus",
    "StatusCounts",
    "StatusDetector",
    "StatusHalted",
    "StatusJournal",
    "StatusLanes",
    "StatusOutcomes",
    "StatusOutcomesDecilesItem",
    "StatusSeq",
    "StatusServing",
    "StatusServingHeadline",
    "StatusShadow",
    "StreamBars",
    "StreamHello",
    "StreamHelloSeq",
    "StreamSignal",
    "ToldOutcome",
    "Trust",
    "TrustFigures",
]


class Bar(TypedDict):
    """One bar; ts_event is when it closed. Times rise; low <= open, close <= high; taker_buy_volume <= volume, and in
    every bar or in none. Bars that break one of these are answered 422."""

    ts_event: int | str
    """UNIX nanoseconds from 1971 on, written and read digit for digit, or the same as text; no s, ms or us"""
    open: float | str
    """> 0"""
    high: float | str
    """> 0"""
    low: float | str
    """> 0"""
    close: float | str
    """> 0"""
    volume: float | str
    """>= 0"""
    taker_buy_volume: NotRequired[float | str]
    """>= 0"""
    features: NotRequired[dict[str, float | str | None] | None]
    """your own columns by name, as known at its close"""


class BarColumns(TypedDict):
    """Bars as columns of one length, oldest first: half the bytes. Times rise; low <= open, close <= high;
    taker_buy_volume <= volume, and in every bar or in none. Bars that break one of these are answered 422."""

    ts_event: list[int | str]
    open: list[float | str]
    high: list[float | str]
    low: list[float | str]
    close: list[float | str]
    volume: list[float | str]
    taker_buy_volume: NotRequired[list[float | str] | None]
    features: NotRequired[dict[str, list[float | str | None]] | None]
    """your own columns by name, each as long as ts_event"""


class Signal(TypedDict):
    """A signal to judge, not before its last bar. Unknown keys are ignored."""

    instrument_id: str
    """for example BTC-PERP.HYPERLIQUID"""
    signal: Literal[-1, 0, 1] | str
    """-1 SELL, 0 FLAT, 1 BUY"""
    timestamp: int | str
    """UNIX nanoseconds from 1971 on, written and read digit for digit, or the same as text; no s, ms or us"""
    bars: NotRequired[list[Bar] | BarColumns | None]
    """at least 100, or absent where the service holds them"""
    strength: NotRequired[float | str | None]
    """(0, 1]; enters the size and nothing else, 1 when absent"""
    probability: NotRequired[float | str | None]
    """that a trade in the direction of the signal wins, [0, 1], by a model of your own; calibrated by a model that
    reads it, else recorded and said to be unused"""
    bar_type: NotRequired[str | None]
    """which series of the instrument; absent: one without a type, else the first that fits the model"""
    features: NotRequired[dict[str, float | str | None] | None]
    """your own columns by name, as known at the signal; for one that is left out, the last that a bar brought"""
    signal_id: NotRequired[str | None]
    """idempotency key; by default instrument, bar_type where sent, timestamp and signal"""


class EnrichedSignalSignalEventBars(TypedDict):
    ts_event: list[int]
    open: list[float]
    high: list[float]
    low: list[float]
    close: list[float]
    volume: list[float]
    taker_buy_volume: NotRequired[list[float]]
    features: NotRequired[dict[str, list[float | None]]]
    """columns of the sender; null where a bar has no value"""


class EnrichedSignalSignalEvent(TypedDict):
    signal_id: str
    instrument_id: str
    signal: Literal[-1, 0, 1]
    timestamp: int
    """a 64-bit integer: read it without loss"""
    last_bar_ts: int | None
    """null where no bar is held yet"""
    n_bars: NotRequired[int]
    bars: NotRequired[EnrichedSignalSignalEventBars]


class EnrichedSignalMetaOutput(TypedDict):
    """what a risk stage sizes with"""

    confidence: float
    regime_weight: float
    toxicity: float


class EnrichedSignalSizeFactors(TypedDict):
    direction: float
    magnitude: float
    bet: float
    regime_weight: float
    non_toxicity: float
    fractional_kelly: float


class EnrichedSignalSizeFactors2(TypedDict):
    direction: float
    magnitude: float
    confidence: float
    regime_weight: float
    non_toxicity: float
    fractional_kelly: float


class EnrichedSignal(TypedDict):
    """The answer to one signal. The decision, from strength to size_method, is there as a whole, null where unknown;
    only an answer that 0.1 recorded has none of it."""

    signal_id: str
    signal_event: EnrichedSignalSignalEvent
    meta_confidence: float
    regime_weight: float
    toxicity: float
    toxicity_available: bool
    toxicity_percentile: float | None
    raw_confidence: float | None
    model_available: bool
    model_version: str | None
    source: Literal["model", "default", "stale", "out_of_distribution", "missing_input"]
    reason: str | None
    bar_type: NotRequired[str | None]
    """of the bars it was judged by, null for none; absent in an answer from before series had one"""
    strength: NotRequired[float]
    """as it came; 1 where none came"""
    last_bar_ts: NotRequired[int | None]
    """of the last bar it was judged by; null without any"""
    meta_output: NotRequired[EnrichedSignalMetaOutput]
    """what a risk stage sizes with"""
    base_rate: NotRequired[float | None]
    """share of the training labels that won"""
    break_even: NotRequired[float | None]
    """confidence above which the trade pays; it may leave [0, 1]"""
    expected_r: NotRequired[float | None]
    """expected return over the coin after costs, in R"""
    expected_return_bps: NotRequired[float | None]
    """the same in basis points of the price"""
    cost_bps: NotRequired[float | None]
    """of a round trip of this event"""
    take: NotRequired[bool | None]
    """null where no model serves"""
    take_reason: NotRequired[Literal["expected", "primary_proven", "always", "below_break_even", "not_proven", "flat", "stale", "out_of_distribution", "missing_input", "warming_up", "halted", "no_statistics", "no_model"]]
    risk_distance: NotRequired[float | None]
    """R as a distance of prices, > 0, up to a tick less than the stop; null: no stop"""
    confidence_low: NotRequired[float | None]
    """of the 90 % interval of the confidence; no coverage is promised"""
    confidence_high: NotRequired[float | None]
    size_method: NotRequired[Literal["afml", "kelly", "linear", "integrated", "own"]]
    """what gave the size; own: a sizer of the caller"""
    size: float
    size_factors: EnrichedSignalSizeFactors | EnrichedSignalSizeFactors2 | dict[str, float]
    """with bet: of the decision, 0 where it is not taken; with confidence: of 0.1; else of a sizer of the caller"""
    answer_hash: str
    seq: NotRequired[int | None]
    """number of its record; null where none is written (ml4t enrich), absent before 0.2"""
    latency_ns: int
    late: bool
    duplicate: bool


class LineErrorError(TypedDict):
    code: str
    message: str
    line: int


class LineError(TypedDict):
    """What stands in place of the answer to a line that was turned away."""

    error: LineErrorError


class Problem(TypedDict):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    """one sentence: what, the rule, what was received"""
    code: Literal["BAD_JSON", "INVALID_VALUE", "BAD_REQUEST", "UNAUTHORIZED", "FORBIDDEN_HOST", "FORBIDDEN_ORIGIN", "NOT_FOUND", "UNKNOWN_SIGNAL", "MODEL_NOT_FOUND", "METHOD_NOT_ALLOWED", "REQUEST_TIMEOUT", "ID_CONFLICT", "OUTCOME_CONFLICT", "RETRAINING_RUNS", "NO_PREDECESSOR", "HALTED_AGAIN", "MODEL_CORRUPT", "MODEL_KIND", "MODEL_FORMAT_VERSION", "MODEL_SCHEMA", "MODEL_GOLDEN_MISMATCH", "MODEL_LEARNER", "MODEL_QUARANTINED", "BODY_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE", "NOT_ENOUGH_BARS", "FUTURE_TIMESTAMP", "OVERLOADED", "UPGRADE_REQUIRED", "HEADERS_TOO_LARGE", "INTERNAL", "JOURNAL_DAMAGED", "JOURNAL_FULL", "JOURNAL_BUSY", "JOURNAL_FAILED", "CLOCK_BEHIND", "STOPPING"]
    """stable; act on this"""
    field: NotRequired[str]
    """the field at fault, as it stands on the wire"""


class Prediction(TypedDict):
    """A signal that a model outside of the service gave a probability: to be calibrated, decided and followed.
    Unknown keys are ignored."""

    instrument_id: str
    """for example BTC-PERP.HYPERLIQUID"""
    signal: Literal[-1, 0, 1] | str
    """-1 SELL, 0 FLAT, 1 BUY"""
    timestamp: int | str
    """UNIX nanoseconds from 1971 on, written and read digit for digit, or the same as text; no s, ms or us"""
    bars: NotRequired[list[Bar] | BarColumns | None]
    """at least 100, or absent where the service holds them"""
    strength: NotRequired[float | str | None]
    """(0, 1]; enters the size and nothing else, 1 when absent"""
    probability: float | str
    """that a trade in the direction of the signal wins, [0, 1]"""
    bar_type: NotRequired[str | None]
    """which series of the instrument; absent: one without a type, else the first that fits the model"""
    features: NotRequired[dict[str, float | str | None] | None]
    """your own columns by name, as known at the signal; for one that is left out, the last that a bar brought"""
    signal_id: NotRequired[str | None]
    """idempotency key; by default instrument, bar_type where sent, timestamp and signal"""


class BarsReceipt(TypedDict):
    """What became of the bars."""

    instrument_id: str
    n_added: int
    n_repeated: int
    n_revised: int
    n_late: int
    n_too_old: int


ToldOutcome = TypedDict(
    "ToldOutcome",
    {
        "signal_id": "str",
        "label": "NotRequired[Literal[0, 1]]",
        "return": "NotRequired[float | str]",
        "net": "NotRequired[bool]",
        "ts_exit": "NotRequired[int | str]",
    },
)
"""How a signal ended: its label, its return, or both."""


Outcome = TypedDict(
    "Outcome",
    {
        "signal_id": "str",
        "instrument_id": "str",
        "bar_type": "str | None",
        "outcome": "Literal['take_profit', 'stop_loss', 'vertical', 'told', 'unresolvable']",
        "label": "Literal[0, 1] | None",
        "return": "float | None",
        "net": "bool",
        "cost_bps": "float",
        "coin": "float | None",
        "excess": "float | None",
        "exit_ts": "int | None",
        "reason": "str | None",
        "seq": "int | None",
    },
)
"""How a signal ended, as recorded."""


class RetrainRequest(TypedDict):
    instrument_id: NotRequired[str]
    """may be left out while bars of one instrument are held"""
    bar_type: NotRequired[str]
    """by default the series that a signal without a bar_type is judged by"""


class RetrainStatusProgress(TypedDict):
    stage: str
    share: float
    """of the whole training"""
    seconds_left: float | None
    """null where nothing tells yet"""


class RetrainStatus(TypedDict):
    trigger_id: str
    instrument_id: str | None
    """what it trains on; null where version 0.1 did not record it"""
    bar_type: str | None
    """which series of it; null for the one without a type"""
    resumed_from: str | None
    """the retraining it takes up again, which a restart cut short"""
    reason: str
    detector: Literal["window_accuracy", "window_skill", "sequential"] | None
    """what noticed the decay: a test of the latest outcomes, or the sequential detector; null for any other reason"""
    state: str
    priority: int
    note: str | None
    model_version: str | None
    """the model that came of it"""
    progress: RetrainStatusProgress | None
    """how far the training has come; null before and after it"""


class HaltRequest(TypedDict):
    """Why the service is halted or resumed."""

    reason: NotRequired[str]
    """why, for people: it is shown, logged and written down"""


class HaltState(TypedDict):
    """While halted, every answer has take false, take_reason halted and size 0."""

    halted: bool
    since: str | None
    """of the halt, ISO-8601; null when it is not halted"""
    reason: str | None
    """as whoever halted it said; null where nothing was said"""


class RetrainTriggersTriggersItemMovesItem(TypedDict):
    state: str
    at: str
    """ISO-8601"""
    note: str | None


class RetrainTriggersTriggersItem(TypedDict):
    trigger_id: str
    instrument_id: str | None
    bar_type: str | None
    resumed_from: str | None
    reason: str
    detector: Literal["window_accuracy", "window_skill", "sequential"] | None
    """what noticed the decay: a test of the latest outcomes, or the sequential detector; null for any other reason"""
    priority: int
    state: str
    model_version: str | None
    """the model that came of it"""
    moves: list[RetrainTriggersTriggersItemMovesItem]


class RetrainTriggers(TypedDict):
    """Retrainings from the order to the end, the one that moved last first."""

    triggers: list[RetrainTriggersTriggersItem]


class DetectorPathDetectorPathItem(TypedDict):
    seq: int
    """number of the outcome; 0 for none"""
    ts: int | None
    """when its trade ended; null before the first"""
    statistic: float
    """with that outcome; after an alarm it goes on from 0"""
    event: Literal["start", "point", "alarm"]


class DetectorPathDetector(TypedDict):
    model_version: str
    statistic: float
    """evidence that the model lost its skill; with calibrated confidences its mean is one an outcome"""
    threshold: float
    """retrain.false_alarm_outcomes: an alarm where the statistic reaches it"""
    n: int
    """outcomes scored since the model began to serve"""
    last_alarm_ts: int | None
    """when the trade ended that raised the last alarm of this model; null for none"""
    base_rate: float
    """share of the training labels that won, which the model is held against"""
    overlap: float
    """what the evidence of one outcome is divided by, because labels overlap; at least 1"""
    path: list[DetectorPathDetectorPathItem]
    """every 16th scored outcome, the alarms and the latest, oldest first; at most the latest 1,024"""


class DetectorPath(TypedDict):
    """Where the sequential detector of decay stands, and how it came there."""

    detector: DetectorPathDetector | None
    """null where no model serves, or its file states no base rate"""


class ShownAnswerSignalEventBars(TypedDict):
    ts_event: list[int]
    open: list[float]
    high: list[float]
    low: list[float]
    close: list[float]
    volume: list[float]
    taker_buy_volume: NotRequired[list[float]]
    features: NotRequired[dict[str, list[float | None]]]
    """columns of the sender; null where a bar has no value"""


class ShownAnswerSignalEvent(TypedDict):
    signal_id: str
    instrument_id: str
    signal: Literal[-1, 0, 1]
    timestamp: int
    """a 64-bit integer: read it without loss"""
    last_bar_ts: int | None
    """null where no bar is held yet"""
    n_bars: NotRequired[int]
    bars: NotRequired[ShownAnswerSignalEventBars]


class ShownAnswerMetaOutput(TypedDict):
    """what a risk stage sizes with"""

    confidence: float
    regime_weight: float
    toxicity: float


class ShownAnswerSizeFactors(TypedDict):
    direction: float
    magnitude: float
    bet: float
    regime_weight: float
    non_toxicity: float
    fractional_kelly: float


class ShownAnswerSizeFactors2(TypedDict):
    direction: float
    magnitude: float
    confidence: float
    regime_weight: float
    non_toxicity: float
    fractional_kelly: float


class ShownAnswer(TypedDict):
    """An answer; one out of the journal has no latency_ns, late and duplicate. The decision, from strength to
    size_method, is there as a whole, null where unknown; only an answer that 0.1 recorded has none of it."""

    signal_id: str
    signal_event: ShownAnswerSignalEvent
    meta_confidence: float
    regime_weight: float
    toxicity: float
    toxicity_available: bool
    toxicity_percentile: float | None
    raw_confidence: float | None
    model_available: bool
    model_version: str | None
    source: Literal["model", "default", "stale", "out_of_distribution", "missing_input"]
    reason: str | None
    bar_type: NotRequired[str | None]
    """of the bars it was judged by, null for none; absent in an answer from before series had one"""
    strength: NotRequired[float]
    """as it came; 1 where none came"""
    last_bar_ts: NotRequired[int | None]
    """of the last bar it was judged by; null without any"""
    meta_output: NotRequired[ShownAnswerMetaOutput]
    """what a risk stage sizes with"""
    base_rate: NotRequired[float | None]
    """share of the training labels that won"""
    break_even: NotRequired[float | None]
    """confidence above which the trade pays; it may leave [0, 1]"""
    expected_r: NotRequired[float | None]
    """expected return over the coin after costs, in R"""
    expected_return_bps: NotRequired[float | None]
    """the same in basis points of the price"""
    cost_bps: NotRequired[float | None]
    """of a round trip of this event"""
    take: NotRequired[bool | None]
    """null where no model serves"""
    take_reason: NotRequired[Literal["expected", "primary_proven", "always", "below_break_even", "not_proven", "flat", "stale", "out_of_distribution", "missing_input", "warming_up", "halted", "no_statistics", "no_model"]]
    risk_distance: NotRequired[float | None]
    """R as a distance of prices, > 0, up to a tick less than the stop; null: no stop"""
    confidence_low: NotRequired[float | None]
    """of the 90 % interval of the confidence; no coverage is promised"""
    confidence_high: NotRequired[float | None]
    size_method: NotRequired[Literal["afml", "kelly", "linear", "integrated", "own"]]
    """what gave the size; own: a sizer of the caller"""
    size: float
    size_factors: ShownAnswerSizeFactors | ShownAnswerSizeFactors2 | dict[str, float]
    """with bet: of the decision, 0 where it is not taken; with confidence: of 0.1; else of a sizer of the caller"""
    answer_hash: str
    seq: NotRequired[int | None]
    """number of its record; null where none is written (ml4t enrich), absent before 0.2"""
    latency_ns: NotRequired[int]
    late: NotRequired[bool]
    duplicate: NotRequired[bool]


class RecentSignalsSignalsItemBarriers(TypedDict):
    entry_ts: int
    """a 64-bit integer: read it without loss"""
    entry: float
    take_profit: float | None
    """null where the labeler has no such barrier"""
    stop_loss: float | None
    max_holding_bars: int


class RecentSignalsSignalsItem(TypedDict):
    enriched: ShownAnswer
    outcome: Outcome | None
    """null while a side of the event is open, and for a flat signal"""
    barriers: RecentSignalsSignalsItemBarriers | None
    """where an open trade ends, in prices"""


class RecentSignals(TypedDict):
    """The latest signals answered since the start, newest first; after a number, recorded ones in their order."""

    signals: list[RecentSignalsSignalsItem]


class Outcomes(TypedDict):
    """Recorded outcomes in the order of their numbers."""

    outcomes: list[Outcome]


class DecisionRowSignalEventBars(TypedDict):
    ts_event: list[int]
    open: list[float]
    high: list[float]
    low: list[float]
    close: list[float]
    volume: list[float]
    taker_buy_volume: NotRequired[list[float]]
    features: NotRequired[dict[str, list[float | None]]]
    """columns of the sender; null where a bar has no value"""


class DecisionRowSignalEvent(TypedDict):
    signal_id: str
    instrument_id: str
    signal: Literal[-1, 0, 1]
    timestamp: int
    """a 64-bit integer: read it without loss"""
    last_bar_ts: int | None
    """null where no bar is held yet"""
    n_bars: NotRequired[int]
    bars: NotRequired[DecisionRowSignalEventBars]


class DecisionRowMetaOutput(TypedDict):
    """what a risk stage sizes with"""

    confidence: float
    regime_weight: float
    toxicity: float


class DecisionRowSizeFactors(TypedDict):
    direction: float
    magnitude: float
    bet: float
    regime_weight: float
    non_toxicity: float
    fractional_kelly: float


class DecisionRowSizeFactors2(TypedDict):
    direction: float
    magnitude: float
    confidence: float
    regime_weight: float
    non_toxicity: float
    fractional_kelly: float


class DecisionRow(TypedDict):
    """A recorded decision, what it was made of and how it ended. answer_hash is the SHA-256 of the text of the line
    up to the comma before answer_hash, with } in place of the rest."""

    signal_id: str
    signal_event: DecisionRowSignalEvent
    meta_confidence: float
    regime_weight: float
    toxicity: float
    toxicity_available: bool
    toxicity_percentile: float | None
    raw_confidence: float | None
    model_available: bool
    model_version: str | None
    source: Literal["model", "default", "stale", "out_of_distribution", "missing_input"]
    reason: str | None
    bar_type: NotRequired[str | None]
    """of the bars it was judged by, null for none; absent in an answer from before series had one"""
    strength: NotRequired[float]
    """as it came; 1 where none came"""
    last_bar_ts: NotRequired[int | None]
    """of the last bar it was judged by; null without any"""
    meta_output: NotRequired[DecisionRowMetaOutput]
    """what a risk stage sizes with"""
    base_rate: NotRequired[float | None]
    """share of the training labels that won"""
    break_even: NotRequired[float | None]
    """confidence above which the trade pays; it may leave [0, 1]"""
    expected_r: NotRequired[float | None]
    """expected return over the coin after costs, in R"""
    expected_return_bps: NotRequired[float | None]
    """the same in basis points of the price"""
    cost_bps: NotRequired[float | None]
    """of a round trip of this event"""
    take: NotRequired[bool | None]
    """null where no model serves"""
    take_reason: NotRequired[Literal["expected", "primary_proven", "always", "below_break_even", "not_proven", "flat", "stale", "out_of_distribution", "missing_input", "warming_up", "halted", "no_statistics", "no_model"]]
    risk_distance: NotRequired[float | None]
    """R as a distance of prices, > 0, up to a tick less than the stop; null: no stop"""
    confidence_low: NotRequired[float | None]
    """of the 90 % interval of the confidence; no coverage is promised"""
    confidence_high: NotRequired[float | None]
    size_method: NotRequired[Literal["afml", "kelly", "linear", "integrated", "own"]]
    """what gave the size; own: a sizer of the caller"""
    size: float
    size_factors: DecisionRowSizeFactors | DecisionRowSizeFactors2 | dict[str, float]
    """with bet: of the decision, 0 where it is not taken; with confidence: of 0.1; else of a sizer of the caller"""
    answer_hash: str
    seq: NotRequired[int | None]
    """number of its record; null where none is written (ml4t enrich), absent before 0.2"""
    features: dict[str, float | None] | None
    """what the model was asked, by name; null where none was asked, or it is not kept any more"""
    unnamed_features: list[float | None] | None
    """the same in the order of a model that is not kept any more; null where features tells"""
    outcome: Outcome | None
    """null while a side of the event is open, and for a flat signal"""
    received_ms: int
    """wall clock at receipt, UNIX milliseconds"""
    transport: str
    settings_id: str
    """of the settings it was judged under"""


class RecordedAnswerSignalEventBars(TypedDict):
    ts_event: list[int]
    open: list[float]
    high: list[float]
    low: list[float]
    close: list[float]
    volume: list[float]
    taker_buy_volume: NotRequired[list[float]]
    features: NotRequired[dict[str, list[float | None]]]
    """columns of the sender; null where a bar has no value"""


class RecordedAnswerSignalEvent(TypedDict):
    signal_id: str
    instrument_id: str
    signal: Literal[-1, 0, 1]
    timestamp: int
    """a 64-bit integer: read it without loss"""
    last_bar_ts: int | None
    """null where no bar is held yet"""
    n_bars: NotRequired[int]
    bars: NotRequired[RecordedAnswerSignalEventBars]


class RecordedAnswerMetaOutput(TypedDict):
    """what a risk stage sizes with"""

    confidence: float
    regime_weight: float
    toxicity: float


class RecordedAnswerSizeFactors(TypedDict):
    direction: float
    magnitude: float
    bet: float
    regime_weight: float
    non_toxicity: float
    fractional_kelly: float


class RecordedAnswerSizeFactors2(TypedDict):
    direction: float
    magnitude: float
    confidence: float
    regime_weight: float
    non_toxicity: float
    fractional_kelly: float


class RecordedAnswer(TypedDict):
    """The lasting part of an answer, and its hash. The decision, from strength to size_method, is there as a whole,
    null where unknown; only an answer that 0.1 recorded has none of it."""

    signal_id: str
    signal_event: RecordedAnswerSignalEvent
    meta_confidence: float
    regime_weight: float
    toxicity: float
    toxicity_available: bool
    toxicity_percentile: float | None
    raw_confidence: float | None
    model_available: bool
    model_version: str | None
    source: Literal["model", "default", "stale", "out_of_distribution", "missing_input"]
    reason: str | None
    bar_type: NotRequired[str | None]
    """of the bars it was judged by, null for none; absent in an answer from before series had one"""
    strength: NotRequired[float]
    """as it came; 1 where none came"""
    last_bar_ts: NotRequired[int | None]
    """of the last bar it was judged by; null without any"""
    meta_output: NotRequired[RecordedAnswerMetaOutput]
    """what a risk stage sizes with"""
    base_rate: NotRequired[float | None]
    """share of the training labels that won"""
    break_even: NotRequired[float | None]
    """confidence above which the trade pays; it may leave [0, 1]"""
    expected_r: NotRequired[float | None]
    """expected return over the coin after costs, in R"""
    expected_return_bps: NotRequired[float | None]
    """the same in basis points of the price"""
    cost_bps: NotRequired[float | None]
    """of a round trip of this event"""
    take: NotRequired[bool | None]
    """null where no model serves"""
    take_reason: NotRequired[Literal["expected", "primary_proven", "always", "below_break_even", "not_proven", "flat", "stale", "out_of_distribution", "missing_input", "warming_up", "halted", "no_statistics", "no_model"]]
    risk_distance: NotRequired[float | None]
    """R as a distance of prices, > 0, up to a tick less than the stop; null: no stop"""
    confidence_low: NotRequired[float | None]
    """of the 90 % interval of the confidence; no coverage is promised"""
    confidence_high: NotRequired[float | None]
    size_method: NotRequired[Literal["afml", "kelly", "linear", "integrated", "own"]]
    """what gave the size; own: a sizer of the caller"""
    size: float
    size_factors: RecordedAnswerSizeFactors | RecordedAnswerSizeFactors2 | dict[str, float]
    """with bet: of the decision, 0 where it is not taken; with confidence: of 0.1; else of a sizer of the caller"""
    answer_hash: str
    seq: NotRequired[int | None]
    """number of its record; null where none is written (ml4t enrich), absent before 0.2"""


class SignalDetailExplanation(TypedDict):
    base: float
    """the confidence when no feature is known"""
    contributions: dict[str, float] | None
    """Shapley values: with the base they add up to meta_confidence; null where the features are too many"""
    contributions_reason: str | None
    """why there are no contributions to meta_confidence"""
    raw_base: float
    """raw_confidence, or its log-odds, when no feature is known"""
    raw_contributions: dict[str, float]
    """exact at any number of features: with raw_base they add up to raw_confidence, or to its log-odds"""
    raw_unit: Literal["probability", "log_odds"]
    """unit of raw_base and raw_contributions: log_odds of boosted trees with too many features for probabilities"""


class SignalDetailProfilesValue(TypedDict):
    edges: list[float]
    """between the deciles of the training rows"""
    shares: list[float]
    """of the training rows in each bin"""
    low: float
    """under it a value is out of distribution"""
    high: float


class SignalDetailBarriers(TypedDict):
    entry_ts: int
    """a 64-bit integer: read it without loss"""
    entry: float
    take_profit: float | None
    """null where the labeler has no such barrier"""
    stop_loss: float | None
    max_holding_bars: int


class SignalDetailBars(TypedDict):
    """the window it was judged by"""

    ts_event: list[int]
    open: list[float]
    high: list[float]
    low: list[float]
    close: list[float]
    volume: list[float]
    taker_buy_volume: NotRequired[list[float]]
    features: NotRequired[dict[str, list[float | None]]]
    """columns of the sender; null where a bar has no value"""


class SignalDetail(TypedDict):
    """One recorded decision, and what moved its confidence."""

    enriched: RecordedAnswer
    transport: str
    received: str
    """ISO-8601"""
    features: dict[str, float] | None
    """what the model was asked about; null where none was, or it is not kept"""
    explanation: SignalDetailExplanation | None
    explanation_reason: str | None
    """why there is no explanation"""
    venn_abers: list[float] | None
    """the calibrated confidence, had this event lost or won; null where the model does not tell"""
    column_values: dict[str, float | None] | None
    """columns of the sender as they were read, null for one that was missing; null where none was sent or to be
    read"""
    profiles: dict[str, SignalDetailProfilesValue] | None
    """how each feature lay in training; null where the model does not tell"""
    outcome: Outcome | None
    """null while a side of the event is open, and for a flat signal"""
    barriers: SignalDetailBarriers | None
    """where an open trade ends, in prices"""
    bars: SignalDetailBars
    """the window it was judged by"""


class BandedMean(TypedDict):
    """A mean with a 90 % interval that holds however often one looks, and allows for labels that overlap; null ends
    below max(30, 10 (lag + 1)) outcomes."""

    mean: float | None
    """null for no outcomes"""
    low: float | None
    high: float | None
    standard_error: float | None
    """of the mean, by Newey–West with lag"""
    n: int
    lag: int


class PromiseGroupSkill(TypedDict):
    skill: float
    """1 − log loss / log loss of the share of training labels that won, which has 0"""
    low: float | None
    high: float | None
    n: int
    lag: int
    hindsight: float
    """of the best constant, which is known afterwards only"""


class PromiseGroup(TypedDict):
    n: int
    """outcomes with a promise and an end on both sides"""
    promised_r: float | None
    """mean promise: over the coin, after costs"""
    cost_r: float | None
    """mean cost, which is what a coin loses"""
    realised_r: BandedMean
    """what came of it, in the unit of the promise"""
    gap_r: BandedMean
    """realised less promised; 0 where promises are kept"""
    excess_r: BandedMean
    """over the coin, before costs"""
    excess_bps: BandedMean
    skill: PromiseGroupSkill | None
    """of all outcomes with a label and a base rate"""


class TrustFigures(TypedDict):
    n_outcomes: int
    n_left_out: int
    """of these, without a promise or without an end of the other side"""
    first_entry_ts: int | None
    last_entry_ts: int | None
    judged: PromiseGroup
    """of all signals that the model judged"""
    taken: PromiseGroup
    """of those that were taken"""


class DescendantClaimsHeadline(TypedDict):
    """the verdict as it is shown everywhere, and what it means"""

    word: str
    sentence: str


class DescendantClaims(TypedDict):
    verdict: Literal["none", "information", "selection", "edge", "edge (0.1)", "no_edge (0.1)", "unknown"]
    verdict_format: Literal["0.2", "0.1", "unknown"]
    """the rules by which it was found; those of 0.1 prove nothing"""
    headline: DescendantClaimsHeadline
    """the verdict as it is shown everywhere, and what it means"""
    pays_up_to_bps: float | None
    """basis points a round trip; 0 for nowhere, null where not known"""
    primary_pays_up_to_bps: float | None


class DescendantServedItemProofEnded(TypedDict):
    at: str
    why: str


class DescendantServedItem(TypedDict):
    since: str
    """ISO-8601"""
    why: str
    until: str | None
    """null where it serves"""
    end: Literal["serves", "replaced", "rolled_back"]
    next: str | None
    ended_because: str | None
    proof_ended: DescendantServedItemProofEnded | None
    """when nothing counted as proven any more, as after the alarm of decay"""


class Descendant(TypedDict):
    version: str
    parent: str | None
    """what served when it was trained"""
    claims: DescendantClaims | None
    """null where it is not kept any more"""
    created_at: str | None
    quarantined: str | None
    """why it may not be promoted"""
    served: list[DescendantServedItem]
    """oldest first; empty for a model that never served"""


class FeatureShift(TypedDict):
    name: str
    edges: list[float]
    """of the bins: quantiles of the training"""
    trained: list[float]
    """share of the training rows in each bin"""
    latest: list[float]
    """share of the latest signals in each bin"""
    psi: float
    psi_by_chance: float
    """about what it is without any change, for signals that are independent"""


class Trust(TypedDict):
    """Whether the serving model may be believed, and why."""

    model_version: str | None
    verdict: Literal["keeps", "breaks", "decayed", "too_early", "knows", "not_better", "worse", "promises_nothing", "computing", "no_model"]
    """of what it takes: keeps, breaks, too_early; where it takes nothing: knows, not_better, worse; decayed: what was
    proven of it has ended, as by an alarm, whatever it kept before; computing: outcomes are recorded that no figure
    has seen yet, so nothing is said of them"""
    sentence: str
    because: list[str]
    """its confidences beside a constant, its trades beside a coin"""
    as_of: str | None
    """ISO-8601, when the outcomes were read that the answer speaks of; null for none"""
    n_recorded: int
    """outcomes in the journal when this was answered, of whatever model"""
    n_computed: int
    """of these, the first ones, which the answer speaks of"""
    figures: TrustFigures | None
    """since it first served in this directory; null where no model serves, and while computing"""
    models: list[Descendant]
    """those that served, in that order; then those that never did"""
    n_signals: int
    """latest signals that features are of"""
    features: list[FeatureShift] | None
    """null for too few signals, and where the model file does not know its training rows"""


class Instruments(TypedDict):
    instruments: list[str]


class HeldBarsBars(TypedDict):
    ts_event: list[int]
    open: list[float]
    high: list[float]
    low: list[float]
    close: list[float]
    volume: list[float]
    taker_buy_volume: NotRequired[list[float]]
    features: NotRequired[dict[str, list[float | None]]]
    """columns of the sender; null where a bar has no value"""


class HeldBars(TypedDict):
    """The latest bars that are held, oldest first."""

    instrument_id: str
    bar_type: str | None
    """null for the series without one"""
    bars: HeldBarsBars


class ModelHeadline(TypedDict):
    """the verdict as it is shown everywhere, and what it means"""

    word: str
    sentence: str


class Model(TypedDict):
    version: str
    is_champion: bool
    is_predecessor: bool
    is_shadow: bool
    verdict: Literal["none", "information", "selection", "edge", "edge (0.1)", "no_edge (0.1)", "unknown"]
    verdict_format: Literal["0.2", "0.1", "unknown"]
    """the rules by which it was found; those of 0.1 prove nothing"""
    headline: ModelHeadline
    """the verdict as it is shown everywhere, and what it means"""
    pays_up_to_bps: float | None
    """basis points a round trip; 0 for nowhere, null where not known"""
    primary_pays_up_to_bps: float | None
    """basis points a round trip; 0 for nowhere, null where not known"""
    accuracy: float | None
    auc: float | None
    n_samples: int | None
    last_bar_ts: int | None


class Models(TypedDict):
    models: list[Model]


class NoFields(TypedDict):
    """An empty object; the body may be left out."""


class StatusServingHeadline(TypedDict):
    """the verdict as it is shown everywhere, and what it means"""

    word: str
    sentence: str


class StatusServing(TypedDict):
    version: str
    verdict: Literal["none", "information", "selection", "edge", "edge (0.1)", "no_edge (0.1)", "unknown"]
    verdict_format: Literal["0.2", "0.1", "unknown"]
    """the rules by which it was found; those of 0.1 prove nothing"""
    headline: StatusServingHeadline
    """the verdict as it is shown everywhere, and what it means"""
    pays_up_to_bps: float | None
    """basis points a round trip; 0 for nowhere, null where not known"""
    proven: bool
    """whether anything counts as proven while it serves: not after a rollback or an alarm of decay"""
    proven_up_to_bps: float | None
    """basis points a round trip, up to which it is proven that what it takes pays; null for nothing"""
    primary_proven_up_to_bps: float | None
    """the same of all signals of the primary"""
    since: str
    """ISO-8601; a restart in between does not count"""


class StatusHalted(TypedDict):
    since: str
    """ISO-8601"""
    reason: str | None
    recorded: bool
    """whether it is written down, so that a restart keeps it"""


class StatusLanes(TypedDict):
    """threads that judge signals: those that the settings ask for, and those that have not died"""

    configured: int
    running: int


class Feed(TypedDict):
    """One series of bars. It is judged by the steps, gaps and open hours that the serving model states."""

    instrument_id: str
    bar_type: str | None
    step_ns: int | None
    """time between two bars; null where most bars have no common one"""
    last_bar_ts: int
    """a 64-bit integer: read it without loss"""
    age_ms: float
    """from the last bar to now, by the clock of the service"""
    state: Literal["ok", "silent", "hole", "wrong_step"]
    """what a signal of now would meet: silent is answered stale, hole and wrong_step out_of_distribution"""
    judged: bool
    """whether the serving model states how such bars follow each other; if not, state is ok at any age"""


class StatusCounts(TypedDict):
    by_source: dict[str, int]
    by_transport: dict[str, int]
    rejected: dict[str, int]
    duplicates: int
    late: int
    over_budget: int
    outcomes: dict[str, int]
    bars: dict[str, int]


class StatusOutcomesDecilesItem(TypedDict):
    n: int
    low: float
    high: float
    mean_probability: float
    hit_rate: float


class StatusOutcomes(TypedDict):
    """rolling figures over the matured outcomes of the serving model; null where there are none"""

    n_matured: int
    n_pending: int
    n_unresolvable: int
    n_in_window: int
    accuracy: float | None
    base_rate: float | None
    brier: float | None
    log_loss: float | None
    ece: float | None
    """expected calibration error over ten bins"""
    deciles: list[StatusOutcomesDecilesItem]


class StatusJournal(TypedDict):
    status: Literal["ok", "full", "busy", "failed"]
    reason: str | None
    n_queued: int
    n_written: int


class StatusSeq(TypedDict):
    """the highest numbers of an answer and of an outcome that were streamed; 0 for none"""

    signals: int
    outcomes: int


class StatusBus(TypedDict):
    status: Literal["off", "connecting", "up", "down", "refused"]
    reason: str | None
    n_read: int
    n_answered: int
    n_dead: int
    n_ignored: int
    n_claimed: int
    n_reconnects: int
    n_awaited: NotRequired[int]
    """signals that waited for the bar that they were due; absent of a bus that never waits"""
    n_awaited_in_vain: NotRequired[int]
    """those of them whose bar did not come in time"""


class StatusShadow(TypedDict):
    version: str
    outcomes: int
    wanted: int


class MonitorLatest(TypedDict):
    n_outcomes: int
    accuracy: float
    drop: float
    drop_p_value: float
    skill: float | None
    skill_p_value: float
    lag: int


class Monitor(TypedDict):
    """What was found when the outcomes were last held against the baseline."""

    baseline_accuracy: float | None
    latest: MonitorLatest | None
    is_open: bool
    """a retraining is on its way, or a challenger stands in shadow"""


class StatusDetector(TypedDict):
    statistic: float
    """evidence that the model lost its skill; with calibrated confidences its mean is one an outcome"""
    threshold: float
    """retrain.false_alarm_outcomes: an alarm where the statistic reaches it"""
    n: int
    """outcomes scored since the model began to serve"""
    last_alarm_ts: int | None
    """when the trade ended that raised the last alarm of this model; null for none"""


class DriftGapEstimated(TypedDict):
    n_signals: int
    accuracy: float
    standard_error: float


class DriftGap(TypedDict):
    estimated: DriftGapEstimated
    realised: float
    gap: float
    n_errors: float | None


class DriftDetectorsItem(TypedDict):
    name: str
    n_seen: int
    n_drifts: int
    last_drift_at: int | None
    state: Literal["stable", "warning", "drift"]


class Drift(TypedDict):
    """Inputs and errors of the serving model. They inform, and never trigger."""

    n_signals: int
    psi: dict[str, float] | None
    """population stability index of each feature; above 0.25 much has changed"""
    estimated_accuracy: float | None
    """what the confidences promise before outcomes are known"""
    gap: DriftGap | None
    detectors: list[DriftDetectorsItem]


class AlertsCounts(TypedDict):
    sent: int
    failed: int
    held_back: int
    dropped: int


class AlertsWebhooksItem(TypedDict):
    setting: str
    """which of the settings it is: alerts.webhooks.0"""
    origin: str
    """of its address; the rest may be a secret"""
    kind: Literal["standard", "slack", "discord"]
    events: list[Literal["champion_changed", "rolled_back", "retraining_failed", "model_wanted", "decay", "calibration_drift", "calibration_kept", "journal_full", "journal_failed", "journal_ok", "feed_silent", "feed_faulty", "feed_ok", "node_silent", "node_ok", "halted", "resumed"]]
    state: Literal["ok", "failing", "gone"]
    """failing: it is tried again; gone: it answered 410, and gets nothing until the next start"""
    n_pending: int
    """alerts that it has not taken yet"""
    fault: str | None
    """why the last attempt failed"""


class Alerts(TypedDict):
    """Whom the service tells what happens to it, and whether they take it."""

    is_running: bool
    counts: AlertsCounts
    webhooks: list[AlertsWebhooksItem]


class Status(TypedDict):
    version: str
    uptime_seconds: float
    model_version: str | None
    model_reason: str | None
    serving: StatusServing | None
    """the model that serves, and what it may claim"""
    halted: StatusHalted | None
    """nothing is taken and every size is 0 since then; null when it is not halted"""
    n_instruments: int
    n_in_flight: int
    lanes: StatusLanes
    """threads that judge signals: those that the settings ask for, and those that have not died"""
    node_heartbeat_age_ms: float | None
    """since a node's latest message health:heartbeat; null where none was ever seen"""
    feeds: list[Feed]
    """every series of bars, the least recently used first"""
    counts: StatusCounts
    outcomes: StatusOutcomes
    """rolling figures over the matured outcomes of the serving model; null where there are none"""
    journal: StatusJournal
    seq: StatusSeq
    """the highest numbers of an answer and of an outcome that were streamed; 0 for none"""
    bus: StatusBus | None
    retrain: RetrainStatus | None
    shadow: StatusShadow | None
    """the model that is asked in silence about live signals, and how many outcomes are known of those wanted"""
    triggers: dict[str, int]
    """moves of retrainings since the start, by the state they led to"""
    monitor: Monitor
    detector: StatusDetector | None
    """the sequential detector of decay; null where no model serves, or its file states no base rate"""
    drift: Drift
    alerts: Alerts | None
    """null where no webhook is set"""
    event_loop_lag_ms: float
    n_watchers: int


class StreamSignal(TypedDict):
    """A signal to judge, over the stream."""

    instrument_id: str
    """for example BTC-PERP.HYPERLIQUID"""
    signal: Literal[-1, 0, 1] | str
    """-1 SELL, 0 FLAT, 1 BUY"""
    timestamp: int | str
    """UNIX nanoseconds from 1971 on, written and read digit for digit, or the same as text; no s, ms or us"""
    bars: NotRequired[list[Bar] | BarColumns | None]
    """at least 100, or absent where the service holds them"""
    strength: NotRequired[float | str | None]
    """(0, 1]; enters the size and nothing else, 1 when absent"""
    probability: NotRequired[float | str | None]
    """that a trade in the direction of the signal wins, [0, 1], by a model of your own; calibrated by a model that
    reads it, else recorded and said to be unused"""
    bar_type: NotRequired[str | None]
    """which series of the instrument; absent: one without a type, else the first that fits the model"""
    features: NotRequired[dict[str, float | str | None] | None]
    """your own columns by name, as known at the signal; for one that is left out, the last that a bar brought"""
    signal_id: NotRequired[str | None]
    """idempotency key; by default instrument, bar_type where sent, timestamp and signal"""
    type: Literal["signal"]
    ref: NotRequired[int | str]
    """comes back with the answer"""
    durable: NotRequired[bool]
    """answer only when the record is written"""
    include_bars: NotRequired[bool]
    """answer with the bars of the window instead of their number"""


class StreamBars(TypedDict):
    """Bars to take in, over the stream."""

    type: Literal["bars"]
    ref: NotRequired[int | str]
    """comes back with the answer"""
    instrument_id: str
    bar_type: NotRequired[str | None]
    """which series of the instrument they are of; null or absent for the one without a type"""
    bars: list[Bar] | BarColumns | Bar


ClientMessage: TypeAlias = (
    StreamSignal | StreamBars
)
"""What a client may send over the stream."""


class StreamHelloSeq(TypedDict):
    """of each type the number of the last event before this message, 0 for none; what comes next is 1 more"""

    enriched: int
    outcome: int
    state: int
    bars: int


class StreamHello(TypedDict):
    """Where the numbers of a stream begin."""

    type: Literal["hello"]
    started: str
    """when the service started, ISO-8601: state and bars count from there"""
    seq: StreamHelloSeq
    """of each type the number of the last event before this message, 0 for none; what comes next is 1 more"""


class ServerMessageEnriched(TypedDict):
    type: Literal["enriched"]
    seq: int
    """number of its record: 1 more than that of the message of this type before it"""
    enriched: EnrichedSignal


class ServerMessageOutcome(TypedDict):
    type: Literal["outcome"]
    seq: int
    """number of its record: 1 more than that of the message of this type before it"""
    outcome: Outcome


class StateModel(TypedDict):
    what: Literal["model"]
    model_version: str | None
    cause: Literal["serves", "rolled_back", "none", "proof_ended"]
    """another model serves; the one before serves again; none serves; nothing is proven of it any more"""
    event: str
    """in one sentence"""


class StateDecay(TypedDict):
    what: Literal["decay"]
    detector: Literal["window_accuracy", "window_skill", "sequential"] | None
    """what noticed it; null where an old record does not say"""
    model_version: str | None
    reason: str


class StateJournal(TypedDict):
    what: Literal["journal"]
    status: Literal["ok", "full", "busy", "failed"]
    reason: str | None


class StateHalt(TypedDict):
    what: Literal["halt"]
    halted: bool
    since: str | None
    """of the halt, ISO-8601; null when it is not halted"""
    reason: str | None
    """as whoever halted it said; null where nothing was said"""


class StateFeed(TypedDict):
    what: Literal["feed"]
    instrument_id: str
    bar_type: str | None
    state: Literal["ok", "silent", "hole", "wrong_step"]
    """what a signal of now would meet: silent is answered stale, hole and wrong_step out_of_distribution"""
    reason: str | None
    """what is wrong with its bars; null where nothing is"""


class StateNode(TypedDict):
    """the heartbeat of a node stopped, or came back; nothing is said where there never was one"""

    what: Literal["node"]
    state: Literal["ok", "silent"]
    reason: str | None
    """since when there is no heartbeat; null where there is"""


class StateFeatureDrift(TypedDict):
    """an input of the serving model left what it was in training, or came back; it never triggers"""

    what: Literal["feature_drift"]
    model_version: str | None
    feature: str
    psi: float
    """population stability index of the latest signals against the training"""
    drifted: bool
    """whether it rose above 0.25; false where it fell below 0.2 again"""


class StateCalibrationDrift(TypedDict):
    """confidences are not kept any more, or are again; it never triggers"""

    what: Literal["calibration_drift"]
    model_version: str | None
    promised: float
    """mean confidence over the latest outcomes"""
    realised: float
    """share of them that won"""
    p_value: float
    """chance of what was found if the confidences were right"""
    outcomes: int
    drifted: bool
    """false where nothing of it is found any more"""


class StateDrift(TypedDict):
    what: Literal["drift"]
    detector: str
    model_version: str | None
    outcomes: int


class StateShadowShadow(TypedDict):
    version: str
    outcomes: int
    wanted: int


class StateShadow(TypedDict):
    what: Literal["shadow"]
    model_version: str | None
    event: str
    shadow: StateShadowShadow | None
    """the model that is asked in silence about live signals, and how many outcomes are known of those wanted"""


class StateRetrain(TypedDict):
    what: Literal["retrain"]
    trigger_id: str
    instrument_id: str | None
    """what it trains on; null where version 0.1 did not record it"""
    bar_type: str | None
    """which series of it; null for the one without a type"""
    resumed_from: str | None
    """the retraining it takes up again, which a restart cut short"""
    reason: str
    detector: Literal["window_accuracy", "window_skill", "sequential"] | None
    """what noticed the decay: a test of the latest outcomes, or the sequential detector; null for any other reason"""
    state: str
    note: str | None
    model_version: str | None
    """the model that came of it"""


class StateModelWanted(TypedDict):
    """a retraining is due, and the serving model was made elsewhere: a new file is asked for"""

    what: Literal["model_wanted"]
    trigger_id: str
    instrument_id: str | None
    """what it trains on; null where version 0.1 did not record it"""
    bar_type: str | None
    """which series of it; null for the one without a type"""
    reason: str
    detector: Literal["window_accuracy", "window_skill", "sequential"] | None
    """what noticed the decay: a test of the latest outcomes, or the sequential detector; null for any other reason"""
    note: str | None
    """why, in one sentence; null where a person asked"""
    model_version: str
    """the model that serves"""


State: TypeAlias = (
    StateModel | StateDecay | StateJournal | StateHalt | StateFeed | StateNode | StateFeatureDrift | StateCalibrationDrift | StateDrift | StateShadow | StateRetrain | StateModelWanted
)
"""A change of the service itself."""


class ServerMessageState(TypedDict):
    type: Literal["state"]
    seq: int
    """1 more than that of the message of this type before it; 1 for the first of a start"""
    state: State


class ServerMessageBarsBars(TypedDict):
    """held bars that were added, revised or late, oldest first"""

    ts_event: list[int]
    open: list[float]
    high: list[float]
    low: list[float]
    close: list[float]
    volume: list[float]
    taker_buy_volume: NotRequired[list[float]]
    features: NotRequired[dict[str, list[float | None]]]
    """columns of the sender; null where a bar has no value"""


class ServerMessageBars(TypedDict):
    type: Literal["bars"]
    seq: int
    """1 more than that of the message of this type before it; 1 for the first of a start"""
    instrument_id: str
    bar_type: str | None
    """null for the series without one"""
    oldest_ts: int
    """ts_event of the oldest bar of the series that is held now"""
    bars: ServerMessageBarsBars
    """held bars that were added, revised or late, oldest first"""


class ServerMessageAnswer(TypedDict):
    type: Literal["answer"]
    ref: NotRequired[int | str]
    """that of the message it answers"""
    answer: EnrichedSignal


class ServerMessageBarsReceipt(TypedDict):
    type: Literal["bars_receipt"]
    ref: NotRequired[int | str]
    """that of the message it answers"""
    receipt: BarsReceipt


class ServerMessageErrorError(TypedDict):
    code: str
    message: str
    field: NotRequired[str]


class ServerMessageError(TypedDict):
    type: Literal["error"]
    ref: NotRequired[int | str]
    """that of the message it answers"""
    error: ServerMessageErrorError


ServerMessage: TypeAlias = (
    StreamHello | ServerMessageEnriched | ServerMessageOutcome | ServerMessageState | ServerMessageBars | ServerMessageAnswer | ServerMessageBarsReceipt | ServerMessageError
)
"""What the service sends over the stream: events, and answers."""


class Health(TypedDict):
    alive: Literal[True]


class Readiness(TypedDict):
    """Where a token is set, or the Host header does not name this service, it is `ready` alone."""

    ready: bool
    reasons: NotRequired[list[str]]
    journal: NotRequired[str]
    bus: NotRequired[str]
    """off, or the state of the bus; a bus that is away does not make the service unready"""
    bus_reason: NotRequired[str | None]
