"""Makes the catalogs in this directory with the writers of NautilusTrader itself, on bars that are simulated here.

`pip install nautilus_trader==1.231.0` and `python make.py v1` write v1/ and expected.json; `pip install --pre
nautilus_trader==2.0.0rc6 pyarrow` and `python make.py v2` write v2/, from the same numbers.

The expected numbers are those nearest to the text of a price; float(price) of NautilusTrader is a bit off for some.
Bars close at ...999999999 ns, so that a reader which drops nanoseconds is seen; the instrument has a slash, which no directory has.
"""

import json
import math
import random
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
START = 1_700_000_000_000_000_000 - 1
MINUTE = 60_000_000_000
ONE = "BTC/USDT.BINANCE-1-MINUTE-LAST-EXTERNAL"
FIVE = "BTC/USDT.BINANCE-5-MINUTE-LAST-EXTERNAL"
OTHER = "ETH-PERP.HYPERLIQUID-1-MINUTE-LAST-EXTERNAL"


def rows(n, step, seed):
    """Times, and open, high, low, close and volume as text with 2 and 3 decimals."""
    rng = random.Random(seed)
    price = 42000.0
    out = []
    for i in range(n):
        end = price * math.exp(rng.gauss(0, 0.001))
        high = max(price, end) * (1 + abs(rng.gauss(0, 0.0004)))
        low = min(price, end) * (1 - abs(rng.gauss(0, 0.0004)))
        texts = [f"{price:.2f}", f"{high + 0.01:.2f}", f"{low - 0.01:.2f}", f"{end:.2f}", f"{rng.random() * 10:.3f}"]
        out.append((START + (i + 1) * step, texts))
        price = float(texts[3])
    return out


SERIES = {ONE: rows(130, MINUTE, 1), FIVE: rows(26, 5 * MINUTE, 2), OTHER: rows(8, MINUTE, 3)}


def signals():
    """(instrument, bar type, time, signal, strength, features) of two series; the second names no bar type."""
    for i, (ts, _) in enumerate(SERIES[ONE]):
        if i >= 100 and i % 3 == 0:
            score = "NaN" if i == 102 else repr(i / 7)
            yield "BTC/USDT.BINANCE", ONE, ts, 1 if i % 2 else -1, 0.5 + (i % 5) / 10, '{"score": %s}' % score
    for i, (ts, _) in enumerate(SERIES[OTHER]):
        if i % 4 == 0:
            yield "ETH-PERP.HYPERLIQUID", "", ts, 1 if i else -1, 1.0, ""


def fields(instrument_id):
    """The class of docs/nautilus.md as a body of its annotations, for both generations."""
    defaults = dict(instrument_id=instrument_id, signal=0, signal_id="", strength=1.0, bar_type="", features="")
    types = dict(instrument_id=type(instrument_id), signal=int, signal_id=str, strength=float, bar_type=str, features=str)
    return {"__annotations__": types, **defaults}


def bars_of(model, bar_type, given):
    kind = model.BarType.from_str(bar_type)
    make = lambda ts, p: model.Bar(kind, *map(model.Price.from_str, p[:4]), model.Quantity.from_str(p[4]), ts, ts)
    return [make(ts, texts) for ts, texts in given]


def make_v1():
    from types import SimpleNamespace

    from nautilus_trader.core.data import Data
    from nautilus_trader.model.custom import customdataclass
    from nautilus_trader.model.data import Bar, BarType, QuoteTick
    from nautilus_trader.model.identifiers import InstrumentId
    from nautilus_trader.model.objects import Price, Quantity
    from nautilus_trader.persistence.catalog import ParquetDataCatalog

    model = SimpleNamespace(Bar=Bar, BarType=BarType, Price=Price, Quantity=Quantity)
    TradeSignal = customdataclass(type("TradeSignal", (Data,), fields(InstrumentId.from_str("BTCUSDT.BINANCE"))))
    catalog = ParquetDataCatalog(fresh("v1"))
    for bar_type, given in SERIES.items():
        for part in (given[:100], given[100:]):
            if part:
                catalog.write_data(bars_of(model, bar_type, part))
    written = [
        TradeSignal(ts, ts + 5, InstrumentId.from_str(of), signal, "", strength, bar_type, features)
        for of, bar_type, ts, signal, strength, features in signals()
    ]
    catalog.write_data(written)
    btc, price, size = InstrumentId.from_str("BTC/USDT.BINANCE"), Price.from_str("1.00"), Quantity.from_str("1.000")
    catalog.write_data([QuoteTick(btc, price, price, size, size, START, START)])
    expected = {
        bar_type: {
            "ts_event": [str(bar.ts_event) for bar in catalog.bars(bar_types=[bar_type])],
            **{
                name: [float(str(getattr(bar, name))) for bar in catalog.bars(bar_types=[bar_type])]
                for name in ("open", "high", "low", "close", "volume")
            },
        }
        for bar_type in SERIES
    }
    (HERE / "expected.json").write_text(json.dumps(expected) + "\n")


def make_v2():
    import nautilus_trader.model as model
    from nautilus_trader.model.custom import customdataclass
    from nautilus_trader.persistence import ParquetDataCatalog

    TradeSignal = customdataclass(type("TradeSignal", (), fields(model.InstrumentId.from_str("BTCUSDT.BINANCE"))))
    model.register_custom_data_class(TradeSignal)
    catalog = ParquetDataCatalog(fresh("v2"))
    for bar_type, given in SERIES.items():
        for part in (given[:100], given[100:]):
            if part:
                catalog.write_bars(bars_of(model, bar_type, part))
    every = list(signals())
    for instrument in ("BTC/USDT.BINANCE", "ETH-PERP.HYPERLIQUID"):
        kind = model.DataType("TradeSignal", identifier=instrument.replace("/", ""))
        catalog.write_custom_data(
            [
                model.CustomData(
                    kind, TradeSignal(ts, ts + 5, model.InstrumentId.from_str(of), signal, "", strength, bar_type, features)
                )
                for of, bar_type, ts, signal, strength, features in every
                if of == instrument
            ]
        )


def fresh(name):
    directory = HERE / name
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    return str(directory)


if __name__ == "__main__":
    make_v1() if sys.argv[1] == "v1" else make_v2()
