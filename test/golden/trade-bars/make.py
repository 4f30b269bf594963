"""Makes mlfinpy.json: number and hash of the bars that mlfinpy makes of the public files of trades in ../shared/data.

With the Python of the references (test/references/mlfinpy/requirements.txt):
  python test/golden/trade-bars/make.py
"""

import hashlib
import importlib.metadata
import json
import pathlib
import platform
import sys

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent.parent
sys.path.insert(0, str(ROOT / "test" / "references" / "mlfinpy"))

import numpy as np  # noqa: E402
from bars import FLOATS, mlfinpy_bars, read_trades  # noqa: E402

DATA = ROOT.parent / "shared" / "data"


def digest(columns):
    """Little-endian columns one after the other, as the test hashes ours."""
    return hashlib.sha256(b"".join(np.ascontiguousarray(column).tobytes() for column in columns)).hexdigest()[:16]


def golden(case):
    bars = mlfinpy_bars(read_trades(DATA / case["file"]), case)
    # The files have milliseconds; what is below a microsecond is a bar that ours stamps 1 ns behind the one before.
    values = [(bars.ts_event // 1000).to_numpy("<i8"), *(bars[name].to_numpy("<f8") for name in [*FLOATS, "trades"])]
    # Before the first change of price no side is known: mlfinpy calls it not bought, ours half bought. The first bar has such trades.
    bought = [bars.taker_buy_volume.to_numpy("<f8")[1:]]
    return {"nBars": len(bars), "bars": digest(values), "bought": digest(bought)}


def main():
    cases = json.loads((HERE / "cases.json").read_text("utf8"))
    versions = {name: importlib.metadata.version(name) for name in ["mlfinpy", "numpy", "pandas", "numba"]}
    made = {"python": platform.python_version(), **versions, "cases": [golden(case) for case in cases]}
    (HERE / "mlfinpy.json").write_text(json.dumps(made, indent=1) + "\n", "utf8")


if __name__ == "__main__":
    main()
