"""A component of a node whose clock a test moves, and answers to its questions."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from nautilus_trader.model import Bar, BarType, Price, Quantity

BAR_TYPE = BarType.from_str("BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL")
START = 1_700_000_040_000_000_000
MINUTE = 60_000_000_000
MS = 1_000_000


def bar(i: int) -> Any:
    """Bar `i` of a market that rises; its close is 100.10 + i."""
    ts = START + i * MINUTE
    prices = (Price.from_str(f"{100 + i}.{cents}") for cents in ("00", "50", "00", "10"))
    return Bar(BAR_TYPE, *prices, Quantity.from_str("12.345000"), ts, ts)


class Clock:
    """Runs its timers when it is moved."""

    def __init__(self) -> None:
        self.now = START
        self.timers: dict[str, Callable[[object], None]] = {}

    def timestamp_ns(self) -> int:
        return self.now

    def set_timer(self, name: str, interval: object, callback: Callable[[object], None]) -> None:
        del interval
        self.timers[name] = callback

    def cancel_timer(self, name: str) -> None:
        del self.timers[name]

    def move_ms(self, ms: int) -> None:
        self.now += ms * MS
        for timer in list(self.timers.values()):
            timer(None)


class Component:
    """What `Asking` needs of a strategy or an actor."""

    def __init__(self, capacity: int = 1_000) -> None:
        self.clock = Clock()
        self.bars: list[Any] = []
        #: Bars that the cache keeps of a type.
        self.capacity = capacity
        self.cache = SimpleNamespace(bar=self._bar)
        self.warnings: list[str] = []
        self.log = SimpleNamespace(warning=self.warnings.append)
        self.published: list[Any] = []
        self.subscribed: list[Any] = []

    def _bar(self, bar_type: Any, index: int) -> Any:
        of_type = [held for held in self.bars if held.bar_type == bar_type][-self.capacity :]
        return of_type[-1 - index] if index < len(of_type) else None

    def publish_data(self, data_type: Any, data: Any) -> None:
        del data_type
        self.published.append(getattr(data, "data", data))

    def subscribe_data(self, data_type: Any, client_id: Any) -> None:
        self.subscribed.append((data_type, str(client_id)))


def until(condition: Any, component: Component, limit: float = 10.0) -> None:
    """Lets the other thread work, and the node's timers run without moving its clock."""
    end = time.monotonic() + limit
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("it never came")
        time.sleep(0.002)
        component.clock.move_ms(0)


def wire_answer(signal: dict[str, Any], **said: Any) -> dict[str, Any]:
    """An answer of the service, taken with half of the whole."""
    event = {
        "signal_id": signal["signal_id"],
        "instrument_id": signal["instrument_id"],
        "signal": signal["signal"],
        "timestamp": signal["timestamp"],
        "last_bar_ts": signal["timestamp"],
        "n_bars": 100,
    }
    factors = ("direction", "magnitude", "bet", "regime_weight", "non_toxicity", "fractional_kelly")
    return {
        "signal_id": signal["signal_id"],
        "signal_event": event,
        "meta_confidence": 0.625,
        "regime_weight": 0.8,
        "toxicity": 0.25,
        "toxicity_available": True,
        "toxicity_percentile": 0.5,
        "raw_confidence": 0.75,
        "model_available": True,
        "model_version": "m1",
        "source": "model",
        "reason": None,
        "bar_type": signal.get("bar_type"),
        "strength": signal.get("strength", 1.0),
        "last_bar_ts": signal["timestamp"],
        "meta_output": {"confidence": 0.625, "regime_weight": 0.8, "toxicity": 0.25},
        "base_rate": 0.375,
        "break_even": 0.5,
        "expected_r": 0.125,
        "expected_return_bps": 31.25,
        "cost_bps": 1.5,
        "take": True,
        "take_reason": "expected",
        "risk_distance": 105.5,
        "confidence_low": 0.5625,
        "confidence_high": 0.6875,
        "size_method": "afml",
        "size": signal["signal"] * 0.5,
        "size_factors": {name: float(i) for i, name in enumerate(factors)},
        "answer_hash": "ab" * 32,
        "seq": 1,
        "latency_ns": 1,
        "late": False,
        "duplicate": False,
        **said,
    }
