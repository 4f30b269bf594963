"""Makes the golden figures of the labels of a fixed horizon and of trend scanning, by libraries that are not ours.

Its environment is that of the group mlfinpy (test/references/mlfinpy/requirements.txt), so run it with that environment's Python:
  python test/golden/labels/make.py

Trends come from two sources that must agree: mlfinpy's trend_scanning_labels, and ordinary least squares by statsmodels over every span,
of which the one with the largest |t| is taken (López de Prado (2020), Machine Learning for Asset Managers, ch. 5.4).
"""

import json
import pathlib
from importlib.metadata import version

import numpy as np
import pandas as pd
import statsmodels.api as sm
from mlfinpy.labeling.trend_scanning import trend_scanning_labels

HERE = pathlib.Path(__file__).parent
N_BARS = 160
FEWEST_CLOSES = 5
HORIZONS = [4, 10, 21]
ROWS = [0, 3, 17, 40, 41, 42, 77, 99, 120, 137]


def make_closes():
    """A random walk of prices of three decimals near 30,000."""
    rng = np.random.default_rng(2020)
    moves = rng.normal(0, 0.003, N_BARS)
    return np.round(30000 * np.exp(np.cumsum(moves)), 3)


def by_statsmodels(closes, row, horizon):
    """t-values of the slope over every span, the shortest first; the strongest of them."""
    values = []
    for last in range(row + FEWEST_CLOSES - 1, row + horizon + 1):
        y = closes[row:last + 1]
        fit = sm.OLS(y, sm.add_constant(np.arange(len(y), dtype=float))).fit()
        values.append(fit.tvalues[1])
    best = int(np.argmax(np.abs(values)))
    return row + FEWEST_CLOSES - 1 + best, float(values[best])


def trends(closes, horizon):
    prices = pd.Series(closes, index=pd.date_range("2024-01-01", periods=len(closes), freq="min"))
    events = [prices.index[row] for row in ROWS]
    # It leaves out the longest of its windows, so it is given one bar more.
    scanned = trend_scanning_labels(prices, events, look_forward_window=horizon + 2, min_sample_length=FEWEST_CLOSES)
    found = []
    for row, (_, label) in zip(ROWS, scanned.iterrows(), strict=True):
        t1 = prices.index.get_loc(label.t1)
        bar, t_value = by_statsmodels(closes, row, horizon)
        assert t1 == bar and abs(t_value - label.t_value) < 1e-6 * abs(t_value), (row, t1, bar, label.t_value, t_value)
        found.append({"row": row, "t1": int(t1), "t_value": t_value, "bin": int(label.bin), "ret_to_t1": float(label.ret)})
    return found


def main():
    closes = make_closes()
    series = pd.Series(closes)
    expected = {
        "libraries": {name: version(name) for name in ["mlfinpy", "statsmodels", "numpy", "pandas"]},
        "close": closes.tolist(),
        "trends": [{"horizon": horizon, "labels": trends(closes, horizon)} for horizon in HORIZONS],
        "returns": [
            {"horizon": horizon, "rows": ROWS, "ret": series.pct_change(horizon).shift(-horizon)[ROWS].tolist()}
            for horizon in [1, *HORIZONS]
        ],
    }
    (HERE / "expected.json").write_text(json.dumps(expected) + "\n", encoding="utf8")


main()
