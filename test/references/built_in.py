"""Compares values of built-in features with those of a reference library at the same bars. Used by the groups' compare.py."""

import json
import sys
import warnings

import numpy as np
import pandas as pd

TOLERANCE = 1e-9
COLUMNS = ["open", "high", "low", "close", "volume", "taker_buy_volume"]


def frame(bars):
    """Bars as a frame of floats; a column that the bars do not have is left out."""
    return pd.DataFrame({name: np.array(bars[name], dtype=float) for name in COLUMNS if bars.get(name) is not None})


def reference_values(reference, bars, rows, lookback, n):
    """The reference on the window of each row and on nothing else."""
    return np.array([reference(bars.iloc[row - lookback + 1:row + 1].reset_index(drop=True), n) for row in rows])


def difference(ours, theirs):
    """Largest difference, relative to the value or, where it is near zero, to the usual size of the feature; 0 for no rows."""
    if len(theirs) == 0:
        return 0.0
    size = np.maximum(np.abs(theirs), np.median(np.abs(theirs)))
    return float(np.max(np.abs(ours - theirs) / np.where(size > 0, size, 1)))


def run(references, library_of):
    """Prints a line a feature and series, and exits with 1 where one differs."""
    warnings.simplefilter("ignore", RuntimeWarning)  # 0 / 0 without volume or movement
    with open(sys.argv[1], encoding="utf8") as file:
        cases = json.load(file)
    failed = 0
    for case in cases:
        bars = frame(case["bars"])
        for feature in case["features"]:
            base, n = feature["base"], feature["n"]
            if base not in references or any(value is None for value in feature["values"]):
                continue
            theirs = reference_values(references[base], bars, case["rows"], feature["lookback"], n)
            defined = np.isfinite(theirs)  # the libraries give none without volume or movement, where ours is a stated constant
            theirs, ours = theirs[defined], np.array(feature["values"])[defined]
            largest = difference(ours, theirs)
            passed = bool(largest <= TOLERANCE)
            failed += not passed
            print(f"{'ok  ' if passed else 'DIFF'}  {feature['name']:<28} {library_of(base):<24} {case['name']:<34} "
                  f"{len(theirs):>4} rows  {largest:.1e}")
    sys.exit(1 if failed else 0)
