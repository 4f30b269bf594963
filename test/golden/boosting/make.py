"""Writes what LightGBM and the shap package make of seeded rows.

same-trees.json: rows with few values, so that LightGBM and we cut them alike, and the margins that LightGBM boosts on them.
ensemble.json: a LightGBM ensemble on 40 columns with its own path-dependent TreeSHAP (`pred_contrib`), and shap's of the same trees.

Run with lightgbm==4.7.0, shap==0.51.0 and numpy (Python 3.11): python test/golden/boosting/make.py
"""

import json
import pathlib

import lightgbm
import numpy as np
import shap

HERE = pathlib.Path(__file__).parent
VERSIONS = {"lightgbm": lightgbm.__version__, "shap": shap.__version__, "numpy": np.__version__}


def write(name, content):
    (HERE / name).write_text(json.dumps({"made_with": VERSIONS, **content}) + "\n")


def labels(rng, x):
    return (rng.random(len(x)) < 1 / (1 + np.exp(-(x[:, 0] - 0.5 * x[:, 1] * x[:, 2])))).astype(int)


def same_trees():
    rng = np.random.default_rng(1)
    x = np.clip(np.round(rng.normal(size=(2000, 4))), -1, 1).astype(int)
    y = labels(rng, x)
    weight = rng.integers(1, 5, len(x)) / 4
    cases = []
    for weights, max_depth, rate in ((None, 3, 0.3), (weight, 3, 0.3), (weight, 4, 0.1)):
        model = lightgbm.train(
            {
                "objective": "binary", "max_depth": max_depth, "num_leaves": 2**max_depth, "learning_rate": rate,
                "min_data_in_bin": 1, "verbose": -1, "num_threads": 1, "deterministic": True,
            },
            lightgbm.Dataset(x, y, weight=weights), num_boost_round=10,
        )
        cases.append({
            "max_depth": max_depth, "learning_rate": rate, "is_weighted": weights is not None,
            "margins": [round(m, 8) for m in model.predict(x, raw_score=True)],
        })
    write("same-trees.json", {"x": x.tolist(), "y": y.tolist(), "weight": weight.tolist(), "cases": cases})


def columns_of(tree):
    """Nodes of one tree in columns, children behind their parent, the right child behind the left one."""
    columns = {name: [] for name in ("feature", "threshold", "left", "value", "cover")}

    def add():
        for column in columns.values():
            column.append(0)
        return len(columns["feature"]) - 1

    def fill(at, node):
        is_split = "split_feature" in node
        columns["feature"][at] = node["split_feature"] if is_split else -1
        columns["threshold"][at] = node["threshold"] if is_split else 0
        columns["value"][at] = 0 if is_split else node["leaf_value"]
        columns["cover"][at] = node["internal_count"] if is_split else node["leaf_count"]
        columns["left"][at] = -1
        if not is_split:
            return
        left = add()
        add()
        columns["left"][at] = left
        fill(left, node["left_child"])
        fill(left + 1, node["right_child"])

    fill(add(), tree)
    return columns


def ensemble():
    rng = np.random.default_rng(2)
    x = np.round(8 * rng.normal(size=(2000, 40))) / 8
    y = labels(rng, x)
    model = lightgbm.train(
        {"objective": "binary", "max_depth": 5, "num_leaves": 32, "learning_rate": 0.1, "verbose": -1, "num_threads": 1},
        lightgbm.Dataset(x, y), num_boost_round=20,
    )
    rows = np.round(8 * rng.normal(size=(20, 40))) / 8
    trees = [columns_of(info["tree_structure"]) for info in model.dump_model()["tree_info"]]
    explainer = shap.TreeExplainer(
        {
            "trees": [
                {
                    "children_left": np.array(t["left"], np.int32),
                    "children_right": np.array([left + 1 if left >= 0 else -1 for left in t["left"]], np.int32),
                    "children_default": np.array(t["left"], np.int32),
                    "features": np.array(t["feature"], np.int32),
                    "thresholds": np.array(t["threshold"], np.float64),
                    "values": np.float32(t["value"]).astype(np.float64)[:, None],
                    "node_sample_weight": np.array(t["cover"], np.float64),
                }
                for t in trees
            ],
            "internal_dtype": np.float64,
            "input_dtype": np.float32,
        },
        feature_perturbation="tree_path_dependent",
    )
    values = explainer.shap_values(rows.astype(np.float32), check_additivity=False)
    contributions = model.predict(rows, pred_contrib=True)
    write("ensemble.json", {
        "trees": trees,
        "rows": rows.tolist(),
        "lightgbm": np.round(contributions, 12).tolist(),
        "shap": values.tolist(),
        "base": float(np.ravel(explainer.expected_value)[0]),
    })


same_trees()
ensemble()
