"""What a training leaves behind, as tables."""

from __future__ import annotations

import importlib.util
import json
import tempfile
import unittest
from pathlib import Path

from ml4t_client import ClientError, read_dataset, read_report

HAS_PYARROW = importlib.util.find_spec("pyarrow") is not None
TS = 1_700_000_000_000_000_001
HEAD = "t0,t1,side,label,return,stop_distance,coin,other_label,other_t1,weight,momentum@4h,fold,probability,take"
REPORT = {
    "verdict": "edge",
    "accuracy": 0.61,
    "money": {"booked": {"mean_bps": 1.5, "n": 40}},
    "feature_importance": {"momentum": 0.7, "regime": 0.3},
    "folds": [{"fold": 1, "auc": 0.6}, {"fold": 2, "auc": None}],
    "warnings": [],
    "tests": None,
}


@unittest.skipUnless(HAS_PYARROW, "pyarrow is not installed")
class Trainings(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "file"

    def test_have_their_events_with_times_and_every_digit(self) -> None:
        rows = [
            f"{TS},{TS + 7},1,0,-0.1,0.05,,,,1,0.30000000000000004,,,",
            f"{TS},{TS},-1,1,5e-324,,0,1,{TS},1,1,2,0.5,1",
        ]
        self.path.write_text("\n".join([HEAD, *rows, ""]))
        table = read_dataset(self.path)
        self.assertEqual([moment.value for moment in table.column("t1")], [TS + 7, TS])
        self.assertEqual(str(table.schema.field("other_t1").type), "timestamp[ns, tz=UTC]")
        self.assertEqual(table.column("return").to_pylist(), [-0.1, 5e-324])
        self.assertEqual(table.column("momentum@4h").to_pylist(), [0.30000000000000004, 1.0])
        for name in ("coin", "other_label", "other_t1", "fold", "probability", "take"):
            self.assertIsNone(table.column(name)[0].as_py(), name)
        self.assertEqual(table.column("fold")[1].as_py(), 2)

    def test_of_several_instruments_name_them(self) -> None:
        self.path.write_text(f'instrument,{HEAD}\n"BTC, PERP",{TS},{TS},1,0,0,0,0,0,{TS},1,1,,,\n')
        self.assertEqual(read_dataset(self.path).column("instrument").to_pylist(), ["BTC, PERP"])

    def test_have_a_report_of_tables(self) -> None:
        self.path.write_text(json.dumps(REPORT))
        tables = read_report(self.path)
        self.assertEqual(set(tables), {"summary", "folds", "warnings", "feature_importance"})
        (summary,) = tables["summary"].to_pylist()
        self.assertEqual(
            summary,
            {"verdict": "edge", "accuracy": 0.61, "money_booked_mean_bps": 1.5, "money_booked_n": 40, "tests": None},
        )
        self.assertEqual(tables["folds"].column("auc").to_pylist(), [0.6, None])
        self.assertEqual(tables["feature_importance"].column("feature").to_pylist(), ["momentum", "regime"])
        self.assertEqual(tables["warnings"].num_rows, 0)
        self.assertEqual(read_report(REPORT)["summary"], tables["summary"])

    def test_that_are_none_are_refused(self) -> None:
        with self.assertRaisesRegex(ClientError, "cannot be read"):
            read_dataset(self.path)
        self.path.write_text("time,open\n1,2\n")
        with self.assertRaisesRegex(ClientError, "no file of `ml4t train --dump-dataset`: it has no column t0"):
            read_dataset(self.path)
        with self.assertRaisesRegex(ClientError, "cannot be read as JSON"):
            read_report(self.path)
        self.path.write_text(f"{HEAD}\nyesterday,{TS},1,0,0,0,0,0,0,1,1,,,\n")
        with self.assertRaisesRegex(ClientError, "cannot be read as a data set of a training"):
            read_dataset(self.path)
        with self.assertRaisesRegex(ClientError, "no report of `ml4t train --json`"):
            read_report({"accuracy": 1})


if __name__ == "__main__":
    unittest.main()
