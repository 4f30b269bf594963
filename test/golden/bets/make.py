"""Makes the golden file of bets: AFML's bet, average of active bets and steps by RiskLabAI, Kelly's share by a search.

RiskLabAI 3.2.0 wants Python 3.12; these modules run on 3.11 too, from its unpacked wheel on PYTHONPATH, with pandas, scipy,
joblib and scikit-learn beside it. Kelly's share is the maximum of the mean logarithm of growth, found by a golden-section search
with 60 digits (mpmath): no formula of ours is in it. Run with the versions that `expected.json` records:

    pip download --no-deps --python-version 3.12 --only-binary=:all: RiskLabAI==3.2.0 && unzip risklabai-*.whl -d risklabai
    PYTHONPATH=risklabai python test/golden/bets/make.py
"""

import json
import pathlib
import platform
import warnings

import mpmath
import numpy as np
import pandas as pd
import scipy

warnings.simplefilter("ignore")

import RiskLabAI
from RiskLabAI.backtest.bet_sizing import avg_active_signals, discrete_signal, generate_signal

HERE = pathlib.Path(__file__).parent
VERSIONS = {
    "python": platform.python_version(),
    "risklabai": RiskLabAI.__version__,
    "numpy": np.__version__,
    "pandas": pd.__version__,
    "scipy": scipy.__version__,
    "mpmath": mpmath.__version__,
}
START = pd.Timestamp("2024-01-01")
mpmath.mp.dps = 60


def time_of(bar):
    return pd.NaT if bar < 0 else START + pd.Timedelta(minutes=int(bar))


def bar_of(time):
    return int((time - START) / pd.Timedelta(minutes=1))


def afml():
    """AFML snippet 10.1; its 1/n_classes is the probability of a bet of 0, here the break-even."""
    cases = []
    for break_even in [0.05, 0.25, 0.37, 0.5, 0.6, 0.8, 0.95]:
        probability = np.round(np.append(np.linspace(break_even, 0.999, 12)[1:], 0.6), 6)
        index = pd.DatetimeIndex([time_of(bar) for bar in range(len(probability))])
        events = pd.DataFrame({"t1": index + pd.Timedelta(minutes=1)}, index=index)
        signal = generate_signal(events, 1e-14, pd.Series(probability, index=index), pd.Series(1.0, index=index),
                                 1 / break_even, 1)
        cases.append({"break_even": break_even, "probability": probability, "bet": signal.loc[index].to_numpy()})
    return cases


def growth(share, probability, won, lost):
    return probability * mpmath.log(1 + share * won) + (1 - probability) * mpmath.log(1 - share * lost)


def search(probability, won, lost):
    """Share of capital per R in [0, 1] at which the mean logarithm of growth is largest."""
    p, w, l = mpmath.mpf(probability), mpmath.mpf(won), mpmath.mpf(lost)
    ratio = (mpmath.sqrt(5) - 1) / 2
    low, high = mpmath.mpf(0), min(mpmath.mpf(1), (1 - mpmath.mpf(10) ** -40) / l)
    while high - low > mpmath.mpf(10) ** -20:
        a, b = high - ratio * (high - low), low + ratio * (high - low)
        if growth(a, p, w, l) < growth(b, p, w, l):
            low = a
        else:
            high = b
    return float((low + high) / 2)


def kelly():
    cases = []
    rng = np.random.default_rng(15)
    for _ in range(60):
        win, loss = np.round(rng.uniform(0.3, 3, 2), 4)
        coin, cost = np.round(rng.uniform(0, 0.1, 2), 4)
        probability = round(float(rng.uniform(0.2, 0.95)), 4)
        cases.append({"win": win, "loss": loss, "coin": coin, "cost": cost, "probability": probability,
                      "share": search(probability, win - coin - cost, loss + coin + cost)})
    return cases


def averages():
    cases = []
    for seed, n, last, longest, still_open in [(1, 40, 60, 12, 0.1), (2, 300, 400, 60, 0.05), (3, 25, 200, 3, 0.0),
                                               (4, 60, 20, 9, 0.2), (5, 1, 5, 3, 1.0)]:
        rng = np.random.default_rng(seed)
        t0 = rng.integers(0, last, n)
        t1 = np.where(rng.random(n) < still_open, -1, t0 + rng.integers(0 if seed == 4 else 1, longest, n))
        size = np.round(rng.uniform(-1, 1, n), 6)
        signals = pd.DataFrame({"t1": pd.to_datetime([time_of(bar) for bar in t1]), "signal": size},
                               index=pd.DatetimeIndex([time_of(bar) for bar in t0]))
        average = avg_active_signals(signals, 1)
        cases.append({"t0": t0, "t1": t1, "size": size, "bar": [bar_of(time) for time in average.index],
                      "average": average.to_numpy()})
    return cases


def steps():
    cases = []
    for step in [0.05, 0.1, 0.125, 0.25, 0.3, 1.0]:
        size = np.append(np.linspace(-1.2, 1.2, 41), np.arange(-9, 10, 2) * step / 2)
        cases.append({"step": step, "size": size, "rounded": discrete_signal(pd.Series(size), step).to_numpy()})
    return cases


def plain(value):
    if isinstance(value, dict):
        return {name: plain(inside) for name, inside in value.items()}
    if isinstance(value, list):
        return [plain(inside) for inside in value]
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


def main():
    made = {"versions": VERSIONS, "afml": afml(), "kelly": kelly(), "averages": averages(), "steps": steps()}
    (HERE / "expected.json").write_text(json.dumps(plain(made)) + "\n")


if __name__ == "__main__":
    main()
