"""Answers that a replay wrote, as both generations write custom data."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
from stand_in import BAR_TYPE, START

from ml4t_client.nautilus import EnrichedSignal, read_answers

TS = START + 1


def rows(of: Any) -> list[dict[str, Any]]:
    values = {
        **of.to_dict(),
        "instrument_id": "ETHUSDT.BINANCE",
        "signal_id": "a",
        "bar_type": str(BAR_TYPE),
        "size": 0.1,
    }
    values.pop("type")
    return [{**values, "ts_event": TS + i, "ts_init": TS + i} for i in range(2)]


class Reading(unittest.TestCase):
    def test_a_file_is_read_to_the_nanosecond_whichever_generation_wrote_it(self) -> None:
        for times in (pa.uint64(), pa.timestamp("ns", tz="UTC")):
            table = pa.Table.from_pylist(rows(EnrichedSignal()))
            for name in ("ts_event", "ts_init"):
                at = table.schema.get_field_index(name)
                table = table.set_column(at, name, table.column(name).cast(pa.int64()).cast(times))
            table = table.append_column("type", pa.array(["EnrichedSignal"] * 2))
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "answers.parquet"
                pyarrow.parquet.write_table(table, path)
                first, second = read_answers(path)
            self.assertEqual((first.ts_event, second.ts_event), (TS, TS + 1))
            self.assertEqual(str(first.instrument_id), "ETHUSDT.BINANCE")
            self.assertEqual((first.signal_id, first.size, first.bar_type), ("a", 0.1, str(BAR_TYPE)))


if __name__ == "__main__":
    unittest.main()
