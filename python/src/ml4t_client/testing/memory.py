"""What a fake service remembers, and its rules: those of the service that a client meets."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from ml4t_client.testing.decision import FLAT, Decide, answer_of, hash_of
from ml4t_client.testing.problem import ProblemError
from ml4t_client.types import BarsReceipt, EnrichedSignal, HaltState, Outcome, Prediction, Signal

#: Fewest bars that a signal may bring.
_FEWEST_BARS = 100
_NUMBERS = ("open", "high", "low", "close", "volume")

Publish = Callable[[dict[str, Any]], None]


class Memory:
    """Signals, bars and outcomes of one fake service. Threads may share it."""

    def __init__(self, decide: Decide, publish: Publish) -> None:
        self.lock = threading.RLock()
        self.started = now()
        self.answers: list[EnrichedSignal] = []
        self.outcomes: list[Outcome] = []
        self.halted: HaltState = {"halted": False, "since": None, "reason": None}
        self.series: dict[tuple[str, str | None], dict[int, tuple[float, ...]]] = {}
        self._decide = decide
        self._publish = publish
        self._bodies: dict[str, Mapping[str, Any]] = {}
        self._by_id: dict[str, EnrichedSignal] = {}
        self._n_states = 0

    @property
    def numbers(self) -> dict[str, int]:
        """Of the last message of each type."""
        with self.lock:
            return {
                "enriched": len(self.answers),
                "outcome": len(self.outcomes),
                "state": self._n_states,
                "bars": 0,  # a fake publishes none
            }

    def begin_again(self, n_lost: int) -> None:
        """Forgets the last answers, and what was counted since the start."""
        with self.lock:
            self.started = now()
            self._n_states = 0
            for answer in self.answers[len(self.answers) - n_lost :]:
                del self._by_id[answer["signal_id"]], self._bodies[answer["signal_id"]]
            del self.answers[len(self.answers) - n_lost :]

    def judge(self, message: Mapping[str, Any], *, needs_probability: bool = False) -> EnrichedSignal:
        """Answers a signal; one that is known by its id as before."""
        signal = _checked(message, needs_probability)
        body = {name: value for name, value in message.items() if value is not None and name != "signal_id"}
        with self.lock:
            signal_id = signal.get("signal_id") or _derived_id(signal)
            known = self._by_id.get(signal_id)
            if known is not None:
                if self._bodies[signal_id] != body:
                    raise ProblemError(
                        409, "ID_CONFLICT", f"signal_id {signal_id} was used for another signal", "signal_id"
                    )
                return self._as_it_stands({**known, "duplicate": True})
            answer = self._answered(signal, signal_id)
            self._bodies[signal_id] = body
            self._by_id[signal_id] = answer
            self.answers.append(answer)
            self._publish({"type": "enriched", "seq": answer["seq"], "enriched": answer})
            return answer

    def add_bars(self, instrument_id: str, bars: Any, bar_type: str | None) -> BarsReceipt:
        """Takes bars of one series."""
        rows = _rows(bars)
        with self.lock:
            held = self.series.setdefault((instrument_id, bar_type), {})
            last = max(held, default=-1)
            n_new, n_repeated, n_revised, n_late = 0, 0, 0, 0
            for ts, values in rows:
                n_repeated += held.get(ts) == values
                n_revised += ts in held and held[ts] != values
                n_late += ts not in held and ts < last
                n_new += ts not in held and ts > last
                held[ts] = values
            return {
                "instrument_id": instrument_id,
                "n_added": n_new,
                "n_repeated": n_repeated,
                "n_revised": n_revised,
                "n_late": n_late,
                "n_too_old": 0,
            }

    def tell(self, told: Mapping[str, Any]) -> Outcome:
        """Takes how a signal ended."""
        with self.lock:
            answer = self._by_id.get(str(told.get("signal_id")))
            if answer is None:
                raise ProblemError(404, "UNKNOWN_SIGNAL", f"signal {told.get('signal_id')} is unknown", "signal_id")
            outcome = _outcome(told, answer, len(self.outcomes) + 1)
            known = next((one for one in self.outcomes if one["signal_id"] == outcome["signal_id"]), None)
            if known is not None:
                if {**known, "seq": 0} != {**outcome, "seq": 0}:
                    raise ProblemError(409, "OUTCOME_CONFLICT", "another outcome is recorded", "signal_id")
                return known
            self.outcomes.append(outcome)
            self._publish({"type": "outcome", "seq": outcome["seq"], "outcome": outcome})
            return outcome

    def halt(self, reason: str | None) -> HaltState:
        """Takes nothing from now on."""
        with self.lock:
            if not self.halted["halted"]:
                self.halted = {"halted": True, "since": now(), "reason": reason}
                self.note({"what": "halt", **self.halted})
            return self.halted

    def resume(self) -> HaltState:
        """Takes trades again."""
        with self.lock:
            if self.halted["halted"]:
                self.halted = {"halted": False, "since": None, "reason": None}
                self.note({"what": "halt", **self.halted})
            return self.halted

    def note(self, state: dict[str, Any]) -> None:
        """Publishes a change of the service itself."""
        with self.lock:
            self._n_states += 1
            self._publish({"type": "state", "seq": self._n_states, "state": state})

    def answer_to(self, signal_id: str) -> EnrichedSignal:
        """The recorded answer. Raises ProblemError for none."""
        with self.lock:
            if signal_id not in self._by_id:
                raise ProblemError(404, "UNKNOWN_SIGNAL", f"signal {signal_id} is unknown", "signal_id")
            return self._by_id[signal_id]

    def outcome_of(self, signal_id: str) -> Outcome | None:
        """The recorded outcome; None for none."""
        return next((one for one in self.outcomes if one["signal_id"] == signal_id), None)

    def held(self, instrument_id: str, bar_type: str | None) -> list[tuple[int, tuple[float, ...]]]:
        """Bars of a series, oldest first."""
        with self.lock:
            return sorted(self.series.get((instrument_id, bar_type), {}).items())

    def _answered(self, signal: Signal | Prediction, signal_id: str) -> EnrichedSignal:
        times = self._times_of(signal)
        decision = FLAT if int(signal["signal"]) == 0 else self._decide(signal)
        if decision.size * int(signal["signal"]) < 0:
            raise ValueError(f"size has the sign of the signal ({signal['signal']}), was {decision.size}")
        until = [ts for ts in times if ts <= int(signal["timestamp"])][-_FEWEST_BARS:]
        last = until[-1] if until else None
        return self._as_it_stands(answer_of(signal, signal_id, decision, last, len(until), len(self.answers) + 1))

    def _times_of(self, signal: Signal | Prediction) -> list[int]:
        brought = signal.get("bars")
        if brought is not None:
            times = [ts for ts, _ in _rows(brought)]
            if len(times) < _FEWEST_BARS:
                detail = f"bars must be at least {_FEWEST_BARS}, was {len(times)}"
                raise ProblemError(422, "NOT_ENOUGH_BARS", detail)
            return times
        return sorted(self.series.get((signal["instrument_id"], signal.get("bar_type")), {}))

    def _as_it_stands(self, answer: EnrichedSignal) -> EnrichedSignal:
        """While halted nothing is taken."""
        if not self.halted["halted"]:
            return answer
        stopped: EnrichedSignal = {**answer, "take": False, "take_reason": "halted", "size": 0.0}
        return {**stopped, "answer_hash": hash_of(stopped)}


def now() -> str:
    """The time of this machine, ISO-8601."""
    return datetime.now(UTC).isoformat()


def _checked(message: Mapping[str, Any], needs_probability: bool) -> Signal | Prediction:
    if message.get("signal") not in (-1, 0, 1, "-1", "0", "1"):
        raise ProblemError(400, "INVALID_VALUE", f"signal must be -1, 0 or 1, was {message.get('signal')!r}", "signal")
    if not isinstance(message.get("instrument_id"), str):
        raise ProblemError(400, "INVALID_VALUE", "instrument_id must be text", "instrument_id")
    if not str(message.get("timestamp")).isdecimal():
        raise ProblemError(400, "INVALID_VALUE", "timestamp must be UNIX nanoseconds", "timestamp")
    strength = message.get("strength")
    if strength is not None and not 0 < float(strength) <= 1:
        raise ProblemError(400, "INVALID_VALUE", f"strength must be in (0, 1], was {strength}", "strength")
    probability = message.get("probability")
    if (probability is None and needs_probability) or (probability is not None and not 0 <= float(probability) <= 1):
        raise ProblemError(400, "INVALID_VALUE", f"probability must be in [0, 1], was {probability}", "probability")
    return cast(Signal, message)


def _derived_id(signal: Signal | Prediction) -> str:
    series = [signal["instrument_id"], *([] if signal.get("bar_type") is None else [str(signal.get("bar_type"))])]
    return ":".join([*series, str(signal["timestamp"]), str(signal["signal"])])


def _rows(bars: Any) -> list[tuple[int, tuple[float, ...]]]:
    if isinstance(bars, Mapping):
        columns = [bars[name] for name in ("ts_event", *_NUMBERS)]
        cells = zip(*columns, strict=True) if isinstance(columns[0], list) else [tuple(columns)]
        return [(int(ts), tuple(float(value) for value in values)) for ts, *values in cells]
    return [(int(bar["ts_event"]), tuple(float(bar[name]) for name in _NUMBERS)) for bar in bars]


def _outcome(told: Mapping[str, Any], answer: EnrichedSignal, seq: int) -> Outcome:
    label, result = told.get("label"), told.get("return")
    if label is None and result is None:
        raise ProblemError(400, "INVALID_VALUE", "label must be 0 or 1, or come as a return", "label")
    cost = answer.get("cost_bps") or 0.0
    gross = None if result is None else float(result) + (cost / 10_000 if told.get("net") else 0)
    won = int(gross is not None and gross > 0) if label is None else int(label)
    exit_ts = told.get("ts_exit")
    return {
        "signal_id": answer["signal_id"],
        "instrument_id": answer["signal_event"]["instrument_id"],
        "bar_type": answer.get("bar_type"),
        "outcome": "told",
        "label": 1 if won else 0,
        "return": gross,
        "net": False,
        "cost_bps": cost,
        "coin": None,
        "excess": None,
        "exit_ts": None if exit_ts is None else int(exit_ts),
        "reason": None,
        "seq": seq,
    }
