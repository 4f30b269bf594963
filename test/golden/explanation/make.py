"""Writes shap.json: a small scikit-learn forest and the path-dependent TreeSHAP values that the shap package gives for it.

Run with shap==0.51.0, scikit-learn==1.9.1, numpy==2.4.6 (Python 3.11): python test/golden/explanation/make.py
"""

import json
import pathlib

import numpy as np
import shap
import sklearn
from sklearn.ensemble import RandomForestClassifier

HERE = pathlib.Path(__file__).parent
N_FEATURES = 5
N_TREES = 6


def float32_below(values):
    """The largest float32 that is not above: a float32 row compares with it as with the double."""
    rounded = values.astype(np.float32)
    return np.where(rounded > values, np.nextafter(rounded, np.float32(-np.inf)), rounded)


def tree_of(estimator):
    tree = estimator.tree_
    is_leaf = tree.children_left < 0
    share = tree.value[:, 0, 1] / tree.value[:, 0, :].sum(axis=1)
    return {
        "feature": np.where(is_leaf, -1, tree.feature).tolist(),
        "threshold": [float(t) for t in np.where(is_leaf, np.float32(0), float32_below(tree.threshold))],
        "left": tree.children_left.tolist(),
        "right": tree.children_right.tolist(),
        "value": np.where(is_leaf, share, 0).tolist(),
        "cover": tree.weighted_n_node_samples.tolist(),
    }


rng = np.random.default_rng(5)
x = rng.standard_normal((600, N_FEATURES)).astype(np.float32)
y = (x[:, 0] * x[:, 1] + 0.5 * x[:, 2] + 0.5 * rng.standard_normal(600) > 0).astype(int)
weight = rng.uniform(0.2, 1, 600)
forest = RandomForestClassifier(N_TREES, max_depth=6, min_samples_leaf=5, random_state=1)
forest.fit(x, y, sample_weight=weight)
explainer = shap.TreeExplainer(forest, feature_perturbation="tree_path_dependent")
rows = rng.standard_normal((25, N_FEATURES)).astype(np.float32)
content = {
    "made_with": {"shap": shap.__version__, "scikit-learn": sklearn.__version__, "numpy": np.__version__},
    "trees": [tree_of(estimator) for estimator in forest.estimators_],
    "rows": rows.astype(float).tolist(),
    "probability": forest.predict_proba(rows)[:, 1].tolist(),
    "base": float(explainer.expected_value[1]),
    "shap": explainer.shap_values(rows, check_additivity=True)[:, :, 1].tolist(),
}
(HERE / "shap.json").write_text(json.dumps(content) + "\n")
