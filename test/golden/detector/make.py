"""Makes the golden file of the sequential detector: Shiryaev–Roberts by its sum of products, overlap by counting every pair.

R after n outcomes without an alarm is the sum over k of the product of exp(LLR / d) from outcome k to n (Pollak 1985), which is not
how the program computes it. d is counted anew at each outcome over all pairs, with the training's mean as 100 outcomes more. Sums
have 60 digits (decimal). Run with the versions that `expected.json` records:

    python test/golden/detector/make.py
"""

import decimal
import json
import pathlib
import platform

import numpy as np

decimal.getcontext().prec = 60
D = decimal.Decimal
HERE = pathlib.Path(__file__).parent
SECOND = 1_000_000_000
START = 1_700_000_000 * SECOND
N = 400
TRAINING_WEIGHT = 100


def outcomes(seed, skilled, tied):
    """Outcomes in the order of their exits; after half of them the labels no longer follow the probabilities."""
    rng = np.random.default_rng(seed)
    rows = []
    at = 0
    for i in range(N):
        if not (tied and rng.random() < 0.5):
            at += int(rng.integers(1, 4))
        p = float(np.round(rng.uniform(0.15, 0.75), 3))
        wins = p if i < N // 2 or skilled else 0.4
        source = "model" if rng.random() < 0.93 else "out_of_distribution"
        row = {
            "entry": START + at * SECOND,
            "exit": None if rng.random() < 0.05 else START + (at + int(rng.integers(1, 12))) * SECOND,
            "label": int(rng.random() < wins),
            "confidence": 0.4 if rng.random() < 0.05 else p,
            "source": source,
        }
        rows.append(row)
    rows.sort(key=lambda row: row["exit"] or row["entry"])
    return rows


def path(rows, base_rate, mean_open, threshold):
    """The statistic after each outcome, that of an alarm before it is set back; null where the outcome says nothing."""
    scored, factors, statistics = [], [], []
    for row in rows:
        if row["source"] != "model" or row["confidence"] == base_rate:
            statistics.append(None)
            continue
        scored.append(row)
        spans = [(s["entry"], s["exit"]) for s in scored if s["exit"] is not None]
        entry, exit_ = (np.array([span[side] for span in spans], dtype=np.int64) for side in (0, 1))
        begins = (entry[:, None] <= entry[None, :]) & (entry[None, :] <= exit_[:, None])
        inside = int(begins.sum()) - len(spans)  # itself left out
        known = 0 if mean_open is None else TRAINING_WEIGHT
        weight = known + len(spans)
        d = D(1) if weight == 0 else (known * D(mean_open or 1) + len(spans) + inside) / weight
        p, q = D(row["confidence"]), D(base_rate)
        ratio = q / p if row["label"] == 1 else (1 - q) / (1 - p)
        factors.append((ratio.ln() / d).exp())
        total, product = D(0), D(1)
        for factor in reversed(factors):
            product *= factor
            total += product
        statistics.append(float(total))
        if total >= threshold:
            factors = []
    return statistics


CASES = [
    dict(name="skill lost", seed=1, skilled=False, tied=False, base_rate=0.4, mean_open=2.5, threshold=200.0),
    dict(name="skill kept", seed=2, skilled=True, tied=False, base_rate=0.4, mean_open=2.5, threshold=200.0),
    dict(name="many on one bar", seed=3, skilled=False, tied=True, base_rate=0.4, mean_open=6.0, threshold=50.0),
    dict(name="no overlap of the training", seed=4, skilled=False, tied=False, base_rate=0.35, mean_open=None, threshold=100.0),
]

cases = []
for case in CASES:
    rows = outcomes(case["seed"], case["skilled"], case["tied"])
    statistics = path(rows, case["base_rate"], case["mean_open"], case["threshold"])
    kept = {key: case[key] for key in ("name", "base_rate", "mean_open", "threshold")}
    columns = {key: [row[key] for row in rows] for key in ("entry", "exit", "label", "confidence", "source")}
    for key in ("entry", "exit"):
        columns[key] = [None if ts is None else (ts - START) // SECOND for ts in columns[key]]
    cases.append({**kept, **columns, "statistic": statistics})
    print(case["name"], sum(s is not None and s >= case["threshold"] for s in statistics), "alarms")

versions = {"python": platform.python_version(), "numpy": np.__version__}
(HERE / "expected.json").write_text(json.dumps({"versions": versions, "cases": cases}) + "\n")
