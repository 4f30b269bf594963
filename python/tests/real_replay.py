"""One replay in both of its forms, written by the program; run by test/e2e/python-tables.test.ts."""

from __future__ import annotations

import os
import sys
import tempfile
import unittest
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unittest.mock import patch

from ml4t_client.replayed import ReplayedSignal, read_replay

FOLDER = Path(os.environ["REPLAYS"])


def plain(replayed: ReplayedSignal) -> dict[str, Any]:
    """The answer, without what a line of a replay does not have."""
    answer = asdict(replayed.answer)
    del answer["answer_hash"], answer["late"]
    return answer


class RealReplay(unittest.TestCase):
    def test_has_the_same_answers_in_both_forms(self) -> None:
        lines, table = read_replay(FOLDER / "answers.ndjson"), read_replay(str(FOLDER / "answers.parquet"))
        self.assertGreater(len(lines), 50)
        self.assertEqual({replayed.answer.take() for replayed in lines}, {True, False})
        self.assertEqual([plain(replayed) for replayed in table], [plain(replayed) for replayed in lines])
        self.assertGreater(sum(replayed.outcome is not None for replayed in lines), 50)
        self.assertEqual(
            {(replayed.outcome, replayed.exit_ts, replayed.in_sample) for replayed in table}, {(None,) * 3}
        )

    def test_of_another_file_is_refused_by_its_name(self) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "other.parquet"
            pq.write_table(pa.table({"ts_event": [1], "ts_init": [1]}), path)
            with self.assertRaisesRegex(ValueError, "other.parquet: no answers of ml4t replay --out"):
                read_replay(path)
            path.write_bytes(b"PAR1 and nothing")
            with self.assertRaisesRegex(ValueError, "other.parquet: no answers of ml4t replay --out"):
                read_replay(path)

    def test_without_pyarrow_says_what_to_install(self) -> None:
        said = r"pip install 'ml4t-orchestrator-client\[arrow\]'"
        with patch.dict(sys.modules, {"pyarrow.parquet": None}), self.assertRaisesRegex(ModuleNotFoundError, said):
            read_replay(FOLDER / "answers.parquet")


if __name__ == "__main__":
    unittest.main()
