"""Makes the validation room's own golden file: what scikit-learn, statsmodels and SciPy say.

It adds to ../golden.json what that one leaves out: heavy ties, calibration, splits, money, the whole Diebold-Mariano test.
Run with the versions that `expected.json` records:  python test/golden/validation/make.py
"""

import json
import pathlib
import platform

import numpy as np
import scipy
import scipy.stats
import sklearn
import statsmodels
import statsmodels.api as sm
from sklearn.calibration import calibration_curve
from sklearn.metrics import (accuracy_score, balanced_accuracy_score, brier_score_loss, confusion_matrix, log_loss,
                             roc_auc_score)
from sklearn.model_selection import TimeSeriesSplit

HERE = pathlib.Path(__file__).parent
VERSIONS = {
    "python": platform.python_version(),
    "numpy": np.__version__,
    "scikit-learn": sklearn.__version__,
    "scipy": scipy.__version__,
    "statsmodels": statsmodels.__version__,
}


def tied_metrics():
    """Probabilities as a calibrator gives them: a few steps, one step, nothing but certainty."""
    cases = []
    rng = np.random.default_rng(11)
    for steps in [[0.31, 0.36, 0.44, 0.5, 0.58], [0.37], [0.5], [0.0, 1.0], [0.2, 0.499999999, 0.500000001]]:
        probability = rng.choice(steps, 300)
        label = (rng.random(300) < 0.2 + 0.5 * probability).astype(int)
        decision = probability >= 0.5
        tn, fp, fn, tp = confusion_matrix(label, decision).ravel().tolist()
        cases.append({
            "label": label.tolist(),
            "probability": probability.tolist(),
            "auc": roc_auc_score(label, probability),
            "log_loss": log_loss(label, probability),
            "brier": brier_score_loss(label, probability),
            "accuracy": accuracy_score(label, decision),
            "balanced_accuracy": balanced_accuracy_score(label, decision),
            "confusion": {"truePositives": tp, "falsePositives": fp, "trueNegatives": tn, "falseNegatives": fn},
        })
    return cases


def calibration():
    """Ten bins of equal width weighted by their events, and ten of equal size, both by scikit-learn's curve."""
    rng = np.random.default_rng(12)
    probability = np.round(np.clip(0.4 + 0.18 * rng.standard_normal(400), 0.01, 0.99), 6)
    label = (rng.random(400) < 0.15 + 0.6 * probability).astype(int)
    hit, mean = calibration_curve(label, probability, n_bins=10, strategy="uniform")
    count = np.histogram(probability, bins=np.linspace(0, 1, 11))[0]
    decile_hit, decile_mean = calibration_curve(label, probability, n_bins=10, strategy="quantile")
    return {
        "label": label.tolist(),
        "probability": probability.tolist(),
        "ece": float(np.sum(count[count > 0] * np.abs(hit - mean)) / 400),
        "decile_hit_rate": decile_hit.tolist(),
        "decile_mean_probability": decile_mean.tolist(),
    }


def diebold_mariano():
    """Loss differences of overlapping labels; statsmodels' HAC variance of their mean, the correction, SciPy's tail."""
    cases = []
    rng = np.random.default_rng(13)
    for n, lag, drift in [(60, 0, 0.3), (120, 6, 0.2), (400, 20, 0.1), (400, 20, -0.1), (40, 39, 0.5), (90, 45, 0.5)]:
        noise = rng.standard_normal(n + lag)
        difference = np.round(drift + np.convolve(noise, np.ones(lag // 2 + 1), "valid")[:n], 6)
        fit = sm.OLS(difference, np.ones(n)).fit(
            cov_type="HAC", cov_kwds={"kernel": "bartlett", "maxlags": lag, "use_correction": False})
        h = lag + 1
        statistic = float(fit.tvalues[0] * np.sqrt((n + 1 - 2 * h + h * (h - 1) / n) / n))
        cases.append({
            "difference": difference.tolist(),
            "lag": lag,
            "mean": float(fit.params[0]),
            "variance": float(fit.cov_params()[0, 0] * n),
            "statistic": statistic,
            "p_value": float(scipy.stats.t.sf(statistic, n - 1)),
        })
    return cases


def student_t():
    return [[t, d, float(scipy.stats.t.sf(t, d))] for t in [-40, -3.2, -1, 0.1, 0.99, 1, 1.01, 1.645, 2.5, 4, 9, 15, 35]
            for d in [1, 2, 3, 7, 30, 47, 48, 49, 100, 999, 72892, 1_000_000]]


def splits():
    """Blocks where no label overlaps: then purging does nothing and the folds are scikit-learn's."""
    return [{"n": n, "n_folds": k, "folds": [[int(test[0]), int(test[-1]), len(train)]
                                             for train, test in TimeSeriesSplit(n_splits=k).split(np.zeros(n))]}
            for n, k in [(60, 5), (6, 5), (100, 4), (33, 2)]]


def main():
    expected = {
        "versions": VERSIONS,
        "tied_metrics": tied_metrics(),
        "calibration": calibration(),
        "diebold_mariano": diebold_mariano(),
        "student_t": student_t(),
        "splits": splits(),
    }
    (HERE / "expected.json").write_text(json.dumps(expected) + "\n")


main()
