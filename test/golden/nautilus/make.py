"""Payloads by NautilusTrader itself: `pip install nautilus_trader==1.221.0`, then `python make.py`, which writes golden.json.

With `python make.py check < payloads.json` it reads EnrichedSignal payloads of ours with the real deserializer and prints what
the Python class holds.
"""

import base64
import json
import pathlib
import sys

from nautilus_trader.core.data import Data
from nautilus_trader.model.custom import customdataclass
from nautilus_trader.model.data import Bar
from nautilus_trader.model.data import BarType
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.model.objects import Price
from nautilus_trader.model.objects import Quantity
from nautilus_trader.serialization.serializer import MsgSpecSerializer

import msgspec


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


def serializer(encoding):
    codec = msgspec.json if encoding == "json" else msgspec.msgpack
    return MsgSpecSerializer(encoding=codec, timestamps_as_str=True)


TS = 1700000059999999999
BAR_TYPE = BarType.from_str("BTC-PERP.HYPERLIQUID-1-MINUTE-LAST-EXTERNAL")
BAR = Bar(
    BAR_TYPE,
    Price.from_str("42000.10"),
    Price.from_str("42010.00"),
    Price.from_str("41990.00"),
    Price.from_str("42005.50"),
    Quantity.from_str("12.345000"),
    TS,
    TS + 123,
)
SIGNAL = TradeSignal(ts_event=TS, ts_init=TS + 1, instrument_id=BAR_TYPE.instrument_id, signal=-1, signal_id="node-7")


def make():
    out = {}
    for encoding in ("json", "msgpack"):
        for name, thing in (("Bar", BAR), ("TradeSignal", SIGNAL)):
            payload = serializer(encoding).serialize(thing)
            out[f"{name}.{encoding}"] = base64.b64encode(payload).decode()
    target = pathlib.Path(__file__).parent / "golden.json"
    target.write_text(json.dumps(out, indent=2) + "\n")


def check():
    for encoding, payload in json.load(sys.stdin).items():
        event = serializer(encoding).deserialize(base64.b64decode(payload))
        fields = {name: str(value) for name, value in event.to_dict().items()}
        print(json.dumps({"encoding": encoding, "class": type(event).__name__, "fields": fields}))


check() if sys.argv[1:] == ["check"] else make()
