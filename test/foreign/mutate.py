"""Hostile variants of exported files: sound protobuf whose contents were changed where a careless reader would believe them.

python mutate.py DIRECTORY OUT: for each NAME.onnx of cases.json some variants NAME--KIND.onnx in OUT.
"""

import copy
import json
import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SEED = 7


def attributes(model, *names):
    return [a for node in model.graph.node for a in node.attribute if a.name in names]


def one_of(rng, values):
    return values[int(rng.integers(len(values)))]


def set_int(names, value):
    """Sets one integer of an attribute to what `value` says of it."""

    def change(model, rng):
        found = [a for a in attributes(model, *names) if len(a.ints) > 0]
        if not found:
            return False
        chosen = one_of(rng, found)
        at = int(rng.integers(len(chosen.ints)))
        chosen.ints[at] = value(chosen, at, rng)
        return True

    return change


def set_float(names, value):
    def change(model, rng):
        found = [a for a in attributes(model, *names) if len(a.floats) > 0]
        if not found:
            return False
        chosen = one_of(rng, found)
        chosen.floats[int(rng.integers(len(chosen.floats)))] = value
        return True

    return change


CHILDREN = ("nodes_truenodeids", "nodes_falsenodeids")
LEAF_IDS = ("class_nodeids", "target_nodeids", "class_treeids", "target_treeids", "leaf_targetids", "class_ids", "target_ids")
NUMBERS = ("nodes_values", "class_weights", "target_weights", "coefficients", "intercepts", "offset", "scale", "base_values")


def chop(names):
    def change(model, rng):
        found = attributes(model, *names)
        if not found:
            return False
        chosen = one_of(rng, found)
        for kind in ("ints", "floats", "strings"):
            values = getattr(chosen, kind)
            if len(values) > 0:
                del values[-1]
                return True
        return False

    return change


def drop_attribute(model, rng):
    nodes = [node for node in model.graph.node if len(node.attribute) > 0]
    if not nodes:
        return False
    del one_of(rng, nodes).attribute[0]
    return True


def rename_attribute(model, rng):
    nodes = [node for node in model.graph.node if len(node.attribute) > 0]
    if not nodes:
        return False
    one_of(rng, one_of(rng, nodes).attribute).name += "x"
    return True


def set_text(name, value):
    def change(model, rng):
        found = [a for a in attributes(model, name)]
        if not found:
            return False
        chosen = one_of(rng, found)
        if len(chosen.strings) > 0:
            chosen.strings[int(rng.integers(len(chosen.strings)))] = value
        else:
            chosen.s = value
        return True

    return change


def circle(model, rng):
    nodes = [node for node in model.graph.node if len(node.input) > 0]
    first = nodes[0]
    first.input[0] = model.graph.node[-1].output[0]
    return True


def same_output(model, rng):
    node = helper.make_node("Identity", [model.graph.input[0].name], [model.graph.node[0].output[0]])
    model.graph.node.append(node)
    return True


def missing_input(model, rng):
    one_of(rng, list(model.graph.node)).input[0] = "nowhere"
    return True


def extra_input(model, rng):
    one_of(rng, list(model.graph.node)).input.append(model.graph.input[0].name)
    return True


def no_output(model, rng):
    del model.graph.output[-1]
    return True


def other_output(model, rng):
    model.graph.output[-1].name = "nowhere"
    return True


def operator(model, rng):
    node = one_of(rng, list(model.graph.node))
    node.op_type = one_of(rng, ["Add", "Sigmoid", "Relu", "TreeEnsembleRegressor", "Loop", "Identity", "Softmax"])
    return True


def domain(model, rng):
    one_of(rng, list(model.graph.node)).domain = "example.org"
    return True


def input_type(model, rng):
    model.graph.input[0].type.tensor_type.elem_type = one_of(rng, [TensorProto.DOUBLE, TensorProto.INT64, TensorProto.STRING, TensorProto.FLOAT16])
    return True


def input_width(model, rng):
    dims = model.graph.input[0].type.tensor_type.shape.dim
    if len(dims) < 2:
        return False
    dims[1].dim_value = one_of(rng, [1, dims[1].dim_value + 1, 2**40])
    return True


def constant_shape(model, rng):
    if not model.graph.initializer:
        return False
    tensor = one_of(rng, list(model.graph.initializer))
    del tensor.dims[:]
    tensor.dims.extend(one_of(rng, [[2**40], [-1], [3, 7], [0]]))
    return True


def constant_value(model, rng):
    found = [t for t in model.graph.initializer if t.data_type in (TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.INT64)]
    if not found:
        return False
    tensor = one_of(rng, found)
    values = numpy_helper.to_array(tensor).copy()
    if values.size == 0:
        return False
    choices = [np.nan, np.inf, 1e30, -3.0] if values.dtype.kind == "f" else [-7, 2**40, 99, -1]
    values.flat[int(rng.integers(values.size))] = one_of(rng, choices)
    tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
    return True


def opset(model, rng):
    one_of(rng, list(model.opset_import)).version = one_of(rng, [1, 6, 99, 2**40])
    return True


