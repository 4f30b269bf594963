"""Graphs that exporters write seldom or not yet: TreeEnsemble (ai.onnx.ml 5), regressors with a sigmoid behind them, all comparisons."""

import lightgbm
import numpy as np
import onnxmltools
import xgboost
from onnx import TensorProto, helper, numpy_helper
from onnxmltools.convert.common.data_types import FloatTensorType
from skl2onnx import to_onnx
from sklearn.ensemble import GradientBoostingRegressor, HistGradientBoostingRegressor, RandomForestClassifier, RandomForestRegressor

from families import Case
from rows import training

ML = "ai.onnx.ml"


def model_of(nodes, n, outputs, constants=(), opset=15, ml=3, elem=TensorProto.FLOAT, dims=(None,)):
    graph = helper.make_graph(
        nodes,
        "hand_made",
        [helper.make_tensor_value_info("X", elem, [*dims, n])],
        outputs,
        list(constants),
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset), helper.make_opsetid(ML, ml)])
    made.ir_version = 8
    return made


def scores(name="probabilities", columns=2, elem=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, elem, [None, columns])


def label():
    return helper.make_tensor_value_info("label", TensorProto.INT64, [None])


def behind_sigmoid(regressor, convert):
    """A regressor of log-odds, with a sigmoid behind it."""

    def make():
        x, y = training(4)
        odds = np.where(y == 1, 1.5, -1.5) + 0.3 * x[:, 0]
        onx = convert(regressor.fit(x, odds), x)
        last = onx.graph.output[0].name
        onx.graph.node.append(helper.make_node("Sigmoid", [last], ["probability"]))
        del onx.graph.output[:]
        onx.graph.output.append(scores("probability", 1))
        for each in onx.opset_import:
            if each.domain == "" and each.version < 13:
                each.version = 13
        if all(each.domain != "" for each in onx.opset_import):
            onx.opset_import.append(helper.make_opsetid("", 13))
        return onx, 4, None

    return make


def by_onnxmltools(kind):
    convert = {"lgb": onnxmltools.convert_lightgbm, "xgb": onnxmltools.convert_xgboost}[kind]
    return lambda fitted, _: convert(fitted, initial_types=[("X", FloatTensorType([None, 4]))])


def random_tree(rng, n, modes, depth):
    """Nodes of one tree as (mode, feature, threshold, yes, no, missing); a leaf has the mode LEAF."""
    nodes = []

    def grow(level):
        at = len(nodes)
        nodes.append(None)
        if level == 0 or rng.random() < 0.15:
            nodes[at] = ("LEAF", 0, 0.0, 0, 0, 0)
        else:
            mode, feature = rng.choice(modes), int(rng.integers(n))
            threshold = float(np.float32(rng.choice([-1.0, -0.5, 0.0, 0.5, 1.0, rng.normal()])))
            yes, no = grow(level - 1), grow(level - 1)
            nodes[at] = (mode, feature, threshold, yes, no, int(rng.integers(2)))
        return at

    grow(depth)
    return nodes


def columns_of(trees, prefix, weights, tracks):
    attributes = {
        "nodes_treeids": [t for t, tree in enumerate(trees) for _ in tree],
        "nodes_nodeids": [i for tree in trees for i in range(len(tree))],
        "nodes_modes": [node[0] for tree in trees for node in tree],
        "nodes_featureids": [node[1] for tree in trees for node in tree],
        "nodes_values": [node[2] for tree in trees for node in tree],
        "nodes_truenodeids": [node[3] for tree in trees for node in tree],
        "nodes_falsenodeids": [node[4] for tree in trees for node in tree],
    }
    if tracks:
        attributes["nodes_missing_value_tracks_true"] = [node[5] for tree in trees for node in tree]
    leaves = [(t, i) for t, tree in enumerate(trees) for i, node in enumerate(tree) if node[0] == "LEAF"]
    ids = sorted({c for c, _ in weights(0)})
    rows = [(t, i, c, w) for k, (t, i) in enumerate(leaves) for c, w in weights(k)]
    return {
        **attributes,
        f"{prefix}_treeids": [row[0] for row in rows],
        f"{prefix}_nodeids": [row[1] for row in rows],
        f"{prefix}_ids": [row[2] for row in rows],
        f"{prefix}_weights": [float(np.float32(row[3])) for row in rows],
    }, ids


