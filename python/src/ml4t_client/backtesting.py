"""Decisions of `ml4t replay --out` as arrays, one row a bar, for vectorbt, backtesting.py and others.

Takes numpy. Row i is what was known when bar i closed: an order for the next open is row i moved by one.

    replayed = read_replay("answers.ndjson")
    trades = taken_trades(closes_at, replayed)
    orders = trades.one_at_a_time().orders()
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ml4t_client.bars.tables import table_of
from ml4t_client.replayed import ReplayedSignal, read_replay

__all__ = ["Decisions", "Orders", "Trades", "decisions", "read_replay", "taken_trades"]

Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
Rows: TypeAlias = NDArray[np.int64]

#: 1971, nanoseconds: a smaller time counts seconds, milliseconds or microseconds.
_EARLIEST_NS = 31_536_000_000_000_000


@dataclass(frozen=True)
class Decisions:
    """What was decided at each bar, for a backtest with exits of its own.

    Attributes:
        signal: (n_bars,) -1 sell, 0 no signal or flat, 1 buy.
        take: (n_bars,) whether the signal is taken.
        size: (n_bars,) share of the whole, signed; 0 where nothing is taken.
    """

    signal: NDArray[np.int8]
    take: Bools
    size: Floats


@dataclass(frozen=True)
class Orders:
    """One position at a time as entries and exits, as `Portfolio.from_signals` of vectorbt takes them.

    Attributes:
        entries: (n_bars,) a buy is entered.
        exits: (n_bars,) it is left.
        short_entries: (n_bars,) a sell is entered.
        short_exits: (n_bars,) it is left.
        size: (n_bars,) share of the whole at entries, > 0; 0 at all other bars.
    """

    entries: Bools
    exits: Bools
    short_entries: Bools
    short_exits: Bools
    size: Floats


@dataclass(frozen=True)
class Trades:
    """Signals that are taken, each with the exit of its labels, in order of entry.

    Attributes:
        n_bars: Number of bars.
        entry: (n_trades,) row of the bar at whose close it is entered.
        exit: (n_trades,) row of the bar in which it ends; -1 while it is open.
        side: (n_trades,) 1 buy, -1 sell.
        size: (n_trades,) share of the whole, > 0.
        gross_return: (n_trades,) in its own direction, before costs, as the replay booked it; NaN while it is open.
    """

    n_bars: int
    entry: Rows
    exit: Rows
    side: NDArray[np.int8]
    size: Floats
    gross_return: Floats

    def __len__(self) -> int:
        return len(self.entry)

    def one_at_a_time(self) -> Trades:
        """Without those whose signal comes before the trade kept last has ended, or at the bar where it ends."""
        kept: list[int] = []
        free_from = -1
        for k, (entry, leave) in enumerate(zip(self.entry.tolist(), self.exit.tolist(), strict=True)):
            if entry > free_from:
                kept.append(k)
                free_from = self.n_bars if leave < 0 else leave
        return Trades(self.n_bars, *(each[kept] for each in self._columns()))

    def orders(self) -> Orders:
        """Entries and exits, one row a bar.

        Raises:
            ValueError: Two trades are open at once; `one_at_a_time()` leaves the later ones out.
        """
        if len(self.one_at_a_time()) != len(self):
            raise ValueError("trades overlap, and one row a bar holds one position: take one_at_a_time() of them")
        buys = self.side > 0
        ended = self.exit >= 0
        size = np.zeros(self.n_bars)
        size[self.entry] = self.size
        return Orders(
            self._marked(self.entry[buys]),
            self._marked(self.exit[buys & ended]),
            self._marked(self.entry[~buys]),
            self._marked(self.exit[~buys & ended]),
            size,
        )

    def exit_prices(self, close: Any) -> Floats:
        """At which price the replay left each trade: that of its barrier, or of the close, as `labels.fill` says.

        Args:
            close: (n_bars,) closes of the bars.

        Returns:
            (n_trades,) NaN while a trade is open.
        """
        at_entry = np.asarray(close, dtype=np.float64)[self.entry]
        return np.asarray(at_entry * (1 + self.side * self.gross_return), dtype=np.float64)

    def _marked(self, rows: Rows) -> Bools:
        marks = np.zeros(self.n_bars, dtype=np.bool_)
        marks[rows] = True
        return marks

    def _columns(self) -> tuple[Any, ...]:
        return self.entry, self.exit, self.side, self.size, self.gross_return


def decisions(times: Any, replayed: Iterable[ReplayedSignal]) -> Decisions:
    """What was decided at each bar.

    Args:
        times: (n_bars,) when each bar closed, rising: UNIX nanoseconds, or times of NumPy, or of pandas, polars and
            Arrow with a time zone. Of a frame that is stamped at the open: `frame.index + pd.Timedelta("1h")`.
        replayed: `read_replay(path)` of the same bars.

    Raises:
        ValueError: A signal is of no bar, or two are of one.
    """
    rows = _Rows(times)
    signal = np.zeros(rows.n_bars, dtype=np.int8)
    take = np.zeros(rows.n_bars, dtype=np.bool_)
    size = np.zeros(rows.n_bars)
    seen = np.zeros(rows.n_bars, dtype=np.bool_)
    for each in replayed:
        answer = each.answer
        row = rows.of(answer.asked_ts, answer.signal_id)
        if seen[row]:
            raise ValueError(f"{answer.signal_id}: another signal is of the same bar; read the answers of one series")
        seen[row] = True
        signal[row], take[row], size[row] = answer.signal, answer.take(), answer.size()
    return Decisions(signal, take, size)


def taken_trades(times: Any, replayed: Iterable[ReplayedSignal]) -> Trades:
    """The signals that are taken, with the exits that the replay found.

    Args:
        times: As `decisions` takes them.
        replayed: `read_replay` of what was written as NDJSON.

    Raises:
        ValueError: A signal is of no bar, or the file has answers without outcomes.
    """
    rows = _Rows(times)
    found: list[tuple[int, int, int, float, float]] = []
    for each in replayed:
        if each.in_sample is None:
            raise ValueError("the file has answers without outcomes: let ml4t replay --out write a name.ndjson")
        answer = each.answer
        if answer.take() and answer.size() != 0:
            row = rows.of(answer.asked_ts, answer.signal_id)
            leave = -1 if each.exit_ts is None else rows.of(each.exit_ts, answer.signal_id)
            gross = float("nan") if each.gross_return is None else each.gross_return
            found.append((row, leave, answer.signal, abs(answer.size()), gross))
    found.sort(key=lambda trade: trade[0])
    entries, exits, sides, sizes, returns = zip(*found, strict=True) if found else ((),) * 5
    return Trades(
        rows.n_bars,
        np.asarray(entries, dtype=np.int64),
        np.asarray(exits, dtype=np.int64),
        np.asarray(sides, dtype=np.int8),
        np.asarray(sizes, dtype=np.float64),
        np.asarray(returns, dtype=np.float64),
    )


class _Rows:
    """Rows of bars by their times."""

    def __init__(self, times: Any) -> None:
        self._times = np.asarray(table_of({"times": times}).times("times"), dtype=np.int64)
        self.n_bars = len(self._times)
        if self.n_bars > 0 and (self._times[0] < _EARLIEST_NS or np.any(np.diff(self._times) <= 0)):
            raise ValueError("times must be UNIX nanoseconds from 1971 on, and rise from bar to bar")

    def of(self, ts: int, signal_id: str) -> int:
        """The row of a time."""
        row = int(np.searchsorted(self._times, ts))
        if row == self.n_bars or self._times[row] != ts:
            raise ValueError(
                f"{signal_id}: no bar closed at {ts}; give the bars that were replayed, by when they closed"
            )
        return row
