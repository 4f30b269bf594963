"""Candles of freqtrade as bars and signals. freqtrade stamps a candle when it opens; a bar has the time it closed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ml4t_client.bars import bar_columns, nanoseconds
from ml4t_client.types import BarColumns

#: Bars of one request.
_BATCH = 5_000
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_VALUES = ("open", "high", "low", "close", "volume")


def timeframe_ns(timeframe: str) -> int:
    """Length of a candle, nanoseconds.

    Raises:
        ValueError: The timeframe is none of freqtrade, or of months, which have no one length.
    """
    match = re.fullmatch(r"([1-9]\d*)([smhdw])", timeframe)
    if match is None:
        raise ValueError(f"the timeframe must be like 5m, 1h, 1d or 1w, was {timeframe!r}")
    return int(match[1]) * _SECONDS[match[2]] * 1_000_000_000


def last_close_ns(candles: Any, timeframe: str) -> int:
    """When the last candle closed, UNIX nanoseconds."""
    return nanoseconds(candles["date"].iat[-1]) + timeframe_ns(timeframe)


def bars_of(candles: Any, timeframe: str, columns: Sequence[str] = ()) -> Any:
    """The bars of a frame of candles, to be written for `ml4t train` and `ml4t replay`.

    Args:
        candles: (n, …) as a strategy has them, `date` when a candle opened; those that freqtrade fills in are bars.
        timeframe: Of the strategy.
        columns: Further columns to keep, as known when the candle closed.

    Returns:
        (n, 6 + columns) frame of pandas: `ts_event`, when a bar closed, UNIX nanoseconds; open, high, low, close and
        volume.
    """
    frame = candles[[*_VALUES, *columns]].reset_index(drop=True)
    frame.insert(0, "ts_event", _close_ns(candles, timeframe))
    return frame


def signals_of(candles: Any, timeframe: str, columns: Sequence[str] = (), *, can_short: bool) -> Any:
    """The entries of a strategy as signals, to be written for `--signals`.

    Args:
        candles: (n, …) with `enter_long`, `enter_short` or both, as `analyze_ticker` leaves them.
        timeframe: Of the strategy.
        columns: What the setting `columns` sends with a signal.
        can_short: Whether freqtrade acts on `enter_short`: `can_short` of the strategy, and never in spot.

    Returns:
        (n signals, 2 + columns) frame of pandas: `timestamp`, when the candle of the signal closed, UNIX nanoseconds;
        `signal`, 1 long and -1 short. Where freqtrade does not enter, since a side is to be left at once or both are
        asked for, there is none.
    """
    long, short = _is_set(candles, "enter_long"), _is_set(candles, "enter_short") & can_short
    is_long = long & ~short & ~_is_set(candles, "exit_long")
    is_short = short & ~long & ~_is_set(candles, "exit_short")
    frame = candles[[*columns]].reset_index(drop=True)
    frame.insert(0, "timestamp", _close_ns(candles, timeframe))
    frame.insert(1, "signal", is_long.astype("int64") - is_short.astype("int64"))
    return frame[frame["signal"] != 0].reset_index(drop=True)


def newer_bars(candles: Any, timeframe: str, after: int) -> BarColumns:
    """The first candles that closed after a time, as many as go into one request, as the service takes them."""
    newer = candles[_close_ns(candles, timeframe) > after].iloc[:_BATCH]
    return bar_columns(newer, time="date", stamped="open", step=timeframe_ns(timeframe))


def _close_ns(candles: Any, timeframe: str) -> Any:
    """(n,) int64. A time of pandas may count ms or us."""
    return candles["date"].dt.as_unit("ns").astype("int64").to_numpy() + timeframe_ns(timeframe)


def _is_set(candles: Any, name: str) -> Any:
    return (candles[name] if name in candles else 0 * candles["close"]).to_numpy() == 1