def classifier(modes, transform, classes, seed, base=None, tracks=True, low=-0.5, labels=(0, 1), double=False):
    """A TreeEnsembleClassifier of random trees; `classes` are the numbers that leaves weigh."""

    def make():
        rng = np.random.default_rng(seed)
        trees = [random_tree(rng, 4, modes, 4) for _ in range(7)]
        top = 1 / 7 if transform == "NONE" else 0.5
        attributes, _ = columns_of(trees, "class", lambda k: [(c, rng.uniform(low, top)) for c in classes], tracks)
        if base is not None:
            attributes["base_values"] = base
        if double:
            for name in ("nodes_values", "class_weights"):
                attributes[f"{name}_as_tensor"] = numpy_helper.from_array(np.array(attributes.pop(name), np.float64) + 1e-9)
        node = helper.make_node(
            "TreeEnsembleClassifier",
            ["X"],
            ["label", "probabilities"],
            domain=ML,
            classlabels_int64s=list(labels),
            post_transform=transform,
            **attributes,
        )
        elem = TensorProto.DOUBLE if double else TensorProto.FLOAT
        return model_of([node], 4, [label(), scores()], elem=elem), 4, None

    return make


def regressor(modes, aggregate, seed, base=None, double=False):
    def make():
        rng = np.random.default_rng(seed)
        trees = [random_tree(rng, 4, modes, 4) for _ in range(5)]
        attributes, _ = columns_of(trees, "target", lambda k: [(0, rng.normal())], True)
        if double:
            for name in ("nodes_values", "target_weights"):
                attributes[f"{name}_as_tensor"] = numpy_helper.from_array(np.array(attributes.pop(name), np.float64) + 1e-9)
        if base is not None:
            attributes["base_values"] = base
        trees_node = helper.make_node(
            "TreeEnsembleRegressor", ["X"], ["score"], domain=ML, n_targets=1, aggregate_function=aggregate, **attributes
        )
        nodes = [trees_node, helper.make_node("Sigmoid", ["score"], ["probability"])]
        elem = TensorProto.DOUBLE if double else TensorProto.FLOAT
        return model_of(nodes, 4, [scores("probability", 1)], elem=elem), 4, None

    return make


def ensemble5(modes, transform, targets, aggregate=1, seed=0, members=False, double=False, tracks=False):
    """A TreeEnsemble, whose splits and leaves are numbered apart."""

    def make():
        rng = np.random.default_rng(seed)
        kind = np.float64 if double else np.float32
        numbers = {"BRANCH_LEQ": 0, "BRANCH_LT": 1, "BRANCH_GTE": 2, "BRANCH_GT": 3, "BRANCH_EQ": 4, "BRANCH_NEQ": 5}
        splits, leaves, roots, membership = [], [], [], []

        def grow(level):
            if level == 0:
                leaves.append((len(roots) % targets, rng.normal()))
                return len(leaves) - 1, 1
            at = len(splits)
            splits.append(None)
            is_member = members and rng.random() < 0.4
            mode = 6 if is_member else numbers[rng.choice(modes)]
            if is_member:
                membership.append((at, [*rng.choice([-1.0, 0.0, 3.0, 1.0, 2.0], size=2, replace=False)]))
            yes, no = grow(level - 1), grow(level - 1)
            threshold = rng.choice([-1.0, 0.0, 0.5, rng.normal()])
            splits[at] = (int(rng.integers(4)), threshold, mode, *yes, *no, int(rng.integers(2)))
            return at, 0

        for _ in range(4):
            roots.append(grow(3)[0])
        column = lambda k: [split[k] for split in splits]
        more = {}
        if membership:
            flat = [value for _, each in sorted(membership) for value in [*each, np.nan]]
            more["membership_values"] = numpy_helper.from_array(np.array(flat, kind))
        if tracks:
            more["nodes_missing_value_tracks_true"] = column(7)
        node = helper.make_node(
            "TreeEnsemble",
            ["X"],
            ["scores"],
            domain=ML,
            n_targets=targets,
            aggregate_function=aggregate,
            post_transform=transform,
            tree_roots=roots,
            nodes_featureids=column(0),
            nodes_splits=numpy_helper.from_array(np.array(column(1), kind)),
            nodes_modes=numpy_helper.from_array(np.array(column(2), np.uint8)),
            nodes_truenodeids=column(3),
            nodes_trueleafs=column(4),
            nodes_falsenodeids=column(5),
            nodes_falseleafs=column(6),
            leaf_targetids=[leaf[0] for leaf in leaves],
            leaf_weights=numpy_helper.from_array(np.array([leaf[1] for leaf in leaves], kind)),
            **more,
        )
        nodes = [node]
        elem = TensorProto.DOUBLE if double else TensorProto.FLOAT
        if targets == 1:
            nodes.append(helper.make_node("Sigmoid", ["scores"], ["probability"]))
            return model_of(nodes, 4, [scores("probability", 1, elem)], ml=5, opset=17, elem=elem), 4, None
        index = numpy_helper.from_array(np.array([1], np.int64), "index")
        nodes.append(helper.make_node("Gather", ["scores", "index"], ["probability"], axis=1))
        return model_of(nodes, 4, [scores("probability", 1, elem)], [index], ml=5, opset=17, elem=elem), 4, None

    return make


