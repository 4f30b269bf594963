"""The data classes of docs/nautilus.md; those of 1.x and of 2.x differ in their base alone."""

from nautilus_trader.model import InstrumentId
from nautilus_trader.model.custom import customdataclass

from plan import PLAN

if PLAN["generation"] == 1:
    from nautilus_trader.core.data import Data
else:
    Data = object

if PLAN["fields"] == "classic":

    @customdataclass
    class TradeSignal(Data):
        instrument_id: InstrumentId = InstrumentId.from_str("BTCUSDT.BINANCE")
        signal: int = 0
        signal_id: str = ""

    @customdataclass
    class EnrichedSignal(Data):
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

else:

    @customdataclass
    class TradeSignal(Data):
        instrument_id: InstrumentId = InstrumentId.from_str("BTCUSDT.BINANCE")
        signal: int = 0
        signal_id: str = ""
        strength: float = 1.0
        bar_type: str = ""
        features: str = ""

    @customdataclass
    class EnrichedSignal(Data):
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
