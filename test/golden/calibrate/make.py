"""Models of other programs for the tests of `ml4t calibrate`: lightgbm 4.7.0, scikit-learn, onnxmltools 1.16.0, skl2onnx 1.20.0.

Each learned from the events of the first 3,000 of 6,000 simulated bars:

  ml4t simulate planted.csv --bars 6000 --edge 0.25 --seed 3
  ml4t simulate nothing.csv --bars 6000 --edge 0 --seed 4
  ml4t train M.csv --features volatility,momentum --dump-dataset M-events.csv --model x.onnx
  python make.py DIRECTORY-OF-BOTH
"""

import sys
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pandas as pd
from onnxmltools import convert_lightgbm
from onnxmltools.convert.common.data_types import FloatTensorType
from skl2onnx import to_onnx
from sklearn.tree import DecisionTreeClassifier

HERE = Path(__file__).parent
SOURCE = Path(sys.argv[1])
NAMES = ["volatility", "momentum"]


def rows(market: str) -> tuple[np.ndarray, np.ndarray]:
    """Events that ended within the first 3,000 bars."""
    events = pd.read_csv(SOURCE / f"{market}-events.csv")
    known = events[events.t1 < 3000]
    return known[NAMES].to_numpy(np.float32), known.label.to_numpy()


def write(name: str, model) -> None:
    (HERE / name).write_bytes(model.SerializeToString())


x, y = rows("planted")
boosted = lgb.LGBMClassifier(n_estimators=20, num_leaves=4, random_state=0, verbose=-1).fit(x, y)
write("lightgbm.onnx", convert_lightgbm(boosted, initial_types=[("X", FloatTensorType([None, 2]))], zipmap=False))

# A tree without a limit knows every row that it learned from, and nothing else.
x, y = rows("nothing")
memory = DecisionTreeClassifier(random_state=0).fit(x, y)
assert memory.score(x, y) > 0.99
write("memory.onnx", to_onnx(memory, x[:1], options={"zipmap": False}))