ALL_MODES = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"]


def cases():
    group = "hand-made"
    for k, mode in enumerate(ALL_MODES):
        yield Case(f"mode-{mode[7:].lower()}", group, classifier([mode], "LOGISTIC", [0], k), missing=True)
        yield Case(f"mode-{mode[7:].lower()}-both", group, classifier([mode], "SOFTMAX", [0, 1], 20 + k), missing=True)
    for seed in range(3):
        yield Case(f"modes-{seed}", group, classifier(ALL_MODES, "LOGISTIC", [0], 40 + seed), missing=True)
        yield Case(f"modes-untracked-{seed}", group, classifier(ALL_MODES, "LOGISTIC", [0, 1], 50 + seed, tracks=False), missing=True)
    yield Case("class-1-logistic", group, classifier(ALL_MODES, "LOGISTIC", [1], 60))
    yield Case("class-1-none", group, classifier(ALL_MODES, "NONE", [1], 61, low=0))
    yield Case("class-1-softmax", group, classifier(ALL_MODES, "SOFTMAX", [1], 62))
    yield Case("class-0-none", group, classifier(ALL_MODES, "NONE", [0], 63, low=0))
    yield Case("logistic-of-positive", group, classifier(ALL_MODES, "LOGISTIC", [0], 59, low=0))
    yield Case("base-one", group, classifier(ALL_MODES, "LOGISTIC", [0], 64, base=[0.75]))
    yield Case("softmax-zero", group, classifier(ALL_MODES, "SOFTMAX_ZERO", [0, 1], 65))
    yield Case("both-none", group, classifier(ALL_MODES, "NONE", [0, 1], 66, low=0))
    yield Case("labels-minus-one", group, classifier(ALL_MODES, "LOGISTIC", [0], 67, labels=(-1, 1)))
    yield Case("double-tensors", group, classifier(ALL_MODES, "LOGISTIC", [0, 1], 68, double=True))
    yield Case("double-tensors-one", group, classifier(ALL_MODES, "LOGISTIC", [0], 69, double=True))
    for k, aggregate in enumerate(["SUM", "AVERAGE", "MIN", "MAX"]):
        yield Case(f"regressor-{aggregate.lower()}", group, regressor(ALL_MODES, aggregate, 70 + k))
        yield Case(f"regressor-{aggregate.lower()}-base", group, regressor(ALL_MODES, aggregate, 80 + k, base=[0.25]))
        yield Case(f"ensemble5-{aggregate.lower()}", group, ensemble5(ALL_MODES, 0, 1, [1, 0, 2, 3][k], 90 + k))
    yield Case("regressor-double", group, regressor(ALL_MODES, "SUM", 88, double=True))
    yield Case("ensemble5-seed", group, ensemble5(ALL_MODES, 0, 1, 1, 100))
    yield Case("ensemble5-tracks", group, ensemble5(ALL_MODES, 0, 1, 1, 103, tracks=True), missing=True)
    yield Case("ensemble5-double", group, ensemble5(ALL_MODES, 0, 1, 1, 104, double=True))
    lgb = lightgbm.LGBMRegressor(n_estimators=12, verbose=-1, n_jobs=1)
    yield Case("lgb-regressor-sigmoid", "regressor and sigmoid", behind_sigmoid(lgb, by_onnxmltools("lgb")))
    xgb = xgboost.XGBRegressor(n_estimators=12, n_jobs=1)
    yield Case("xgb-regressor-sigmoid", "regressor and sigmoid", behind_sigmoid(xgb, by_onnxmltools("xgb")))
    by_skl2onnx = lambda fitted, x: to_onnx(fitted, x[:1], target_opset={"": 15, ML: 3})
    for name, model in {
        "gb": GradientBoostingRegressor(n_estimators=12),
        "hgb": HistGradientBoostingRegressor(max_iter=12),
        "rf": RandomForestRegressor(8, max_depth=4, random_state=1),
    }.items():
        yield Case(f"{name}-regressor-sigmoid", "regressor and sigmoid", behind_sigmoid(model, by_skl2onnx))