def labels(model, rng):
    found = attributes(model, "classlabels_int64s", "classlabels_ints")
    if not found:
        return False
    for each in found:
        del each.ints[:]
        each.ints.extend(one_of(rng, [[1, 0], [0, 1, 2], [5, 6], [1], []]))
    return True


def deep(model, rng):
    """A chain of as many splits as there is room for, each below the one before."""
    for node in model.graph.node:
        if not node.op_type.startswith("TreeEnsemble") or not any(a.name == "nodes_treeids" for a in node.attribute):
            continue
        prefix = "class" if node.op_type.endswith("Classifier") else "target"
        n = 20_001
        leaves = [i for i in range(n) if i % 2 == 1 or i == n - 1]
        new = {
            "nodes_treeids": [0] * n,
            "nodes_nodeids": list(range(n)),
            "nodes_featureids": [0] * n,
            "nodes_values": [float(-i) for i in range(n)],
            "nodes_modes": ["LEAF" if i % 2 == 1 or i == n - 1 else "BRANCH_LEQ" for i in range(n)],
            "nodes_truenodeids": [i + 2 if i % 2 == 0 and i < n - 1 else 0 for i in range(n)],
            "nodes_falsenodeids": [i + 1 if i % 2 == 0 and i < n - 1 else 0 for i in range(n)],
            f"{prefix}_treeids": [0] * len(leaves),
            f"{prefix}_nodeids": leaves,
            f"{prefix}_ids": [0] * len(leaves),
            f"{prefix}_weights": [0.1] * len(leaves),
        }
        kept = [copy.deepcopy(a) for a in node.attribute if a.name not in new and not a.name.startswith("nodes_") and "as_tensor" not in a.name]
        del node.attribute[:]
        node.attribute.extend(kept + [helper.make_attribute(name, value) for name, value in new.items()])
        return True
    return False


MUTATIONS = {
    "child-of-itself": set_int(CHILDREN, lambda a, i, rng: i),
    "child-of-root": set_int(CHILDREN, lambda a, i, rng: 0),
    "child-beyond": set_int(CHILDREN, lambda a, i, rng: 2**31),
    "child-negative": set_int(CHILDREN, lambda a, i, rng: -1),
    "child-other": set_int(CHILDREN, lambda a, i, rng: int(rng.integers(len(a.ints)))),
    "feature-beyond": set_int(("nodes_featureids",), lambda a, i, rng: 10**6),
    "feature-negative": set_int(("nodes_featureids",), lambda a, i, rng: -1),
    "node-twice": set_int(("nodes_nodeids",), lambda a, i, rng: a.ints[0]),
    "tree-other": set_int(("nodes_treeids",), lambda a, i, rng: 10**9),
    "leaf-other": set_int(LEAF_IDS, lambda a, i, rng: int(rng.integers(12))),
    "leaf-negative": set_int(LEAF_IDS, lambda a, i, rng: -2),
    "missing-tracks": set_int(("nodes_missing_value_tracks_true",), lambda a, i, rng: 7),
    "number-nan": set_float(NUMBERS, float("nan")),
    "number-infinite": set_float(NUMBERS, float("inf")),
    "number-large": set_float(NUMBERS, 1e38),
    "number-negative": set_float(NUMBERS, -0.75),
    "list-short": chop(CHILDREN + LEAF_IDS + NUMBERS + ("nodes_modes", "nodes_nodeids", "nodes_missing_value_tracks_true")),
    "attribute-lost": drop_attribute,
    "attribute-renamed": rename_attribute,
    "mode-unknown": set_text("nodes_modes", b"BRANCH_XYZ"),
    "mode-other": set_text("nodes_modes", b"BRANCH_GTE"),
    "mode-leaf": set_text("nodes_modes", b"LEAF"),
    "transform-unknown": set_text("post_transform", b"SQUARE"),
    "transform-none": set_text("post_transform", b"NONE"),
    "transform-probit": set_text("post_transform", b"PROBIT"),
    "transform-softmax": set_text("post_transform", b"SOFTMAX"),
    "norm": set_text("norm", b"L3"),
    "circle": circle,
    "made-twice": same_output,
    "input-nowhere": missing_input,
    "input-extra": extra_input,
    "output-lost": no_output,
    "output-nowhere": other_output,
    "operator-other": operator,
    "domain-other": domain,
    "input-type": input_type,
    "input-width": input_width,
    "constant-shape": constant_shape,
    "constant-value": constant_value,
    "opset": opset,
    "labels": labels,
    "deep": deep,
}


def main(directory, out):
    rng = np.random.default_rng(SEED)
    with open(os.path.join(directory, "cases.json")) as file:
        cases = json.load(file)["cases"]
    n = 0
    for case in cases:
        if "x" not in case:
            continue
        original = onnx.load(os.path.join(directory, f"{case['name']}.onnx"))
        if original.ByteSize() > 400_000:
            continue
        for kind, change in MUTATIONS.items():
            model = copy.deepcopy(original)
            if not change(model, rng):
                continue
            n += 1
            with open(os.path.join(out, f"{case['name']}--{kind}.onnx"), "wb") as file:
                file.write(model.SerializeToString())
    print(f"{n} hostile variants", file=sys.stderr)


main(*sys.argv[1:])
