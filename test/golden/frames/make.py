"""Golden values of time frames: pandas `resample(label='right', closed='right')` and `merge_asof` backward.

Run: python test/golden/frames/make.py SHARED_DATA > test/golden/frames/frames.json
(pandas 2 or later). Of the shared files only digests are kept: SHA-256 over the little-endian bytes of a column that has, for every
bar, the value of the last frame that has ended; NaN as 0, and 0 before the first.
"""

import hashlib
import json
import random
import sys

import numpy as np
import pandas as pd

FILES = {
    "binance_BTCUSDT_15m_2025.csv.gz": ["30min", "1h", "4h", "1D"],
    "bitmex_XBTUSD_1m_2018H2.csv.gz": ["5min", "15min", "1h"],
    "us_equity_BKNG_1m_2024.csv.gz": ["15min", "1h", "1D"],
    "lean_oanda_EURUSD_1h_2013_on.csv.gz": ["4h", "12h", "1D"],
    "cme_ESZ3_1m_2013-10.csv.gz": ["10min", "2h"],
}
MAX_BARS = 6_000
NAMES = {"30min": "30m", "5min": "5m", "10min": "10m", "15min": "15m", "1D": "1d"}
RULES = {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"}


def frames_of(bars: pd.DataFrame, frame: str) -> pd.DataFrame:
    return bars.resample(frame, label="right", closed="right").agg(RULES).dropna(subset=["close"])


def aligned(bars: pd.DataFrame, frame: str) -> pd.DataFrame:
    frames = frames_of(bars, frame)
    frames["end"] = frames.index.as_unit("ns").asi8
    left = pd.DataFrame(index=bars.index)
    return pd.merge_asof(left, frames, left_index=True, right_index=True, direction="backward")


def digest(column: pd.Series, dtype: str) -> str:
    return hashlib.sha256(column.fillna(0).to_numpy().astype(dtype).tobytes()).hexdigest()


def of_file(path: str, frame: str) -> dict:
    bars = pd.read_csv(path, nrows=MAX_BARS)
    bars.index = pd.to_datetime(bars.iloc[:, 0], utc=True)
    table = aligned(bars, frame)
    return {
        "frame": NAMES.get(frame, frame),
        "end": digest(table["end"], "<i8"),
        **{name: digest(table[name], "<f8") for name in ("open", "high", "low", "close")},
        "volume": float(table["volume"].sum()),
    }


def synthetic() -> dict:
    """Bars of some seconds with holes, from before 1970 to after it, off the grid of the frames by 999 ms here and there."""
    rng = random.Random(19)
    ts, price, rows = -9_000_000, 100.0, []
    for _ in range(260):
        ts += 60_000 * rng.choice([1, 1, 1, 1, 1, 1, 2, 9, 70])
        o = price
        price = round(price * (1 + rng.gauss(0, 0.01)), 2)
        late = rng.choice([0, 0, 0, -1])
        high, low = max(o, price) + rng.randint(0, 3) / 4, min(o, price) - rng.randint(0, 3) / 4
        rows.append([ts + late, o, high, low, price, rng.randint(0, 8)])
    bars = pd.DataFrame(rows, columns=["ts", "open", "high", "low", "close", "volume"])
    bars.index = pd.to_datetime(bars["ts"], unit="ms", utc=True)
    tables = {}
    for frame in ("5min", "15min", "1h", "4h", "1D"):
        frames = frames_of(bars, frame)
        frames.insert(0, "end_ms", frames.index.as_unit("ms").asi8)
        last = aligned(bars, frame)["end"].fillna(-1)
        ends = [int(each) for each in (last // 1_000_000).where(last != -1, np.iinfo(np.int64).min)]
        tables[NAMES.get(frame, frame)] = {
            "frames": frames.to_numpy().tolist(),
            "last_end_ms": [None if e == np.iinfo(np.int64).min else e for e in ends],
        }
    return {"bars": rows, "frames": tables}


if __name__ == "__main__":
    shared = sys.argv[1]
    files = {name: [of_file(f"{shared}/{name}", frame) for frame in frames] for name, frames in FILES.items()}
    json.dump({"pandas": pd.__version__, "max_bars": MAX_BARS, "files": files, "synthetic": synthetic()}, sys.stdout)
    print()
