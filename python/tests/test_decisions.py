"""Tables of decisions and of trainings: read in batches, with times as times, and refused where they are not whole."""

from __future__ import annotations

import importlib.util
import io
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from ml4t_client import ClientError, NoAnswerError, RefusedError, read_decisions
from ml4t_client.decisions import export_call
from ml4t_client.operations import OPERATIONS
from scripted_service import Reply, ScriptedService, problem

HAS_PYARROW = importlib.util.find_spec("pyarrow") is not None
TS = 1_700_000_000_000_000_001
N = 2500


def exported(n: int = N) -> bytes:
    """A file as the service makes it, in what matters here: the names and the types."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    numbers = list(range(1, n + 1))
    table = pa.table(
        {
            "seq": pa.array(numbers, pa.int64()),
            "timestamp": pa.array([TS + number for number in numbers], pa.int64()),
            "outcome_exit_ts": pa.array([None if number % 2 else TS for number in numbers], pa.int64()),
            "feature_momentum@4h:BTC.USDT": pa.array([number / 3 for number in numbers]),
            "answer": pa.array([f"answer {number}" for number in numbers]),
        }
    )
    file = io.BytesIO()
    pq.write_table(table, file)
    return file.getvalue()


@unittest.skipUnless(HAS_PYARROW, "pyarrow is not installed")
class Decisions(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def program(self, code: str) -> list[str]:
        """A stand-in for ml4t: Python with a few lines."""
        path = self.folder / "ml4t.py"
        path.write_text(code)
        return [sys.executable, str(path)]

    def test_come_in_batches_with_every_digit_of_their_times(self) -> None:
        with ScriptedService(lambda _: Reply(body=exported())) as service:
            reader = read_decisions(service.url, token="secret")
            self.assertEqual(
                reader.schema.names, ["seq", "timestamp", "outcome_exit_ts", "feature_momentum@4h:BTC.USDT"]
            )
            batches = list(reader)
        self.assertGreater(len(batches), 2)
        rows = [row for batch in batches for row in batch.to_pylist()]
        self.assertEqual([row["seq"] for row in rows], list(range(1, N + 1)))
        self.assertEqual(str(reader.schema.field("timestamp").type), "timestamp[ns, tz=UTC]")
        self.assertEqual([moment.value for moment in batches[0].column("timestamp")][:2], [TS + 1, TS + 2])
        self.assertEqual(rows[0]["outcome_exit_ts"], None)
        self.assertEqual(rows[8]["feature_momentum@4h:BTC.USDT"], 3.0)
        self.assertEqual(service.sent[0].headers["authorization"], "Bearer secret")

    def test_of_some_columns_and_after_a_number(self) -> None:
        path = self.folder / "decisions.parquet"
        path.write_bytes(exported())
        table = read_decisions(path, columns=["answer", "timestamp"], after_seq=N - 2).read_all()
        self.assertEqual(table.column_names, ["answer", "timestamp"])
        self.assertEqual(table.column("answer").to_pylist(), [f"answer {N - 1}", f"answer {N}"])
        with self.assertRaisesRegex(ClientError, "no column 'momentum' is among the decisions; there are seq, "):
            read_decisions(path, columns=["momentum"])

    def test_are_asked_for_as_the_document_says(self) -> None:
        call = export_call(41)
        operation = OPERATIONS["exportDecisions"]
        self.assertEqual((call.method, urlsplit(call.path).path), (operation.method, operation.path))
        query = parse_qs(urlsplit(call.path).query)
        self.assertEqual(set(query), set(operation.query))
        self.assertEqual(query, {"format": ["parquet"], "after_seq": ["41"]})

    def test_of_a_busy_service_are_asked_for_again_and_of_another_not(self) -> None:
        replies = [problem(429, "OVERLOADED"), Reply(body=exported(3))]
        with ScriptedService(lambda _: replies.pop(0)) as service:
            self.assertEqual(read_decisions(service.url).read_all().num_rows, 3)
        with (
            ScriptedService(lambda _: problem(503, "JOURNAL_FAILED")) as service,
            self.assertRaisesRegex(RefusedError, "JOURNAL_FAILED"),
        ):
            read_decisions(service.url, timeout=0.2)

    def test_that_break_off_are_no_table(self) -> None:
        whole = exported()
        cut = Reply(body=whole[:-100], headers={"content-length": str(len(whole)), "connection": "close"})
        with (
            ScriptedService(lambda _: cut) as service,
            self.assertRaisesRegex(NoAnswerError, "broke off before its end"),
        ):
            read_decisions(service.url, timeout=2)
        with (
            ScriptedService(lambda _: Reply(body=whole[:-100])) as service,
            self.assertRaisesRegex(ClientError, "no whole Parquet file"),
        ):
            read_decisions(service.url)

    def test_of_a_data_directory_are_read_by_the_program(self) -> None:
        table = self.folder / "made.parquet"
        table.write_bytes(exported(5))
        asked = self.folder / "asked"
        command = self.program(
            "import pathlib, sys\n"
            f"pathlib.Path({str(asked)!r}).write_text(' '.join(sys.argv[1:]))\n"
            f"sys.stdout.buffer.write(pathlib.Path({str(table)!r}).read_bytes())\n"
        )
        data = self.folder / "data"
        data.mkdir()
        self.assertEqual(read_decisions(data, after_seq=3, command=command).read_all().num_rows, 2)
        said = f"journal export - --format parquet --after-seq 3 --data-dir {data}"
        self.assertEqual(asked.read_text(), said)

    def test_of_a_directory_that_cannot_be_read_say_why(self) -> None:
        command = self.program("import sys; sys.exit('ml4t: there is no journal in here')")
        cases: list[tuple[str, dict[str, Any], str]] = [
            (str(self.folder / "nowhere"), {}, "is no data directory"),
            (str(self.folder), {"command": ["no-such-program"]}, "no-such-program is not on the PATH"),
            (str(self.folder), {"command": command}, "there is no journal in here"),
        ]
        for source, options, said in cases:
            with self.subTest(said), self.assertRaisesRegex(ClientError, said):
                read_decisions(source, **options)


class WithoutPyarrow(unittest.TestCase):
    def test_it_says_what_to_install_before_it_fetches_anything(self) -> None:
        said = r"pip install 'ml4t-orchestrator-client\[arrow\]'"
        with patch.dict(sys.modules, {"pyarrow": None}), self.assertRaisesRegex(ModuleNotFoundError, said):
            read_decisions("http://127.0.0.1:1")


if __name__ == "__main__":
    unittest.main()
