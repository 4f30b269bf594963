"""LightGBM with its default parameters, one model a market, exported to ONNX.

Usage: lightgbm_models.py DIRECTORY…, each with bars.csv, labels.csv (what trains), newer.csv and newer-labels.csv (what is judged).
Writes lightgbm.onnx there, and predicted.json: LightGBM's own probabilities of the judged events, in their order.
"""

import csv
import json
import sys
from pathlib import Path

import numpy
from lightgbm import LGBMClassifier
from onnxmltools import convert_lightgbm
from onnxmltools.convert.common.data_types import FloatTensorType

COLUMNS = ["r", "r_1", "r_2", "regime_flag"]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def rows_of(directory: Path, bars: str, labels: str) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Columns at the events as float32, which is what the exported file compares, and their labels."""
    days = {day["timestamp"]: day for day in read(directory / bars)}
    events = read(directory / labels)
    x = [[float(days[event["t0"]][name]) for name in COLUMNS] for event in events]
    return numpy.array(x, numpy.float32), numpy.array([int(event["label"]) for event in events])


def fit(directory: Path) -> None:
    """Fits, exports and predicts one market; threads and silence are no parameters of the model."""
    x, y = rows_of(directory, "bars.csv", "labels.csv")
    judged, _ = rows_of(directory, "newer.csv", "newer-labels.csv")
    model = LGBMClassifier(n_jobs=1, verbose=-1).fit(x, y)
    file = convert_lightgbm(model, initial_types=[("X", FloatTensorType([None, len(COLUMNS)]))], zipmap=False)
    (directory / "lightgbm.onnx").write_bytes(file.SerializeToString())
    (directory / "predicted.json").write_text(json.dumps(model.predict_proba(judged)[:, 1].tolist()))


for name in sys.argv[1:]:
    fit(Path(name))
