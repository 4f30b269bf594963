"""Exports models of many libraries, and writes what onnxruntime says of them.

python make.py DIRECTORY [NAME...]: NAME.onnx for each, and cases.json with rows and probabilities in base64 (float32 and float64).
"""

import base64
import json
import os
import sys
import warnings

import numpy as np

warnings.filterwarnings("ignore")
os.environ["PYTHONWARNINGS"] = "ignore"

from answers import probability  # noqa: E402
from families import boosters, hand_made, other_kinds, sklearn_models  # noqa: E402
from rows import probes  # noqa: E402


def packed(values, kind):
    return base64.b64encode(np.ascontiguousarray(values, kind).tobytes()).decode()


def write(case, directory):
    onx, n_features, library = case.make()
    data = onx.SerializeToString()
    path = os.path.join(directory, f"{case.name}.onnx")
    with open(path, "wb") as file:
        file.write(data)
    record = {"name": case.name, "group": case.group, "n_features": n_features, "missing": case.missing, "refused": case.refused, "tags": case.tags}
    if case.refused not in ("", "may"):
        return record
    rows = probes(onx, n_features, case.missing)
    record["x"] = packed(rows, "<f4")
    record["p"] = packed(probability(data, rows), "<f8")
    if library is not None:
        usual = rows[:60]
        record["library"] = packed(library(usual), "<f8")
    return record


def main(directory, names):
    records, failed = [], []
    for module in (sklearn_models, boosters, hand_made, other_kinds):
        for case in module.cases():
            if names and case.name not in names:
                continue
            try:
                records.append(write(case, directory))
            except Exception as error:  # an exporter that cannot write a model is no fault of the reader
                failed.append({"name": case.name, "group": case.group, "error": f"{type(error).__name__}: {str(error)[:200]}"})
    seen = [record["name"] for record in records]
    assert len(set(seen)) == len(seen), "a name stands twice"
    with open(os.path.join(directory, "cases.json"), "w") as file:
        json.dump({"cases": records, "failed": failed}, file)
    print(f"{len(records)} files, {len(failed)} that their exporter cannot write", file=sys.stderr)
    for each in failed:
        print(f"  {each['name']}: {each['error']}", file=sys.stderr)


main(sys.argv[1], sys.argv[2:])
