"""Rows on which files are compared: random ones, ones on and beside the thresholds of the model, and extreme ones."""

import numpy as np
import onnx

N_TRAIN = 600
EXTREME = [0.0, -0.0, 1e-45, -1e-45, 1e-30, 1e6, -1e6, 3e38, -3e38, 1.0, -1.0]


def training(n_features, seed=0, missing=0.0, labels=(0, 1)):
    """(X float32, y): two classes that most features tell something about, with a share of values missing."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(N_TRAIN, n_features)).astype(np.float32)
    score = x[:, 0] + 0.5 * x[:, 1] * x[:, -1] - 0.3 * x[:, -1] + rng.normal(size=N_TRAIN)
    if missing > 0:
        x[rng.random(x.shape) < missing] = np.nan
    return x, np.where(score > 0, labels[1], labels[0])


def numbers_in(model):
    """All numbers of the model's nodes and tensors: those at which a comparison may turn."""
    found = []
    for node in model.graph.node:
        for attribute in node.attribute:
            if attribute.name in ("nodes_values", "offset", "threshold"):
                found.extend(attribute.floats)
            if attribute.name in ("nodes_values_as_tensor", "nodes_splits", "membership_values"):
                found.extend(onnx.numpy_helper.to_array(attribute.t).ravel().tolist())
    for tensor in model.graph.initializer:
        if tensor.data_type in (1, 11):
            found.extend(onnx.numpy_helper.to_array(tensor).ravel().tolist())
    unique = np.unique(np.array(found, np.float64).astype(np.float32))
    return unique[np.isfinite(unique)]


def probes(model, n_features, missing, seed=1):
    """(n, n_features) float32 rows."""
    rng = np.random.default_rng(seed)
    random = rng.normal(size=(60, n_features)) * rng.choice([0.5, 1, 3], size=(60, 1))
    thresholds = numbers_in(model)
    parts = [random]
    if len(thresholds) > 0:
        at = rng.choice(thresholds, size=(90, n_features)).astype(np.float32)
        at[30:60] = np.nextafter(at[30:60], np.float32(np.inf))
        at[60:90] = np.nextafter(at[60:90], np.float32(-np.inf))
        mixed = np.where(rng.random(at.shape) < 0.5, at, rng.normal(size=at.shape))
        parts.append(mixed)
    extreme = rng.normal(size=(40, n_features))
    for row in extreme:
        row[rng.integers(n_features)] = rng.choice(EXTREME)
    parts.append(extreme)
    x = np.concatenate(parts).astype(np.float32)
    if missing:
        x[rng.random(x.shape) < 0.1] = np.nan
    return x
