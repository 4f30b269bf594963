"""NautilusTrader 2.x: the data classes, and what a component does with them. Registering a class takes pyarrow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from nautilus_trader.common import DataActor as Actor
from nautilus_trader.model import ClientId, CustomData, DataType, InstrumentId, register_custom_data_class
from nautilus_trader.model.custom import customdataclass
from nautilus_trader.trading import Strategy

__all__ = ["Actor", "EnrichedSignal", "InstrumentId", "Strategy", "TradeSignal", "publish", "request_bars", "subscribe"]


@customdataclass
class TradeSignal:
    """A signal of the node, as the service reads it."""

    instrument_id: InstrumentId = InstrumentId.from_str("BTCUSDT.BINANCE")
    signal: int = 0  # -1 sell, 0 flat, 1 buy
    signal_id: str = ""  # empty: derived from instrument, bar_type where given, ts_event and signal
    strength: float = 1.0  # (0, 1], enters the size
    probability: float = -1.0  # [0, 1], that the trade wins, by a model of yours; -1 for none
    bar_type: str = ""  # str(bar.bar_type): the series to be judged by
    features: str = ""  # json.dumps({"funding_rate": 0.0001}): columns of your own that the model reads


@customdataclass
class EnrichedSignal:
    """An answer of the service with `redis.nautilus_fields: full`, field by field."""

    instrument_id: InstrumentId = InstrumentId.from_str("BTCUSDT.BINANCE")
    signal_id: str = ""
    signal: int = 0
    meta_confidence: float = 0.5
    raw_confidence: float = -1.0
    regime_weight: float = 0.8
    toxicity: float = 0.0
    toxicity_available: bool = False
    size: float = 0.0
    source: str = ""
    reason: str = ""
    model_version: str = ""
    model_available: bool = False
    answer_hash: str = ""
    late: bool = False
    strength: float = 1.0
    bar_type: str = ""
    last_bar_ts: int = 0
    base_rate: float = -1.0
    decision_available: bool = False
    break_even: float = 0.0
    expected_r: float = 0.0
    expected_return_bps: float = 0.0
    cost_bps: float = -1.0
    take: bool = False
    take_reason: str = ""
    risk_distance: float = 0.0
    confidence_low: float = -1.0
    confidence_high: float = -1.0
    size_method: str = ""
    size_direction: float = 0.0
    size_magnitude: float = 0.0
    size_bet: float = 0.0
    size_regime_weight: float = 0.0
    size_non_toxicity: float = 0.0
    size_fractional_kelly: float = 0.0


register_custom_data_class(TradeSignal)
register_custom_data_class(EnrichedSignal)


def publish(component: Any, signal: Any) -> None:
    """Puts a signal on the node's bus."""
    data_type = DataType("TradeSignal")
    component.publish_data(data_type, CustomData(data_type, signal))


def subscribe(component: Any, client_id: str) -> None:
    """Lets `on_data` be called with answers."""
    component.subscribe_data(DataType("EnrichedSignal"), client_id=ClientId(client_id))


def request_bars(component: Any, bar_type: Any, back: timedelta, then: Callable[[], None]) -> None:
    """Asks the data client for bars; they come to `on_historical_bars`, which calls back."""
    del then
    component.request_bars(bar_type, start=component.clock.utc_now() - back)
