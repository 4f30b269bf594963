"""Answers as frames. Skipped where pandas is not installed."""

from __future__ import annotations

import unittest
from typing import Any

from ml4t_client import Rows, bars_to_pandas

try:
    import pandas as pd
except ModuleNotFoundError:
    raise unittest.SkipTest("pandas is not installed") from None

#: Digits that a double would lose.
T0 = 1_700_000_000_123_456_789


def row(**more: Any) -> dict[str, Any]:
    event = {"signal_id": "a", "timestamp": T0, "signal": 1}
    return {
        "signal_id": "a",
        "signal_event": event,
        "take": True,
        "size": 0.5,
        "last_bar_ts": T0,
        "seq": 2**53 + 1,
        **more,
    }


class Frames(unittest.TestCase):
    def test_have_a_column_for_each_value_named_as_json_normalize_does(self) -> None:
        frame = Rows([row(size_factors={"bet": 0.5})]).to_pandas()
        self.assertEqual(set(frame), set(pd.json_normalize([row(size_factors={"bet": 0.5})])))

    def test_lose_no_digit_also_where_something_is_not_known(self) -> None:
        frame = Rows([row(), row(seq=None, last_bar_ts=None, take=None, size=None)]).to_pandas()
        self.assertEqual(frame["last_bar_ts"][0].value, T0)
        self.assertIs(frame["last_bar_ts"][1], pd.NaT)
        self.assertEqual(frame["seq"].tolist(), [2**53 + 1, pd.NA])
        self.assertEqual(frame["signal_event.timestamp"].tolist(), [pd.Timestamp(T0, unit="ns", tz="UTC")] * 2)
        self.assertEqual(frame["take"].tolist(), [True, pd.NA])
        self.assertEqual([str(kind) for kind in frame[["take", "seq", "size"]].dtypes], ["boolean", "Int64", "float64"])

    def test_hold_errors_beside_answers(self) -> None:
        frame = Rows([row(), {"error": {"code": "ID_CONFLICT", "message": "m", "line": 2}}]).to_pandas()
        self.assertEqual((pd.isna(frame["error.code"][0]), frame["error.code"][1]), (True, "ID_CONFLICT"))
        self.assertEqual((frame["signal_id"][0], pd.isna(frame["signal_id"][1])), ("a", True))

    def test_of_nothing_are_empty(self) -> None:
        self.assertEqual(Rows[dict[str, Any]]().to_pandas().shape, (0, 0))

    def test_of_bars_are_by_time(self) -> None:
        bars = {"ts_event": [T0], "open": [1], "close": [1.5], "features": {"funding": [None]}}
        frame = bars_to_pandas(bars)
        self.assertEqual(frame.index[0].value, T0)
        self.assertEqual((list(frame), str(frame.index.tz)), (["open", "close", "funding"], "UTC"))
        self.assertEqual({str(kind) for kind in frame.dtypes}, {"float64"})


if __name__ == "__main__":
    unittest.main()
