"""Bars of `ml4t simulate` as candles of freqtrade: `python candles.py bars.csv FOLDER`."""

import sys
from pathlib import Path

import pandas as pd

CANDLE = 900_000_000_000
START = 1_700_000_100_000_000_000 // CANDLE * CANDLE

bars = pd.read_csv(sys.argv[1])
opened = pd.to_datetime([START + i * CANDLE for i in range(len(bars))], utc=True).as_unit("ms")
values = bars[["open", "high", "low", "close", "volume"]].astype(float)
candles = values.assign(date=opened)[["date", *values]]
candles.to_feather(Path(sys.argv[2]) / "BTC_USDT-15m.feather")
