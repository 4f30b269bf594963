"""Range volatilities and the fractional difference by mlfinpy, each on one window of bars, for a long trade."""

import numpy as np
from mlfinpy.util.frac_diff import frac_diff_ffd
from mlfinpy.util.volatility import get_garman_class_vol, get_parksinson_vol

ORDER = 0.4


def frac_diff(bars, _n):
    """No weight is too small: the window alone says how many there are."""
    logs = np.log(bars[["close"]])
    return frac_diff_ffd(logs, ORDER, thresh=0).close.iloc[-1]


def garman_klass(bars, n):
    return get_garman_class_vol(bars.open, bars.high, bars.low, bars.close, window=n).iloc[-1]


REFERENCES = {
    "parkinson_volatility": lambda bars, n: get_parksinson_vol(bars.high, bars.low, window=n).iloc[-1],
    "garman_klass_volatility": garman_klass,
    "frac_diff": frac_diff,
}


def library_of(_base):
    return "mlfinpy"
