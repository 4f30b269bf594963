"""Makes the golden file of the Venn-Abers pair: what venn-abers says of labelled scores, and scikit-learn when a point is added.

Run with the versions that `venn-abers.json` records:  python test/golden/calibration/make.py
"""

import json
import pathlib
import platform
from importlib.metadata import version

import numpy as np
from sklearn.isotonic import IsotonicRegression
from venn_abers.venn_abers import calc_p0p1, calc_probs

HERE = pathlib.Path(__file__).parent


def with_point(raw, label, score, outcome):
    """Isotonic probability of a score when it is added with an outcome."""
    x = np.append(raw, score)
    y = np.append(label, outcome)
    fit = IsotonicRegression().fit(x, y)
    return float(fit.predict([score])[0])


def case(rng, n, digits, base, slope):
    """Scores in float32, as the calibrator compares them; some are tied where `digits` is small."""
    raw = np.round(rng.random(n), digits).astype(np.float32).astype(float)
    label = (rng.random(n) < base + slope * raw).astype(int)
    tested = np.concatenate([[0.0, 1.0], rng.choice(raw, min(n, 20)), np.round(rng.random(20), 4)])
    tested = tested.astype(np.float32).astype(float)
    p0, p1, c = calc_p0p1(np.column_stack([1 - raw, raw]), label)
    _, pair = calc_probs(p0, p1, c, np.column_stack([1 - tested, tested]))
    refit = [[with_point(raw, label, s, 0), with_point(raw, label, s, 1)] for s in tested]
    return {
        "raw": raw.tolist(),
        "label": label.tolist(),
        "score": tested.tolist(),
        "pair": pair.tolist(),
        "refit": refit,
    }


rng = np.random.default_rng(15)
expected = {
    "versions": {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "venn-abers": version("venn-abers"),
        "scikit-learn": version("scikit-learn"),
    },
    "cases": [
        case(rng, 200, 6, 0.2, 0.4),
        case(rng, 300, 2, 0.3, 0.2),
        case(rng, 60, 1, 0.1, 0.8),
        case(rng, 150, 6, 0.7, -0.4),
        case(rng, 7, 3, 0.0, 1.0),
    ],
}
(HERE / "venn-abers.json").write_text(json.dumps(expected) + "\n")
