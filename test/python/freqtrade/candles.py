"""Bars of `ml4t simulate` as candles of freqtrade: `python candles.py bars.csv FOLDER spot` or `futures`."""

import sys
from pathlib import Path

import pandas as pd

CANDLE = 900_000_000_000
START = 1_700_000_100_000_000_000 // CANDLE * CANDLE
FUNDING_RATE = 0.0001

_, path, folder, market = sys.argv
bars = pd.read_csv(path)
opened = pd.to_datetime([START + i * CANDLE for i in range(len(bars))], utc=True).as_unit("ms")
values = bars[["open", "high", "low", "close", "volume"]].astype(float)
candles = values.assign(date=opened)[["date", *values]]
if market == "spot":
    candles.to_feather(Path(folder) / "BTC_USDT-15m.feather")
else:
    futures = Path(folder) / "futures"
    futures.mkdir(exist_ok=True)
    candles.to_feather(futures / "BTC_USDT_USDT-15m-futures.feather")
    aggregated = {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"}
    hours = candles.resample("1h", on="date").agg(aggregated).reset_index()
    hours.to_feather(futures / "BTC_USDT_USDT-1h-mark.feather")
    rates = pd.DataFrame({"date": hours["date"], "funding_rate": FUNDING_RATE})
    rates.to_feather(futures / "BTC_USDT_USDT-1h-funding_rate.feather")
