"""Answers as a list that becomes a frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import pandas as pd

#: NaT of pandas as an integer.
_NOT_A_TIME = -(2**63)

Row = TypeVar("Row", bound=Mapping[str, Any])


class Rows(list[Row]):
    """Messages in order: a list, and a frame by `to_pandas()`."""

    def to_pandas(self) -> pd.DataFrame:
        """One row a message, one column a value.

        A value inside another is named by both, with a dot between, as `pandas.json_normalize` does
        (`size_factors.bet`); lists stay as they are. Columns of integers are `Int64` and lose no digit; times in UNIX
        nanoseconds (`timestamp`, `ts_event`, and names that end in `_ts`) are UTC timestamps; what is not known is NA,
        NaN or NaT.

        Raises:
            ModuleNotFoundError: pandas is not installed.
        """
        return frame_of(self)


def frame_of(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Messages as a frame; see `Rows.to_pandas`."""
    import pandas as pd

    flat = [_flat(row) for row in rows]
    names = list(dict.fromkeys(name for row in flat for name in row))
    columns = {name: _column(pd, name, [row.get(name) for row in flat]) for name in names}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(flat)))


def bars_to_pandas(columns: Mapping[str, Any]) -> pd.DataFrame:
    """Bars as columns (`held_bars(...)["bars"]`) as a frame by `ts_event`, UTC; own columns beside the others."""
    import pandas as pd

    own = columns.get("features") or {}
    values = {name: column for name, column in columns.items() if name not in ("ts_event", "features")}
    index = pd.DatetimeIndex(_column(pd, "ts_event", list(columns["ts_event"])), name="ts_event")
    return pd.DataFrame({name: pd.array(column, dtype="float64") for name, column in {**values, **own}.items()}, index)


def _flat(row: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            flat.update(_flat(value, f"{before}{name}."))
        else:
            flat[before + name] = value
    return flat


def _column(pd: Any, name: str, values: list[Any]) -> Any:
    """A column of the type that loses nothing: a float would merge neighbouring nanoseconds."""
    known = [value for value in values if value is not None]
    if _is_time(name) and all(type(value) is int for value in known):
        whole = [_NOT_A_TIME if value is None else value for value in values]
        return pd.Series(whole, dtype="int64").astype("datetime64[ns, UTC]").array
    if known and all(type(value) is bool for value in known):
        return pd.array(values, dtype="boolean" if len(known) < len(values) else "bool")
    if known and all(type(value) is int for value in known):
        return pd.array(values, dtype="Int64")
    if known and all(type(value) in (int, float) for value in known):
        return pd.array([float("nan") if value is None else float(value) for value in values], dtype="float64")
    return pd.array(values, dtype="object")


def _is_time(name: str) -> bool:
    last = name.rpartition(".")[2]
    return last in ("timestamp", "ts_event") or last.endswith("_ts")
