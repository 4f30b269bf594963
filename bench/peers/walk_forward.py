"""Fits scikit-learn's forest as a training of ours does: on five growing stretches, each of which forecasts the next, and on all rows.

The learning set is as for `peers.py`. Prints the seconds of the fits and forecasts.
"""

import sys
import time

import numpy as np
from sklearn.ensemble import RandomForestClassifier

N_FOLDS = 5


def main():
    path, threads = sys.argv[1], int(sys.argv[2])
    with open(path, "rb") as file:
        n_rows, _, n_features = np.frombuffer(file.read(12), np.int32)
        x = np.frombuffer(file.read(4 * n_rows * n_features), np.float32).reshape(n_rows, n_features)
        y = np.frombuffer(file.read(n_rows), np.uint8)
        weight = np.frombuffer(file.read(8 * n_rows), np.float64)
    ends = [n_rows * k // (N_FOLDS + 1) for k in range(1, N_FOLDS + 2)]
    start = time.perf_counter()
    for k, end in enumerate(ends):
        forest = RandomForestClassifier(
            n_estimators=100, max_depth=5, min_samples_split=10, min_samples_leaf=5, max_features="sqrt",
            random_state=42, n_jobs=threads,
        )
        forest.fit(x[:end], y[:end], weight[:end])
        if k < N_FOLDS:
            forest.predict_proba(x[end : ends[k + 1]])
    print(time.perf_counter() - start)


main()
