"""Makes the golden files of the validation and model rooms: what scikit-learn, SciPy, statsmodels and skl2onnx say.

Run with the versions that `golden.json` records:  python test/golden/make.py
"""

import json
import pathlib
import platform

import numpy as np
import onnx
import scipy
import scipy.stats
import skl2onnx
import sklearn
import statsmodels
import statsmodels.api as sm
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import RandomForestClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, balanced_accuracy_score, brier_score_loss, log_loss, roc_auc_score

HERE = pathlib.Path(__file__).parent
VERSIONS = {
    "python": platform.python_version(),
    "numpy": np.__version__,
    "scikit-learn": sklearn.__version__,
    "scipy": scipy.__version__,
    "statsmodels": statsmodels.__version__,
    "skl2onnx": skl2onnx.__version__,
    "onnx": onnx.__version__,
}


def metrics():
    """Labels and probabilities, with ties, skew and certainty, and scikit-learn's figures for them."""
    cases = []
    rng = np.random.default_rng(1)
    for n, digits, rate in [(50, 1, 0.5), (200, 2, 0.37), (400, 3, 0.9), (300, 6, 0.05)]:
        label = (rng.random(n) < rate).astype(int)
        label[:2] = [0, 1]
        probability = np.round(np.clip(rate + 0.2 * rng.standard_normal(n) + 0.1 * label, 0, 1), digits)
        cases.append({
            "label": label.tolist(),
            "probability": probability.tolist(),
            "auc": roc_auc_score(label, probability),
            "log_loss": log_loss(label, probability),
            "brier": brier_score_loss(label, probability),
            "accuracy": accuracy_score(label, probability >= 0.5),
            "balanced_accuracy": balanced_accuracy_score(label, probability >= 0.5),
        })
    return cases


def student_t():
    return [{"t": t, "degrees": d, "upper": scipy.stats.t.sf(t, d)}
            for t in [-3.2, -0.5, 0.0, 0.1, 1.0, 1.7, 2.5, 6.0, 15.0] for d in [1, 2, 7, 30, 999, 72892]]


def long_run_variance():
    """HAC variance of a mean, Bartlett kernel, no small-sample correction."""
    cases = []
    rng = np.random.default_rng(2)
    for n, lag in [(60, 0), (200, 4), (500, 20)]:
        noise = rng.standard_normal(n + 5)
        values = np.round(0.05 + sum(noise[k:n + k] for k in range(5)), 6)
        fit = sm.OLS(values, np.ones(n)).fit(cov_type="HAC", cov_kwds={"maxlags": lag, "use_correction": False})
        cases.append({"values": values.tolist(), "lag": lag, "variance": float(fit.cov_params()[0, 0] * n)})
    return cases


def isotonic():
    cases = []
    rng = np.random.default_rng(3)
    for n, digits in [(12, 1), (200, 2), (1000, 4)]:
        raw = np.round(rng.random(n), digits).astype(np.float32).astype(float)
        label = (rng.random(n) < raw).astype(int)
        fitted = IsotonicRegression(out_of_bounds="clip").fit(raw, label).predict(raw)
        cases.append({"raw": raw.tolist(), "label": label.tolist(), "fitted": fitted.tolist()})
    return cases


def platt():
    """Logistic regression without penalty on Platt's targets, each row once as a one and once as a zero."""
    rng = np.random.default_rng(4)
    raw = np.round(rng.random(120), 4)
    label = (rng.random(120) < 0.2 + 0.5 * raw).astype(int)
    ones = label.sum()
    zeros = len(label) - ones
    target = np.where(label == 1, (ones + 1) / (ones + 2), 1 / (zeros + 2))
    fit = LogisticRegression(C=np.inf, tol=1e-12, max_iter=10_000)
    fit.fit(np.tile(raw, 2)[:, None], np.repeat([1, 0], 120), sample_weight=np.concatenate([target, 1 - target]))
    return {"raw": raw.tolist(), "label": label.tolist(), "a": -float(fit.coef_[0, 0]), "b": -float(fit.intercept_[0])}


def lcg_rows(n, n_features, seed):
    """Rows that both sides can rebuild: a 31-bit linear congruential generator, features as sums of four uniforms."""
    state = seed
    values = np.empty(n * (4 * n_features + 1))
    for i in range(len(values)):
        state = (1103515245 * state + 12345) % 2147483648
        values[i] = state / 2147483648
    values = values.reshape(n, 4 * n_features + 1)
    x = values[:, :-1].reshape(n, n_features, 4).sum(axis=2) - 2
    score = 0.9 * x[:, 0] + 0.6 * np.abs(x[:, 1]) - 0.5 * x[:, 2] * x[:, 3]
    y = (values[:, -1] < 1 / (1 + np.exp(-score))).astype(int)
    return x.astype(np.float32), y


def forest_auc():
    """Out-of-sample AUC of scikit-learn's forest on rows rebuilt by the test, for ten seeds."""
    x, y = lcg_rows(6000, 6, 7)
    aucs = []
    for seed in range(10):
        forest = RandomForestClassifier(n_estimators=100, max_depth=5, min_samples_split=10, min_samples_leaf=5,
                                        max_features="sqrt", random_state=seed)
        forest.fit(x[:4000], y[:4000])
        aucs.append(roc_auc_score(y[4000:], forest.predict_proba(x[4000:])[:, 1]))
    return {"n": 6000, "n_train": 4000, "n_features": 6, "seed": 7, "auc": aucs, "ones": int(y.sum())}


def exported_forests():
    """Two small forests as skl2onnx writes them, with inputs and scikit-learn's probabilities."""
    x, y = lcg_rows(800, 4, 11)
    forest = RandomForestClassifier(n_estimators=10, max_depth=5, min_samples_leaf=5, random_state=1).fit(x[:600], y[:600])
    kinds = {"zipmap": {}, "tensor": {id(forest): {"zipmap": False}}}
    for name, options in kinds.items():
        model = skl2onnx.to_onnx(forest, initial_types=[("X", FloatTensorType([None, 4]))], options=options, target_opset=15)
        (HERE / "onnx" / f"forest-{name}.onnx").write_bytes(model.SerializeToString())
    rows = x[600:]
    return {"inputs": rows.tolist(), "probability": forest.predict_proba(rows)[:, 1].tolist()}


def main():
    golden = {
        "versions": VERSIONS,
        "metrics": metrics(),
        "student_t": student_t(),
        "long_run_variance": long_run_variance(),
        "isotonic": isotonic(),
        "platt": platt(),
        "forest_auc": forest_auc(),
        "exported_forest": exported_forests(),
    }
    (HERE / "golden.json").write_text(json.dumps(golden) + "\n")


main()
