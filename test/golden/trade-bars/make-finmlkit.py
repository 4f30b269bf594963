"""Makes finmlkit.json: hash of the volume that takers bought, of the bars that finmlkit makes of the public files of trades in ../shared/data.

With the Python of the references (test/references/finmlkit/requirements.txt):
  python test/golden/trade-bars/make-finmlkit.py
"""

import hashlib
import importlib.metadata
import json
import pathlib
import platform
import sys

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent.parent
sys.path.insert(0, str(ROOT / "test" / "references" / "finmlkit"))

from bars import KINDS, compared, finmlkit_bars, read_trades  # noqa: E402

DATA = ROOT.parent / "shared" / "data"


def golden(case, n_bars):
    if case["kind"] not in KINDS:
        return None
    bars = compared(finmlkit_bars(read_trades(DATA / case["file"]), case), case["kind"], n_bars)
    return hashlib.sha256(bars.taker_buy_volume.to_numpy("<f4").tobytes()).hexdigest()[:16]


def main():
    cases = json.loads((HERE / "cases.json").read_text("utf8"))
    counts = [each["nBars"] for each in json.loads((HERE / "mlfinpy.json").read_text("utf8"))["cases"]]
    versions = {name: importlib.metadata.version(name) for name in ["finmlkit", "numpy", "pandas", "numba"]}
    bought = [golden(case, n) for case, n in zip(cases, counts, strict=True)]
    made = {"python": platform.python_version(), **versions, "bought": bought}
    (HERE / "finmlkit.json").write_text(json.dumps(made, indent=1) + "\n", "utf8")


if __name__ == "__main__":
    main()
