"""Makes the golden files of the built-in features: reference libraries on seeded bars, each value from its own window of bars.

Each group of libraries has an environment of its own (test/references), so it is run once a group, with that environment's Python:
  python test/golden/built-ins/make.py indicators|spreads|mlfinpy
"""

import importlib.metadata
import json
import pathlib
import platform
import sys

HERE = pathlib.Path(__file__).parent
REFERENCES = HERE.parent.parent / "references"
GROUP = sys.argv[1]
sys.path[:0] = [str(REFERENCES / GROUP), str(REFERENCES)]

import numpy as np  # noqa: E402
from built_in import frame, reference_values  # noqa: E402
from references import REFERENCES as FEATURES  # noqa: E402

N_BARS = 260
ROWS = [215, 236, 259]
LIBRARIES = ["numpy", "pandas", "TA-Lib", "pandas-ta-classic", "OrderFlowKit", "mlfinpy"]
# Number of bars that a feature of the parameter n reads, from its definition, and the parameters that are tried.
LOOKBACKS = {
    "volatility": (lambda n: n + 1, [20, 7, 50]),
    "momentum": (lambda n: n + 1, [20, 1, 50]),
    "trend_strength": (lambda n: n + 1, [20, 7, 50]),
    "normalized_atr": (lambda n: n + 1, [14, 5, 50]),
    "vol_of_vol": (lambda n: 2 * n, [20, 7, 50]),
    "mean_reversion": (lambda n: n + 1, [20, 7, 50]),
    "volume_ratio": (lambda n: n, [20, 7, 50]),
    "rsi": (lambda n: 7 * n + 2, [14, 2, 21]),
    "macd_histogram": (lambda n: 4 * n - 4, [26, 6, 35]),
    "bollinger_b": (lambda n: n, [20, 7, 50]),
    "adx": (lambda n: 7 * n + 2, [14, 2, 21]),
    "efficiency_ratio": (lambda n: n + 1, [10, 2, 50]),
    "parkinson_volatility": (lambda n: n, [20, 1, 50]),
    "garman_klass_volatility": (lambda n: n, [20, 1, 50]),
    "amihud_illiquidity": (lambda n: n + 1, [20, 3, 50]),
    "corwin_schultz_spread": (lambda n: n + 1, [20, 3, 50]),
    "roll_spread": (lambda n: n + 2, [20, 7, 50]),
    "order_flow_imbalance": (lambda n: n, [20, 1, 50]),
    "frac_diff": (lambda n: n, [100, 2, 150]),
}


def make_bars():
    """A random walk with gaps, a bar without volume in ten, and prices of three decimals."""
    rng = np.random.default_rng(19)
    opens, highs, lows, closes, volumes, buys = [], [], [], [], [], []
    price = 250.0
    for _ in range(N_BARS):
        open_ = round(price * np.exp(rng.normal(0, 0.0005)), 3)
        price = round(open_ * np.exp(rng.normal(0, 0.004)), 3)
        volume = 0 if rng.random() < 0.1 else int(rng.integers(1, 1000))
        opens.append(open_)
        closes.append(price)
        highs.append(round(max(open_, price) + abs(rng.normal(0, 0.4)), 3))
        lows.append(round(min(open_, price) - abs(rng.normal(0, 0.4)), 3))
        volumes.append(volume)
        buys.append(int(rng.integers(0, volume + 1)))
    return {"open": opens, "high": highs, "low": lows, "close": closes, "volume": volumes, "taker_buy_volume": buys}


def versions():
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def main():
    bars = make_bars()
    values = [
        {"base": base, "n": n, "lookback": lookback(n),
         "values": reference_values(FEATURES[base], frame(bars), ROWS, lookback(n), n).tolist()}
        for base, (lookback, parameters) in LOOKBACKS.items() if base in FEATURES for n in parameters
    ]
    (HERE / "bars.json").write_text(json.dumps({"rows": ROWS, "bars": bars}) + "\n")
    (HERE / f"{GROUP}.json").write_text(json.dumps({"versions": versions(), "features": values}, indent=1) + "\n")


main()
