"""The calls of the service as values, without any transport: what is sent, and how the answer is read."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, cast
from urllib.parse import quote, urlencode

from ml4t_client.errors import RefusedError
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

T = TypeVar("T")

JSON = "application/json"
NDJSON = "application/x-ndjson"


@dataclass(frozen=True)
class Call(Generic[T]):
    """One request, which may be sent any number of times, and the reader of its answer."""

    method: str
    path: str
    body: bytes | None
    content_type: str
    read: Callable[[bytes], T]


def judge(signal: Signal, *, durable: bool = False) -> Call[EnrichedSignal]:
    """One signal."""
    return _judge("/v1/signals", signal, durable)


def judge_many(signals: Iterable[Signal], *, durable: bool = False) -> Call[list[EnrichedSignal | LineError]]:
    """Many signals, each answered in its place."""
    return _judge_many("/v1/signals", signals, durable)


def predict(prediction: Prediction, *, durable: bool = False) -> Call[EnrichedSignal]:
    """One signal with a probability."""
    return _judge("/v1/predictions", prediction, durable)


def predict_many(predictions: Iterable[Prediction], *, durable: bool = False) -> Call[list[EnrichedSignal | LineError]]:
    """Many signals with probabilities, each answered in its place."""
    return _judge_many("/v1/predictions", predictions, durable)


def _judge(path: str, signal: Signal | Prediction, durable: bool) -> Call[EnrichedSignal]:
    path = _with_query(path, durable=durable)
    return Call("POST", path, _line(_plain(signal)), JSON, lambda text: cast(EnrichedSignal, json.loads(text)))


def _judge_many(
    path: str, signals: Iterable[Signal | Prediction], durable: bool
) -> Call[list[EnrichedSignal | LineError]]:
    body = b"\n".join(_line(_plain(signal)) for signal in signals)
    path = _with_query(path, durable=durable)
    return Call("POST", path, body, NDJSON, lambda text: [json.loads(line) for line in text.splitlines() if line])


def add_bars(instrument_id: str, bars: Sequence[Bar] | BarColumns, bar_type: str | None) -> Call[BarsReceipt]:
    """Bars of one series."""
    path = _with_query(f"/v1/bars/{quote(instrument_id, safe='')}", bar_type=bar_type)
    return Call("POST", path, _line(bars), JSON, lambda text: cast(BarsReceipt, json.loads(text)))


def tell_outcome(outcome: ToldOutcome, *, durable: bool = False) -> Call[Outcome]:
    """How a signal ended."""
    path = _with_query("/v1/outcomes", durable=durable)
    return Call("POST", path, _line(outcome), JSON, lambda text: cast(Outcome, json.loads(text)))


def status() -> Call[Status]:
    """Everything at a glance."""
    return Call("GET", "/v1/status", None, JSON, lambda text: cast(Status, json.loads(text)))


def refusal(status: int, body: bytes) -> RefusedError:
    """The error that an answer other than 2xx stands for."""
    try:
        problem = json.loads(body)
        return RefusedError(status, problem["code"], problem["detail"], problem.get("field"))
    except (ValueError, KeyError, TypeError):
        text = body[:200].decode("utf-8", "replace")
        return RefusedError(status, "HTTP", f"the answer is none of the service's, is the url right? {text!r}")


def _with_query(path: str, **query: str | bool | None) -> str:
    said = {name: "true" if value is True else value for name, value in query.items() if value not in (None, False)}
    return f"{path}?{urlencode(said)}" if said else path


def _line(value: object) -> bytes:
    """One line of JSON. Raises ValueError for NaN and infinities, which JSON has not."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()


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
