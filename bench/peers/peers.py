"""Fits a model with one of the peers on request: a line `NAME` or `NAME, THREADS` on stdin, a line of JSON on stdout.

The learning set is read from a file that the caller wrote: int32 n_rows, n_test, n_features, then float32 x (row-major),
uint8 y, float64 weight; the last n_test rows are for testing.
"""

import json
import sys
import time

import lightgbm
import numpy as np
import sklearn
import xgboost
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score

THREADS = int(sys.argv[2])


def read(path):
    with open(path, "rb") as file:
        n_rows, n_test, n_features = np.frombuffer(file.read(12), np.int32)
        x = np.frombuffer(file.read(4 * n_rows * n_features), np.float32).reshape(n_rows, n_features)
        y = np.frombuffer(file.read(n_rows), np.uint8)
        weight = np.frombuffer(file.read(8 * n_rows), np.float64)
    split = n_rows - n_test
    return x[:split], y[:split], weight[:split], x[split:], y[split:]


def sklearn_forest(n_jobs):
    return RandomForestClassifier(
        n_estimators=100, max_depth=5, min_samples_split=10, min_samples_leaf=5, max_features="sqrt",
        random_state=42, n_jobs=n_jobs,
    )


def xgboost_forest(n_jobs):
    return xgboost.XGBRFClassifier(
        n_estimators=100, max_depth=5, min_child_weight=5, subsample=0.632, colsample_bynode=0.4, tree_method="hist",
        max_bin=256, random_state=42, n_jobs=n_jobs,
    )


def lightgbm_forest(n_jobs):
    return lightgbm.LGBMClassifier(
        boosting_type="rf", n_estimators=100, max_depth=5, num_leaves=32, min_child_samples=5, subsample=0.632,
        subsample_freq=1, colsample_bytree=0.4, random_state=42, n_jobs=n_jobs, verbose=-1,
    )


def lightgbm_boosting(n_jobs):
    return lightgbm.LGBMClassifier(
        n_estimators=100, max_depth=5, num_leaves=32, learning_rate=0.1, random_state=42, n_jobs=n_jobs, verbose=-1,
    )


PEERS = {
    "scikit-learn": sklearn_forest,
    "XGBoost": xgboost_forest,
    "LightGBM": lightgbm_forest,
    "LightGBM boosting": lightgbm_boosting,
}


def main():
    x, y, weight, x_test, y_test = read(sys.argv[1])
    versions = {"scikit-learn": sklearn.__version__, "XGBoost": xgboost.__version__, "LightGBM": lightgbm.__version__}
    print(json.dumps({"versions": versions, "python": sys.version.split()[0]}), flush=True)
    for line in sys.stdin:
        name, *threads = line.strip().split(", ")
        model = PEERS[name](int(threads[0]) if threads else THREADS)
        start = time.perf_counter()
        model.fit(x, y, sample_weight=weight)
        seconds = time.perf_counter() - start
        auc = roc_auc_score(y_test, model.predict_proba(x_test)[:, 1])
        print(json.dumps({"seconds": seconds, "auc": auc}), flush=True)


main()
