"""Bars from trades by finmlkit, against ours on the same trades: those by time and by tick, with the volume that takers bought.

`bars.py FILE` prints a line a case, and exits with 1 where one differs. Where finmlkit's bars are defined otherwise:
- by time it takes (k T, (k + 1) T], ours are [k T, (k + 1) T): its trades come 1 ns later here; its bars of no trade are left out;
- by tick its first trade opens the first bar and is not in it: bars are compared from the second on;
- by volume and value it carries what is above the threshold into the next bar, ours begin with 0: not compared;
- it has no imbalance bars; its volumes are 32-bit, so ours are rounded to that.
"""

import io
import json
import logging
import sys

import numpy as np
import pandas as pd
from finmlkit.bar.data_model import TradesData
from finmlkit.bar.kit import TickBarKit, TimeBarKit

NAMES = ["open", "high", "low", "close", "volume", "trades"]
KINDS = ["time", "tick"]
logging.disable(logging.INFO)


def read_trades(path):
    frame = pd.read_csv(path, usecols=["timestamp", "price", "size", "side"])
    times = pd.to_datetime(frame.timestamp, format="ISO8601", utc=True).astype("int64").to_numpy()
    side = np.where(frame.side == "buy", 1, -1).astype(np.int8)
    return times, frame.price.to_numpy(float), frame["size"].to_numpy(float), side


def finmlkit_bars(trades, case):
    """The bars of one case, by our names: closes in ns."""
    times, price, size, side = trades
    is_time = case["kind"] == "time"
    data = TradesData(times + is_time, price, size, side=side, timestamp_unit="ns")
    kit = TimeBarKit(data, pd.Timedelta(seconds=case["size"])) if is_time else TickBarKit(data, case["size"])
    made, flow = kit.build_ohlcv(), kit.build_directional_features()
    bars = made[NAMES].reset_index(drop=True)
    bars["taker_buy_volume"] = flow.volume_buy.to_numpy()
    bars["ts_event"] = made.index.as_unit("ns").asi8
    return bars[bars.trades > 0].reset_index(drop=True)


def compared(bars, kind, n):
    """The rows that are compared: whole ones, without the last that is not finished."""
    return bars.iloc[0 if kind == "time" else 1:n].reset_index(drop=True)


def first_difference(ours, theirs):
    for name in ["open", "high", "low", "close", "trades"]:
        if (ours[name].to_numpy(float) != theirs[name].to_numpy(float)).any():
            return f"{name} differs"
    for name in ["volume", "taker_buy_volume"]:
        if (ours[name].to_numpy("f4") != theirs[name].to_numpy("f4")).any():
            return f"{name} differs"
    # A bar that closes at the time of the one before is stamped 1 ns behind it; the files have milliseconds.
    return "closes differ" if (ours.ts_event // 1000 != theirs.ts_event // 1000).any() else None


def main():
    with open(sys.argv[1], encoding="utf8") as file:
        cases = [case for case in json.load(file) if case["kind"] in KINDS]
    failed = 0
    for case in cases:
        ours = pd.read_csv(io.StringIO(case["bars"]), float_precision="round_trip")
        theirs = compared(finmlkit_bars(read_trades(case["path"]), case), case["kind"], len(ours))
        ours = compared(ours, case["kind"], len(ours))
        why = first_difference(ours, theirs) if len(ours) == len(theirs) else f"{len(ours)} bars, finmlkit has {len(theirs)}"
        failed += why is not None
        print(f"{'ok  ' if why is None else 'DIFF'}  {case['file']:<42} {case['kind']} {case['size']:<12} {len(theirs):>6} bars  {why or ''}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
