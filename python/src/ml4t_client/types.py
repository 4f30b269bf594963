"""Messages of the service, made from its OpenAPI document by `npm run python:types`; a test compares the two. Do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

__all__ = [
    "Alerts",
    "AlertsCounts",
    "AlertsWebhooksItem",
    "Bar",
    "BarColumns",
    "BarsReceipt",
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
    "Feed",
    "LineError",
    "LineErrorError",
    "Monitor",
    "MonitorLatest",
    "Outcome",
    "Prediction",
    "Problem",
    "RetrainStatus",
    "RetrainStatusProgress",
    "Signal",
    "Status",
    "StatusBus",
    "StatusCounts",
    "StatusDetector",
    "StatusHalted",
    "StatusJournal",
    "StatusOutcomes",
    "StatusOutcomesDecilesItem",
    "StatusSeq",
    "StatusServing",
    "StatusServingHeadline",
    "StatusShadow",
    "ToldOutcome",
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
