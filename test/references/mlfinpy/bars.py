"""Bars from trades by mlfinpy, against ours on the same trades. `bars.py FILE` prints a line a case, and exits with 1 where one differs."""

import io
import json
import sys

import numpy as np
import pandas as pd
from mlfinpy.data_structure import imbalance_bars, standard_bars, time_bars

FLOATS = ["open", "high", "low", "close", "volume", "quote_volume"]
STANDARD = {
    "tick": standard_bars.get_tick_bars,
    "volume": standard_bars.get_volume_bars,
    "dollar": standard_bars.get_dollar_bars,
}
BATCH = 20_000_000


def read_trades(path):
    """The trades as mlfinpy wants them: time, price, size."""
    frame = pd.read_csv(path, usecols=["timestamp", "price", "size"])
    frame["timestamp"] = pd.to_datetime(frame.timestamp, format="ISO8601", utc=True)
    return frame[["timestamp", "price", "size"]].astype({"size": float})


def mlfinpy_bars(trades, case):
    """The bars of one case, by our names: time in ns; `taker_buy_volume` is by the tick rule."""
    kind, size = case["kind"], case.get("size")
    if kind == "time":
        made = time_bars.get_time_bars(trades, "S", size, batch_size=BATCH, verbose=False)
        closes = made.date_time.astype("int64") * 1_000_000_000
    elif kind in STANDARD:
        made = STANDARD[kind](trades, size, batch_size=BATCH, verbose=False)
        closes = pd.DatetimeIndex(made.date_time).as_unit("ns").asi8
    else:
        make = getattr(imbalance_bars, f"get_ema_{case['of']}_imbalance_bars")
        made, _ = make(trades, 3, case["window"], case["expectedTicks"], case["ticksBetween"], BATCH, verbose=False)
        closes = pd.DatetimeIndex(made.date_time).as_unit("ns").asi8
    names = {"cum_dollar_value": "quote_volume", "cum_ticks": "trades", "cum_buy_volume": "taker_buy_volume"}
    bars = made.rename(columns=names)[[*FLOATS, "trades", "taker_buy_volume"]].astype(float)
    bars.insert(0, "ts_event", np.asarray(closes, dtype="int64"))
    return bars


def first_difference(ours, theirs):
    """What differs first, in a sentence; None where all bars are equal to the bit."""
    if len(ours) != len(theirs):
        return f"{len(ours)} bars, mlfinpy has {len(theirs)}"
    # A bar that closes at the time of the one before is stamped 1 ns behind it; the files have milliseconds.
    if (ours.ts_event // 1000 != theirs.ts_event // 1000).any():
        return "closes differ"
    for name in [*FLOATS, "trades"]:
        wrong = np.flatnonzero(ours[name].to_numpy(float) != theirs[name].to_numpy(float))
        if len(wrong):
            return f"{name} of bar {wrong[0]}: {ours[name][wrong[0]]!r}, mlfinpy has {theirs[name][wrong[0]]!r}"
    # Before the first change of price no side is known: mlfinpy calls it not bought, ours half bought. The first bar has such trades.
    wrong = np.flatnonzero(ours.taker_buy_volume.to_numpy()[1:] != theirs.taker_buy_volume.to_numpy()[1:])
    return None if len(wrong) == 0 else f"taker_buy_volume of bar {wrong[0] + 1}"


def main():
    with open(sys.argv[1], encoding="utf8") as file:
        cases = json.load(file)
    failed = 0
    for case in cases:
        theirs = mlfinpy_bars(read_trades(case["path"]), case)
        ours = pd.read_csv(io.StringIO(case["bars"]), float_precision="round_trip")
        why = first_difference(ours, theirs)
        failed += why is not None
        what = f"{case['kind']} {case.get('of', case.get('size'))}"
        print(f"{'ok  ' if why is None else 'DIFF'}  {case['file']:<42} {what:<18} {len(theirs):>6} bars  {why or ''}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
