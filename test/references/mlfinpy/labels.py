"""Compares the strongest trends and their labels with mlfinpy's trend_scanning_labels: its end, its t-value and its direction."""

import json
import sys

import pandas as pd
from mlfinpy.labeling.trend_scanning import trend_scanning_labels

FEWEST_CLOSES = 5
TOLERANCE = 1e-6  # its normal equations are of prices, ours of moves


def differs(ours, theirs, index):
    end = index.get_loc(theirs.t1)
    far = abs(ours["t_value"] - theirs.t_value) > TOLERANCE * abs(theirs.t_value)
    return ours["bar"] != end or far or ours["buy"] != (theirs.bin > 0) or ours["sell"] != (theirs.bin < 0)


def main():
    with open(sys.argv[1], encoding="utf8") as file:
        cases = json.load(file)
    failed = 0
    for case in cases:
        index = pd.date_range("2024-01-01", periods=len(case["close"]), freq="min")
        prices = pd.Series(case["close"], index=index)
        for part in case["horizons"]:
            labels = part["labels"]
            events = [index[label["row"]] for label in labels]
            # It leaves out the longest of its windows, so it is given one bar more.
            scanned = trend_scanning_labels(prices, events, part["horizon"] + 2, FEWEST_CLOSES)
            wrong = sum(differs(ours, theirs, index) for ours, (_, theirs) in zip(labels, scanned.iterrows(), strict=True))
            failed += wrong > 0
            print(f"{'ok  ' if wrong == 0 else 'DIFF'}  within {part['horizon']:>3} bars  {case['name']:<40} {len(labels)} trends, {wrong} differ")
    sys.exit(1 if failed else 0)


main()
