"""Bars as columns, from a table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, Protocol, TypeAlias, cast

from ml4t_client.bars.tables import PandasTable, Table, table_of
from ml4t_client.bars.times import length
from ml4t_client.types import Bar, BarColumns

_PRICES = ("open", "high", "low", "close", "volume")
_TAKER = "taker_buy_volume"
_TIME = "ts_event"


class Frame(Protocol):
    """A table of pandas or polars."""

    @property
    def columns(self) -> Any:
        """Its names or columns."""


class Arrow(Protocol):
    """Whatever hands its columns out as Arrow: `pyarrow.Table`, a relation of DuckDB."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """A stream of record batches."""


class Structured(Protocol):
    """An array of NumPy with named fields."""

    @property
    def dtype(self) -> Any:
        """Its fields."""


#: A table with a column for each value of a bar.
BarTable: TypeAlias = Frame | Arrow | Structured | Mapping[str, Any]
#: What `add_bars` takes: bars one by one, columns, or a table whose time is `ts_event`.
Bars: TypeAlias = Bar | Sequence[Bar] | BarColumns | BarTable


def bar_columns(
    table: BarTable,
    *,
    time: str | None = None,
    stamped: Literal["open", "close"] | None = None,
    step: Any = None,
    features: Sequence[str] = (),
) -> BarColumns:
    """Bars of a table of pandas, polars, Arrow or NumPy, or of arrays by name, as the service takes them.

    Columns `open`, `high`, `low`, `close`, `volume` are needed; `taker_buy_volume` is taken where it is there. Others
    are left out, unless `features` names them. Numbers keep their digits; decimals go as text.

    Args:
        table: Oldest bar first.
        time: Column of the times; by default `ts_event`, else the index of a pandas frame. Times have a time zone, or
            are UNIX nanoseconds; those of NumPy are in UTC.
        stamped: Whether a time is when the bar opened or when it closed. It may be left out for a column `ts_event`,
            which is the close by its name. An exchange's, ccxt's and freqtrade's bars are stamped when they open.
        step: Length of a bar, with `stamped="open"`: `timedelta(minutes=5)`, or whole nanoseconds.
        features: Columns of your own, sent as known at the close of the bar; NaN is sent as not known.

    Raises:
        ValueError: A column is missing, a value is not known, a time has no time zone, or it is not said what it is.
        TypeError: It is no table.
    """
    source = table_of(table)
    times = _close_times(source, time, stamped, step)
    columns: dict[str, Any] = {_TIME: times}
    taker = (_TAKER,) if _TAKER in source.names else ()
    for name in (*_PRICES, *taker):
        columns[name] = _numbers(source, name)
    own = {name: _own(source, name) for name in features}
    if own:
        columns["features"] = own
    _check_lengths(columns, own)
    return cast(BarColumns, columns)


def sendable(bars: Bars) -> Sequence[Bar] | BarColumns:
    """Bars as they are sent: bars one by one and columns as they are, tables by `bar_columns`."""
    if isinstance(bars, (list, tuple)):
        return bars
    if not isinstance(bars, Mapping):
        return bar_columns(cast(BarTable, bars))
    if isinstance(bars.get(_TIME), (int, str)):
        return [cast(Bar, bars)]
    own = bars.get("features")
    values = {name: column for name, column in bars.items() if column is not None and name != "features"}
    columns = bar_columns(values)
    if isinstance(own, Mapping) and own:
        columns["features"] = {name: _own(table_of(own), name) for name in own}
    return columns


def _close_times(source: Table, time: str | None, stamped: str | None, step: Any) -> list[int]:
    name = time or _usual_time(source)
    if name not in source.names:
        raise ValueError(f"there is no column {name}; there are {', '.join(source.names)}")
    if stamped not in (None, "open", "close"):
        raise ValueError(f"stamped must be 'open' or 'close', was {stamped!r}")
    if stamped is None and name != _TIME:
        raise ValueError(
            f"say whether {name} is when a bar opened or closed: stamped='open' with step=, or stamped='close'"
        )
    times = source.times(name)
    if stamped != "open":
        if step is not None:
            raise ValueError("step is for bars that are stamped when they open: stamped='open'")
        return times
    if step is None:
        raise ValueError("say how long a bar is, so that its close is known: step=timedelta(minutes=5)")
    nanos = length(step)
    if nanos <= 0:
        raise ValueError(f"step must be > 0, was {step!r}")
    return [opened + nanos for opened in times]


def _usual_time(source: Table) -> str:
    if _TIME not in source.names and isinstance(source, PandasTable) and source.index_name in source.names:
        return source.index_name
    if _TIME in source.names:
        return _TIME
    raise ValueError(
        "there is no column ts_event, when a bar closed; say which column is the time, and what it is of: "
        f"bar_columns(table, time=..., stamped='open' or 'close'). There are {', '.join(source.names)}"
    )


def _numbers(source: Table, name: str) -> list[float | str]:
    if name not in source.names:
        raise _no_column(source, name)
    values = source.values(name)
    for i, value in enumerate(values):
        if isinstance(value, Decimal) and value.is_finite():
            values[i] = str(value)
        elif not isinstance(value, str) and not (_is_number(value) and math.isfinite(value)):
            raise ValueError(f"{name}[{i}] must be a number, was {value!r}")
    return values


def _no_column(source: Table, name: str) -> ValueError:
    same = [other for other in source.names if other.lower() == name]
    remedy = f"; rename {same[0]} to {name}, in pandas .rename(columns=str.lower)" if same else ""
    return ValueError(f"there is no column {name}; there are {', '.join(source.names)}{remedy}")


def _own(source: Table, name: str) -> list[float | str | None]:
    if name not in source.names:
        raise ValueError(f"there is no column {name}; there are {', '.join(source.names)}")
    values = source.values(name)
    for i, value in enumerate(values):
        if _is_number(value):
            values[i] = value if math.isfinite(value) else None
        elif isinstance(value, Decimal):
            values[i] = str(value) if value.is_finite() else None
        elif value is not None and not isinstance(value, str):
            if type(value).__name__ != "NAType":  # of pandas
                raise ValueError(f"{name}[{i}] must be a number or not known, was {value!r}")
            values[i] = None
    return values


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _check_lengths(columns: Mapping[str, Any], own: Mapping[str, list[Any]]) -> None:
    n = len(columns[_TIME])
    for name, column in {**columns, **own}.items():
        if name != "features" and len(column) != n:
            raise ValueError(f"{name} must be as long as ts_event ({n}), was {len(column)}")
