"""Payloads by NautilusTrader itself, with the classes that docs/nautilus.md prints: `pip install nautilus_trader==1.221.0`.

`python make.py make classic` and `make full` write what a node sends: golden.json and golden-full.json.
`python make.py check classic < read-by-nautilus.json` (and `full < read-by-nautilus-full.json`) reads EnrichedSignal payloads of ours
with the real deserializer and prints what the Python class holds, one line each.
"""

import base64
import json
import pathlib
import re
import sys

from nautilus_trader.model.data import Bar
from nautilus_trader.model.data import BarType
from nautilus_trader.model.objects import Price
from nautilus_trader.model.objects import Quantity
from nautilus_trader.serialization.serializer import MsgSpecSerializer

import msgspec


def block_of(fields):
    """The classes of docs/nautilus.md; those of 0.1 end with signal_id and with late."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "nautilus.md").read_text(), re.DOTALL)
    (block,) = [block for block in blocks if "class EnrichedSignal" in block]
    if fields == "full":
        return block
    return re.sub(r"(?m)^(    (?:strength|bar_type|features|last_bar_ts|base_rate|decision_available|break_even|expected_\w+|cost_bps|take\w*|risk_distance|confidence_\w+|size_\w+): .*\n)", "", block)


ROOT = pathlib.Path(__file__).parents[3]
FIELDS = sys.argv[2]
exec(block_of(FIELDS))


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
MORE = {} if FIELDS == "classic" else {"strength": 0.4}
SIGNAL = TradeSignal(
    ts_event=TS, ts_init=TS + 1, instrument_id=BAR_TYPE.instrument_id, signal=-1, signal_id="node-7", **MORE
)


def make():
    out = {}
    for encoding in ("json", "msgpack"):
        for name, thing in (("Bar", BAR), ("TradeSignal", SIGNAL)):
            payload = serializer(encoding).serialize(thing)
            out[f"{name}.{encoding}"] = base64.b64encode(payload).decode()
    target = pathlib.Path(__file__).parent / ("golden.json" if FIELDS == "classic" else "golden-full.json")
    target.write_text(json.dumps(out, indent=2) + "\n")


def check():
    for encoding, payload in json.load(sys.stdin).items():
        event = serializer(encoding).deserialize(base64.b64decode(payload))
        again = serializer(encoding).deserialize(serializer(encoding).serialize(event))
        assert again == event, "it does not come back as itself"
        fields = {name: str(value) for name, value in event.to_dict().items()}
        print(json.dumps({"encoding": encoding, "class": type(event).__name__, "fields": fields}))


check() if sys.argv[1] == "check" else make()
