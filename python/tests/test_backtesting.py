"""Decisions as arrays. Skipped where NumPy or pandas is missing."""

from __future__ import annotations

import dataclasses
import unittest
from typing import Any

from ml4t_client.answer import Answer
from ml4t_client.replayed import ReplayedSignal

try:
    import numpy as np
    import pandas as pd

    from ml4t_client.backtesting import decisions, taken_trades
except ModuleNotFoundError as missing:
    raise unittest.SkipTest(f"{missing.name} is not installed") from None

HOUR = 3_600_000_000_000
START = 1_750_000_000_000_000_001
TIMES = [START + i * HOUR for i in range(8)]


def replayed(entry: int, leave: int | None, *, signal: int = 1, size: float = 0.1, take: bool = True) -> ReplayedSignal:
    values: dict[str, Any] = {field.name: None for field in dataclasses.fields(Answer)}
    values.update(signal_id=f"X:{entry}", signal=signal, asked_ts=TIMES[entry], decision=take, bet=size * signal)
    is_open = leave is None
    return ReplayedSignal(
        Answer(**values),
        None if is_open else "upper",
        None if is_open else 0.02,
        None if leave is None else TIMES[leave],
        False,
    )


class Arrays(unittest.TestCase):
    def test_a_row_is_a_bar(self) -> None:
        found = decisions(TIMES, [replayed(1, 3), replayed(4, 5, signal=-1), replayed(6, 7, take=False)])
        self.assertEqual(found.signal.tolist(), [0, 1, 0, 0, -1, 0, 1, 0])
        self.assertEqual(found.take.tolist(), [False, True, False, False, True, False, False, False])
        self.assertEqual(found.size.tolist(), [0, 0.1, 0, 0, -0.1, 0, 0, 0])

    def test_one_position_at_a_time(self) -> None:
        trades = taken_trades(TIMES, [replayed(1, 3), replayed(2, 6), replayed(3, 4), replayed(4, 5, signal=-1)])
        self.assertEqual(len(trades), 4)
        with self.assertRaisesRegex(ValueError, "one_at_a_time"):
            trades.orders()
        one = trades.one_at_a_time()
        self.assertEqual((one.entry.tolist(), one.exit.tolist(), one.side.tolist()), ([1, 4], [3, 5], [1, -1]))
        orders = one.orders()
        self.assertEqual(np.flatnonzero(orders.entries).tolist(), [1])
        self.assertEqual(np.flatnonzero(orders.exits).tolist(), [3])
        self.assertEqual(np.flatnonzero(orders.short_entries).tolist(), [4])
        self.assertEqual(np.flatnonzero(orders.short_exits).tolist(), [5])
        self.assertEqual(orders.size.tolist(), [0, 0.1, 0, 0, 0.1, 0, 0, 0])

    def test_an_open_trade_has_no_exit_and_lets_none_follow(self) -> None:
        one = taken_trades(TIMES, [replayed(1, None), replayed(5, 6)]).one_at_a_time()
        self.assertEqual((one.exit.tolist(), len(one)), ([-1], 1))
        self.assertFalse(one.orders().exits.any())
        self.assertTrue(np.isnan(one.exit_prices(np.full(8, 100.0))[0]))

    def test_the_price_of_an_exit_is_that_of_the_replay(self) -> None:
        trades = taken_trades(TIMES, [replayed(1, 3), replayed(4, 5, signal=-1)])
        np.testing.assert_allclose(trades.exit_prices(np.full(8, 100.0)), [102.0, 98.0])

    def test_times_of_numpy_and_pandas_are_read_in_any_unit(self) -> None:
        whole = np.array(TIMES) // 1000 * 1000
        moved = [replayed(1, None)]
        moved = [dataclasses.replace(moved[0], answer=dataclasses.replace(moved[0].answer, asked_ts=int(whole[1])))]
        index = pd.to_datetime(whole, utc=True)
        arrays = [whole, whole.view("datetime64[ns]"), (whole // 1000).view("datetime64[us]")]
        for times in (*arrays, index, index.as_unit("us"), index.to_series()):
            self.assertEqual(taken_trades(times, moved).entry.tolist(), [1])

    def test_other_bars_are_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "no bar closed at"):
            taken_trades(TIMES[:3], [replayed(5, 6)])
        with self.assertRaisesRegex(ValueError, "no bar closed at"):
            taken_trades(TIMES[::2], [replayed(3, 6)])
        for times in ([time // 1_000_000_000 for time in TIMES], TIMES[::-1], [0.5, 1.5], pd.to_datetime(TIMES)):
            with self.assertRaisesRegex(ValueError, "times"):
                taken_trades(times, [])
        with self.assertRaisesRegex(ValueError, "another signal"):
            decisions(TIMES, [replayed(1, 2), replayed(1, 3)])
        answers_only = dataclasses.replace(replayed(1, 2), in_sample=None)
        with self.assertRaisesRegex(ValueError, "ndjson"):
            taken_trades(TIMES, [answers_only])


if __name__ == "__main__":
    unittest.main()
