"""The indicators by TA-Lib, pandas-ta-classic and pandas, each on one window of bars, for a long trade."""

import numpy as np
import pandas_ta_classic
import talib

MACD_SLOW, MACD_FAST, MACD_SIGNAL = 26, 12, 9


def values(column):
    return column.to_numpy(dtype=float)


def log_returns(bars):
    return np.log(bars.close).diff()


def volatility(bars, n):
    return log_returns(bars).rolling(n).std()


def macd_histogram(bars, n):
    fast, signal = (int(np.floor(k * n / MACD_SLOW + 0.5)) for k in (MACD_FAST, MACD_SIGNAL))
    histogram = talib.MACD(values(bars.close), fastperiod=fast, slowperiod=n, signalperiod=signal)[2]
    return histogram[-1] / bars.close.iloc[-1]


def trend_strength(bars, n):
    move = np.log(bars.close.iloc[-1] / bars.close.iloc[-1 - n])
    return abs(move) / (volatility(bars, n).iloc[-1] * np.sqrt(n))


def normalized_atr(bars, n):
    ranges = talib.TRANGE(values(bars.high), values(bars.low), values(bars.close))
    return ranges[-n:].mean() / bars.close.iloc[-1]


def mean_reversion(bars, n):
    average = talib.SMA(values(bars.close), n)[-1]
    return (bars.close.iloc[-1] / average - 1) / volatility(bars, n).iloc[-1]


def bollinger_b(bars, n):
    return pandas_ta_classic.bbands(bars.close, length=n, std=2, talib=False).iloc[-1].filter(like="BBP").item() - 0.5


REFERENCES = {
    "volatility": lambda bars, n: volatility(bars, n).iloc[-1],
    "momentum": lambda bars, n: log_returns(bars).rolling(n).sum().iloc[-1],
    "trend_strength": trend_strength,
    "normalized_atr": normalized_atr,
    "vol_of_vol": lambda bars, n: volatility(bars, n).rolling(n).std().iloc[-1],
    "mean_reversion": mean_reversion,
    "volume_ratio": lambda bars, n: bars.volume.iloc[-1] / bars.volume.rolling(n).mean().iloc[-1],
    "rsi": lambda bars, n: talib.RSI(values(bars.close), n)[-1] - 50,
    "macd_histogram": macd_histogram,
    "bollinger_b": bollinger_b,
    "adx": lambda bars, n: talib.ADX(values(bars.high), values(bars.low), values(bars.close), n)[-1],
    "efficiency_ratio": lambda bars, n: pandas_ta_classic.er(bars.close, length=n).iloc[-1],
}
LIBRARIES = {
    "normalized_atr": "TA-Lib",
    "mean_reversion": "TA-Lib and pandas",
    "rsi": "TA-Lib",
    "macd_histogram": "TA-Lib",
    "bollinger_b": "pandas-ta-classic",
    "adx": "TA-Lib",
    "efficiency_ratio": "pandas-ta-classic",
}


def library_of(base):
    return LIBRARIES.get(base, "pandas")
