"""Decisions of a real service and of its data directory as tables; run by test/e2e/python-tables.test.ts."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import unittest
from typing import Any
from urllib.request import urlopen

from ml4t_client import AsyncClient, Client, read_decisions

URL = os.environ["SERVICE_URL"]
DIRECTORY = os.environ["DATA_DIRECTORY"]
COMMAND = json.loads(os.environ["PROGRAM"])
TIMES = {"timestamp", "last_bar_ts", "outcome_exit_ts"}


def lines() -> list[dict[str, Any]]:
    with urlopen(f"{URL}/v1/export/decisions") as response:
        return [json.loads(line) for line in response]


class RealExport(unittest.TestCase):
    def test_has_every_answer_to_the_byte(self) -> None:
        table = read_decisions(URL, columns=["seq", "answer_hash", "answer"]).read_all()
        rows = table.to_pylist()
        self.assertEqual(
            [(row["seq"], row["answer_hash"]) for row in rows], [(line["seq"], line["answer_hash"]) for line in lines()]
        )
        for row in rows:
            self.assertEqual(hashlib.sha256(row["answer"].encode()).hexdigest(), row["answer_hash"])

    def test_of_the_directory_is_the_same_while_the_service_runs(self) -> None:
        self.assertEqual(read_decisions(DIRECTORY, command=COMMAND).read_all(), read_decisions(URL).read_all())

    def test_of_both_clients_is_the_same(self) -> None:
        async def fetched() -> Any:
            async with AsyncClient(URL) as client:
                return await client.read_decisions()

        with Client(URL) as client:
            waited = client.read_decisions()
        table = read_decisions(URL).read_all()
        self.assertEqual(waited.read_all(), table)
        self.assertEqual(asyncio.run(fetched()).read_all(), table)

    def test_is_a_frame_that_says_what_the_lines_say(self) -> None:
        frame = read_decisions(URL).read_pandas()
        for row, line in zip(frame.to_dict("records"), lines(), strict=True):
            features, outcome = line["features"] or {}, line["outcome"] or {}
            said = {
                **line,
                **line["signal_event"],
                **{f"size_{name}": value for name, value in line["size_factors"].items()},
                **{f"feature_{name}": value for name, value in features.items()},
                **{name if name == "outcome" else f"outcome_{name}": value for name, value in outcome.items()},
            }
            for name, value in row.items():
                expected = said.get(name)
                if value is None or value != value:  # not known; pandas writes it as NaN, too
                    self.assertIsNone(expected, name)
                elif name == "unnamed_features":
                    self.assertEqual(json.loads(value), expected)
                else:
                    self.assertEqual(value.value if name in TIMES else value, expected, name)
        self.assertGreater(int(frame["outcome"].notna().sum()), 5)
        self.assertGreater(sum(name.startswith("feature_") for name in frame.columns), 1)


if __name__ == "__main__":
    unittest.main()
