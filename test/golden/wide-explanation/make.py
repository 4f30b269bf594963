"""Writes forest.json, a forest of ours on 40 columns, and shap.json, the path-dependent TreeSHAP values of the shap package for it.

Run with shap==0.54.1, scikit-learn==1.9.1, numpy==2.5.5 (Python 3.12) and Node on the path:
python test/golden/wide-explanation/make.py
"""

import json
import pathlib
import subprocess

import numpy as np
import shap

HERE = pathlib.Path(__file__).parent

subprocess.run(["node", str(HERE / "make-forest.ts")], check=True)
forest = json.loads((HERE / "forest.json").read_text())


def tree_of(start, end):
    """One tree in the dictionary form that shap takes; its nodes follow each other, the root first."""
    of = {name: np.array(forest[name][start:end]) for name in ("feature", "threshold", "left", "right", "value", "cover")}
    left = np.where(of["left"] < 0, -1, of["left"] - start)
    right = np.where(of["right"] < 0, -1, of["right"] - start)
    return {
        "children_left": left.astype(np.int32),
        "children_right": right.astype(np.int32),
        "children_default": left.astype(np.int32),
        "features": of["feature"].astype(np.int32),
        "thresholds": of["threshold"].astype(np.float64),
        "values": of["value"].astype(np.float64)[:, None],
        "node_sample_weight": of["cover"].astype(np.float64),
    }


ends = forest["roots"][1:] + [len(forest["feature"])]
trees = [tree_of(start, end) for start, end in zip(forest["roots"], ends)]
explainer = shap.TreeExplainer(
    {"trees": trees, "internal_dtype": np.float64, "input_dtype": np.float32},
    feature_perturbation="tree_path_dependent",
)
rows = np.array(forest["rows"], dtype=np.float32)
values = explainer.shap_values(rows, check_additivity=True)
base = float(np.ravel(explainer.expected_value)[0])
assert np.abs(base + values.sum(axis=1) - np.array(forest["probability"])).max() < 1e-12
content = {
    "made_with": {"shap": shap.__version__, "numpy": np.__version__},
    "base": base,
    "shap": values.tolist(),
}
(HERE / "shap.json").write_text(json.dumps(content) + "\n")
