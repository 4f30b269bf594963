"""What tables of pandas, polars, Arrow and NumPy have in common; none is imported before one of its tables comes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from ml4t_client.bars.times import NAIVE, nanoseconds

#: What each library writes for a time that is not known.
_NOT_A_TIME = -(2**63)


class Table(Protocol):
    """Columns by name."""

    @property
    def names(self) -> list[str]:
        """Of the columns."""

    def values(self, name: str) -> list[Any]:
        """Of one column, as Python has them."""

    def times(self, name: str) -> list[int]:
        """Of one column of times, UNIX nanoseconds; integers are such already."""


class PandasTable:
    """A `pandas.DataFrame`; its index is a column too, where it has times."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame
        self._index = frame.index if getattr(frame.index, "asi8", None) is not None else None
        self.names = [str(name) for name in frame.columns]
        if len(set(self.names)) < len(self.names):
            raise ValueError(f"columns must have names of their own, were {self.names}")
        if self._index is not None:
            self.names.append(self.index_name)

    @property
    def index_name(self) -> str:
        """Of the index of times: its own, or `index`."""
        return str(self._frame.index.name or "index")

    def values(self, name: str) -> list[Any]:
        """Of a column."""
        values: list[Any] = self._frame[name].tolist()
        return values

    def times(self, name: str) -> list[int]:
        """Of a column, or of the index."""
        if self._index is not None and name == self.index_name and name not in self._frame.columns:
            _check_zone(name, self._index.tz, '.tz_localize("UTC")')
            return _known(name, self._index.as_unit("ns").asi8.tolist())
        column = self._frame[name]
        if not hasattr(column, "dt"):
            return _whole(name, column.tolist())
        _check_zone(name, column.dt.tz, '.dt.tz_localize("UTC")')
        return _known(name, column.dt.as_unit("ns").astype("int64").tolist())


class PolarsTable:
    """A `polars.DataFrame`."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame
        self.names = list(frame.columns)

    def values(self, name: str) -> list[Any]:
        """Of a column."""
        values: list[Any] = self._frame.get_column(name).to_list()
        return values

    def times(self, name: str) -> list[int]:
        """Of a column."""
        column = self._frame.get_column(name)
        if not hasattr(column.dtype, "time_zone"):
            return _whole(name, column.to_list())
        _check_zone(name, column.dtype.time_zone, '.dt.replace_time_zone("UTC")')
        return _known(name, column.dt.epoch("ns").to_list())


class ArrowTable:
    """A `pyarrow.Table` or `RecordBatch`, and whatever else hands its columns out as Arrow."""

    def __init__(self, table: Any) -> None:
        import pyarrow as pa

        self._pa = pa
        self._table = table if hasattr(table, "column_names") else pa.table(table)
        self.names = list(self._table.column_names)

    def values(self, name: str) -> list[Any]:
        """Of a column."""
        values: list[Any] = self._table.column(name).to_pylist()
        return values

    def times(self, name: str) -> list[int]:
        """Of a column."""
        column = self._table.column(name)
        if not self._pa.types.is_timestamp(column.type):
            return _whole(name, column.to_pylist())
        _check_zone(name, column.type.tz, "pyarrow.compute.assume_timezone(column, 'UTC')")
        exact = column.cast(self._pa.timestamp("ns", column.type.tz)).cast(self._pa.int64())
        return _known(name, exact.to_pylist())


class ArraysTable:
    """Arrays by name: a mapping, or an array of NumPy with named fields."""

    def __init__(self, arrays: Any) -> None:
        self._arrays = arrays
        self.names = list(arrays) if isinstance(arrays, Mapping) else list(arrays.dtype.names)

    def values(self, name: str) -> list[Any]:
        """Of an array, or of whatever else has a list of its values."""
        column = self._arrays[name]
        for method in ("tolist", "to_list", "to_pylist"):
            if hasattr(column, method):
                return list(getattr(column, method)())
        return list(column)

    def times(self, name: str) -> list[int]:
        """Of an array: NumPy counts times in UTC. Of pandas, polars and Arrow as of their tables."""
        column = self._arrays[name]
        dtype = getattr(column, "dtype", None)
        if getattr(dtype, "kind", None) == "M" and type(column).__module__.partition(".")[0] == "numpy":
            return _known(name, column.astype("datetime64[ns]").astype("int64").tolist())
        if hasattr(column, "to_frame"):
            return table_of(column.to_frame(name=name)).times(name)
        return _whole(name, self.values(name))


def table_of(source: Any) -> Table:
    """The table of a source. Raises TypeError for what is none."""
    if isinstance(source, Mapping) or getattr(getattr(source, "dtype", None), "names", None) is not None:
        return ArraysTable(source)
    if hasattr(source, "iloc") and hasattr(source, "columns"):
        return PandasTable(source)
    if hasattr(source, "get_column"):
        return PolarsTable(source)
    if hasattr(source, "column_names") or hasattr(source, "__arrow_c_stream__"):
        return ArrowTable(source)
    kind = type(source)
    hint = "; collect() it first" if hasattr(source, "collect") else ""
    hint = "; name its columns: {'open': a[:, 0], ...}" if hasattr(source, "ndim") else hint
    raise TypeError(
        "bars must be a list of bars, columns by name, or a table of pandas, polars, Arrow or NumPy, "
        f"were {kind.__module__}.{kind.__qualname__}{hint}"
    )


def _check_zone(name: str, zone: object, remedy: str) -> None:
    if zone is None:
        raise ValueError(f"column {name} {NAIVE.format(remedy=remedy)}")


def _known(name: str, times: list[Any]) -> list[int]:
    for i, time in enumerate(times):
        if time is None or time == _NOT_A_TIME:
            raise ValueError(f"{name}[{i}] must be a time, was not known")
    return times


def _whole(name: str, times: list[Any]) -> list[int]:
    whole: list[int] = []
    for i, time in enumerate(times):
        try:
            whole.append(int(time) if isinstance(time, str) and time.isdecimal() else nanoseconds(time))
        except ValueError as fault:
            raise ValueError(f"{name}[{i}]: {fault}") from None
    return whole
