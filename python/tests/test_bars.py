"""Bars of pandas, polars, Arrow and NumPy. What is not installed is skipped."""

from __future__ import annotations

import importlib
import math
import unittest
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, cast

from ml4t_client import bar_columns, nanoseconds
from ml4t_client.bars import Bars, sendable

#: Digits that a double would lose.
T0 = 1_700_000_000_123_456_789
MINUTE = 60_000_000_000
TIMES = [T0, T0 + MINUTE, T0 + 2 * MINUTE]
VALUES: dict[str, list[float]] = {
    "open": [1.1, 1.2, 1.3],
    "high": [2.5, 2.5, 2.5],
    "low": [0.5, 0.5, 0.5],
    "close": [1.15, 1.25, 0.1 + 0.2],
    "volume": [10, 0, 3],
}
FUNDING = [0.1, math.nan, -0.1]
EXPECTED = {"ts_event": TIMES, **VALUES}


def library(name: str) -> Any:
    """A library, or the end of this test."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        raise unittest.SkipTest(f"{name} is not installed") from None


def pandas_frame(**more: Any) -> Any:
    pd = library("pandas")
    return pd.DataFrame({"ts_event": pd.to_datetime(TIMES, unit="ns", utc=True), **VALUES, **more})


def polars_frame(**more: Any) -> Any:
    pl = library("polars")
    times = pl.Series(TIMES).cast(pl.Datetime("ns", "UTC"))
    return pl.DataFrame({"ts_event": times, **VALUES, **more})


def arrow_table(**more: Any) -> Any:
    pa = library("pyarrow")
    return pa.table({"ts_event": pa.array(TIMES, pa.timestamp("ns", "UTC")), **VALUES, **more})


def numpy_arrays(**more: Any) -> Any:
    np = library("numpy")
    times = np.array(TIMES, "datetime64[ns]")
    return {"ts_event": times, **{name: np.array(column) for name, column in {**VALUES, **more}.items()}}


def numpy_fields(**more: Any) -> Any:
    np = library("numpy")
    names = [*VALUES, *more]
    rows = list(zip(np.array(TIMES, "datetime64[ns]"), *VALUES.values(), *more.values(), strict=True))
    return np.array(rows, dtype=[("ts_event", "datetime64[ns]"), *((name, "f8") for name in names)])


TABLES: list[Callable[..., Any]] = [pandas_frame, polars_frame, arrow_table, numpy_arrays, numpy_fields]


class EveryLibrary(unittest.TestCase):
    def each(self, check: Callable[[Callable[..., Any]], None]) -> None:
        for table in TABLES:
            with self.subTest(table.__name__):
                check(table)

    def test_gives_the_same_columns_to_the_last_digit(self) -> None:
        self.each(lambda table: self.assertEqual(sendable(table()), EXPECTED))

    def test_gives_values_that_json_has(self) -> None:
        def check(table: Callable[..., Any]) -> None:
            columns = cast(dict[str, list[object]], bar_columns(table(funding=FUNDING), features=["funding"]))
            self.assertEqual({type(value) for name in VALUES for value in columns[name]} - {int, float}, set())
            self.assertEqual({type(time) for time in columns["ts_event"]}, {int})
            self.assertEqual(columns["features"], {"funding": [0.1, None, -0.1]})

        self.each(check)

    def test_leaves_out_what_is_not_named_and_takes_the_volume_of_takers(self) -> None:
        self.each(lambda table: self.assertEqual(bar_columns(table(funding=FUNDING)), EXPECTED))
        takers = {"taker_buy_volume": [5.0, 0.0, 1.0]}
        self.each(lambda table: self.assertEqual(bar_columns(table(**takers)), {**EXPECTED, **takers}))

    def test_refuses_a_price_that_is_not_known(self) -> None:
        def check(table: Callable[..., Any]) -> None:
            with self.assertRaisesRegex(ValueError, r"close\[1\] must be a number, was nan"):
                bar_columns(table(close=[1.0, math.nan, 1.0]) if table is not numpy_fields else broken_fields())

        def broken_fields() -> Any:
            array = numpy_fields()
            array["close"][1] = math.nan
            return array

        self.each(check)

    def test_moves_bars_that_are_stamped_at_their_open(self) -> None:
        closes = [time + 5 * MINUTE for time in TIMES]

        def check(table: Callable[..., Any]) -> None:
            columns = bar_columns(table(), stamped="open", step=timedelta(minutes=5))
            self.assertEqual(columns, {**EXPECTED, "ts_event": closes})

        self.each(check)


class Times(unittest.TestCase):
    def test_without_a_zone_are_refused_with_what_to_do(self) -> None:
        frame = pandas_frame()
        frame["ts_event"] = frame["ts_event"].dt.tz_localize(None)
        with self.assertRaisesRegex(ValueError, r'ts_event has no time zone.*dt\.tz_localize\("UTC"\)'):
            sendable(frame)
        pl, pa = library("polars"), library("pyarrow")
        with self.assertRaisesRegex(ValueError, r'no time zone.*dt\.replace_time_zone\("UTC"\)'):
            sendable(polars_frame().with_columns(pl.col("ts_event").dt.replace_time_zone(None)))
        with self.assertRaisesRegex(ValueError, "no time zone.*assume_timezone"):
            sendable(arrow_table().set_column(0, "ts_event", pa.array(TIMES, pa.timestamp("ns"))))

    def test_of_another_zone_or_unit_are_the_same_moment(self) -> None:
        frame = pandas_frame()
        frame["ts_event"] = frame["ts_event"].dt.tz_convert("Asia/Tokyo").dt.as_unit("us")
        self.assertEqual(bar_columns(frame)["ts_event"], [time // 1000 * 1000 for time in TIMES])
        pl = library("polars")
        tokyo = polars_frame().with_columns(
            pl.col("ts_event").dt.convert_time_zone("Asia/Tokyo").dt.cast_time_unit("ms")
        )
        self.assertEqual(bar_columns(tokyo)["ts_event"], [time // 1_000_000 * 1_000_000 for time in TIMES])

    def test_in_another_column_need_a_word_on_what_they_are(self) -> None:
        frame = pandas_frame().rename(columns={"ts_event": "date"})
        with self.assertRaisesRegex(ValueError, "no column ts_event.*say which column is the time.*date"):
            sendable(frame)
        with self.assertRaisesRegex(ValueError, "say whether date is when a bar opened or closed"):
            bar_columns(frame, time="date")
        with self.assertRaisesRegex(ValueError, "say how long a bar is"):
            bar_columns(frame, time="date", stamped="open")
        with self.assertRaisesRegex(ValueError, "step must be > 0"):
            bar_columns(frame, time="date", stamped="open", step=0)
        with self.assertRaisesRegex(ValueError, "step is for bars that are stamped when they open"):
            bar_columns(frame, time="date", stamped="close", step=MINUTE)
        self.assertEqual(bar_columns(frame, time="date", stamped="close"), EXPECTED)

    def test_of_the_index_of_a_frame_are_taken_where_no_column_has_them(self) -> None:
        by_time = pandas_frame().set_index("ts_event")
        self.assertEqual(sendable(by_time), EXPECTED)
        named_otherwise = by_time.rename_axis(None)
        with self.assertRaisesRegex(ValueError, "say whether index is when"):
            sendable(named_otherwise)
        self.assertEqual(bar_columns(named_otherwise, stamped="close"), EXPECTED)

    def test_that_are_not_known_are_refused(self) -> None:
        frame = pandas_frame()
        frame.loc[1, "ts_event"] = None
        with self.assertRaisesRegex(ValueError, r"ts_event\[1\] must be a time"):
            sendable(frame)

    def test_of_python_become_nanoseconds(self) -> None:
        self.assertEqual(nanoseconds(datetime(2023, 11, 14, 22, 13, 20, 5, UTC)), 1_700_000_000_000_005_000)
        east = datetime(2023, 11, 15, 7, 13, 20, tzinfo=timezone(timedelta(hours=9)))
        self.assertEqual(nanoseconds(east), 1_700_000_000_000_000_000)
        self.assertEqual(nanoseconds(T0), T0)
        for wrong in (datetime(2023, 11, 14), "2023-11-14", 1.7e18, True, None):
            self.assertRaises(ValueError, nanoseconds, wrong)

    def test_of_pandas_and_numpy_keep_their_nanoseconds(self) -> None:
        pd, np = library("pandas"), library("numpy")
        self.assertEqual(nanoseconds(pd.Timestamp(T0, unit="ns", tz="UTC")), T0)
        self.assertEqual(nanoseconds(np.datetime64(T0, "ns")), T0)
        self.assertEqual(nanoseconds(np.int64(T0)), T0)
        self.assertRaises(ValueError, nanoseconds, np.datetime64("NaT", "ns"))
        self.assertRaises(ValueError, nanoseconds, pd.Timestamp(T0, unit="ns"))


class OtherSources(unittest.TestCase):
    def test_lists_of_bars_and_columns_stay_as_they_are(self) -> None:
        bar = {"ts_event": T0, "open": "1.10", "high": 2, "low": 1, "close": 2, "volume": 0}
        self.assertEqual(sendable(cast(Bars, [bar])), [bar])
        self.assertEqual(sendable(cast(Bars, bar)), [bar])
        columns = {name: [value] for name, value in bar.items()}
        self.assertEqual(sendable(columns), columns)
        own = {**columns, "features": {"funding": [math.nan]}, "taker_buy_volume": None}
        self.assertEqual(sendable(own), {**columns, "features": {"funding": [None]}})

    def test_decimals_keep_their_digits(self) -> None:
        digits = "0.1000000000000000055511151231257827"
        closes = {**EXPECTED, "close": [Decimal(digits)] * 3}
        self.assertEqual(bar_columns(closes)["close"], [digits] * 3)

    def test_arrow_of_any_library_is_read(self) -> None:
        library("pyarrow")

        class Handed:
            def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
                return arrow_table().__arrow_c_stream__(requested_schema)

        self.assertEqual(sendable(Handed()), EXPECTED)
        record = arrow_table().to_batches()[0]
        self.assertEqual(sendable(record), EXPECTED)

    def test_nullable_columns_of_pandas_are_read(self) -> None:
        pd = library("pandas")
        frame = pandas_frame(funding=pd.array([0.5, None, 1], dtype="Float64"))
        self.assertEqual(bar_columns(frame, features=["funding"])["features"], {"funding": [0.5, None, 1.0]})

    def test_what_is_no_table_says_what_to_do(self) -> None:
        np, pl = library("numpy"), library("polars")
        with self.assertRaisesRegex(TypeError, "name its columns"):
            sendable(np.zeros((3, 6)))
        with self.assertRaisesRegex(TypeError, r"collect\(\) it first"):
            sendable(pl.LazyFrame({"a": [1]}))
        with self.assertRaisesRegex(TypeError, "bars must be a list of bars"):
            sendable(cast(Bars, 5))

    def test_missing_columns_and_lengths_that_differ_are_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "there is no column volume; there are ts_event, open"):
            bar_columns({name: column for name, column in EXPECTED.items() if name != "volume"})
        titled = {name if name == "ts_event" else name.title(): values for name, values in EXPECTED.items()}
        with self.assertRaisesRegex(ValueError, "rename Open to open, in pandas .rename"):
            bar_columns(titled)
        with self.assertRaisesRegex(ValueError, "there is no column funding"):
            bar_columns(EXPECTED, features=["funding"])
        with self.assertRaisesRegex(ValueError, r"close must be as long as ts_event \(3\), was 2"):
            bar_columns({**EXPECTED, "close": [1, 2]})
        pd = library("pandas")
        twice = pandas_frame()
        twice = pd.concat([twice, twice[["close"]]], axis=1)
        with self.assertRaisesRegex(ValueError, "names of their own"):
            bar_columns(twice)


if __name__ == "__main__":
    unittest.main()
