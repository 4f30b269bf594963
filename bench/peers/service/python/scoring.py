"""What a service says of a signal, by NumPy and onnxruntime: four features of its 100 bars, VPIN, a probability."""

import os
from math import erf, log, sqrt
from typing import Any

import numpy as np
import onnxruntime

LOOKBACK = 20
N_BUCKETS = 50
SQRT_HALF = sqrt(0.5)


def open_model() -> onnxruntime.InferenceSession:
    """Open the model file that the environment names, on one thread: one row is too little work for two."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(os.environ["MODEL"], options, providers=["CPUExecutionProvider"])


def vpin(close: np.ndarray, volume: np.ndarray) -> float:
    """VPIN of the window, bars split in bulk: within a bar the signed volume grows linearly with the volume."""
    total = volume.sum()
    change = np.diff(close)
    sigma = change.std(ddof=1)
    if not total > 0:
        return 0.0
    imbalance = np.zeros(len(close))
    if sigma > 0:
        imbalance[1:] = [erf(z) for z in (change * (SQRT_HALF / sigma)).tolist()]
    signed = np.cumsum(imbalance * volume)
    edges = np.linspace(0, total, N_BUCKETS + 1)
    at_edges = np.interp(edges, np.concatenate(([0], np.cumsum(volume))), np.concatenate(([0], signed)))
    return float(np.abs(np.diff(at_edges)).sum() / total)


def features_of(close: np.ndarray, volume: np.ndarray, side: int) -> dict[str, float]:
    """Return the features of the last bar, in the order of the model's columns."""
    volatility = float(np.diff(np.log(close[-LOOKBACK - 1 :])).std(ddof=1))
    move = log(close[-1] / close[-LOOKBACK - 1])
    scale = volatility * sqrt(LOOKBACK)
    mean_volume = volume[-LOOKBACK:].mean()
    return {
        "volatility": volatility,
        "momentum": side * move,
        "trend_strength": abs(move) / scale if scale > 0 else 0.0,
        "volume_ratio": float(volume[-1] / mean_volume) if mean_volume > 0 else 1.0,
    }


class Scorer:
    """The model in memory."""

    def __init__(self) -> None:
        self._model = open_model()

    def score(self, signal: dict[str, Any]) -> dict[str, Any]:
        """Answer a signal that came as JSON."""
        bars = signal["bars"]
        close = np.array(bars["close"], np.float64)
        volume = np.array(bars["volume"], np.float64)
        features = features_of(close, volume, signal["signal"])
        row = np.array([list(features.values())], np.float32)
        (probabilities,) = self._model.run(["probabilities"], {"X": row})
        return {
            "signal_id": signal["signal_id"],
            "confidence": float(probabilities[0, 1]),
            "toxicity": vpin(close, volume),
            "features": features,
        }
