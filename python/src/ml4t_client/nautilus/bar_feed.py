"""Bars of a node's cache on their way to the service."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from itertools import islice
from threading import Lock
from typing import Any

from ml4t_client.client import Client
from ml4t_client.errors import RefusedError
from ml4t_client.types import BarColumns

#: Bars of one request.
_BATCH = 5_000
_VALUES = ("open", "high", "low", "close", "volume")
#: Statuses of the service's own or of the caller's, not of the bars: the same bars may be taken later.
_NOT_OF_THE_BARS = frozenset({401, 403, 408, 429})

#: `ts_event` and the values of a bar; prices go as text, digit for digit.
_Row = tuple[int, tuple[str, ...]]
#: How far bars are to be sent: the `ts_event` of the last, by bar type.
Until = Mapping[str, int]


class _Queue:
    """Bars that wait, oldest first; the node's thread adds them, another sends them."""

    def __init__(self) -> None:
        self._rows: deque[_Row] = deque()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, bars: Iterable[Any]) -> None:
        rows = [_row(bar) for bar in bars]
        with self._lock:
            self._rows.extend(rows)

    def drop_oldest(self) -> None:
        with self._lock:
            if self._rows:
                self._rows.popleft()

    def first(self, until: int | None) -> list[_Row]:
        """As many as go into a request, up to a time; None for no end."""
        with self._lock:
            return [row for row in islice(self._rows, _BATCH) if until is None or row[0] <= until]

    def remove(self, batch: list[_Row]) -> None:
        """Takes out what `first` returned; the oldest of it may be gone."""
        gone = set(map(id, batch))
        with self._lock:
            while self._rows and id(self._rows[0]) in gone:
                self._rows.popleft()


class _Series:
    """What waits of one series."""

    def __init__(self, instrument_id: str) -> None:
        self.instrument_id = instrument_id
        #: What a data client handed out, sent before the bars of the cache.
        self.history = _Queue()
        self.of_cache = _Queue()
        #: `ts_event` of the last bar that was read from the cache.
        self.read = -1


class BarFeed:
    """Keeps each bar until the service has taken or refused it, and sends them oldest first.

    The node's thread reads bars, one other may send them.
    """

    def __init__(self, component: Any) -> None:
        self._component = component
        self._series: dict[str, _Series] = {}

    def read(self, bar_types: Iterable[Any]) -> Until:
        """Lets the bars wait that came into the cache since the last call, never more than the cache has.

        Returns:
            How far `send` is to go for a signal that is asked about now.
        """
        for bar_type in bar_types:
            series = self._of(bar_type)
            newer = self._newer(bar_type, series.read)
            series.of_cache.add(reversed(newer))
            while len(series.of_cache) > 1 and self._component.cache.bar(bar_type, len(series.of_cache) - 1) is None:
                series.of_cache.drop_oldest()
            if newer:
                series.read = newer[0].ts_event
        return self._until()

    def add_history(self, bars: Iterable[Any]) -> Until:
        """Lets bars wait that a data client handed out, in any order.

        Returns:
            How far `send` is to go.
        """
        for bar in sorted(bars, key=lambda bar: bar.ts_event):
            self._of(bar.bar_type).history.add([bar])
        return self._until()

    def send(self, client: Client, until: Until, timeout: float | None = None) -> None:
        """Sends what waits. Bars that the service refuses are not sent again; all others wait on where it fails.

        Raises:
            ClientError: They were not taken.
        """
        for bar_type, end in until.items():
            series = self._series[bar_type]
            for queue, last in ((series.history, None), (series.of_cache, end)):
                while batch := queue.first(last):
                    try:
                        client.add_bars(series.instrument_id, _columns(batch), bar_type=bar_type, timeout=timeout)
                    except RefusedError as error:
                        if _is_of_the_bars(error):
                            queue.remove(batch)
                        raise
                    queue.remove(batch)

    def _of(self, bar_type: Any) -> _Series:
        name = str(bar_type)
        if name not in self._series:
            self._series[name] = _Series(str(bar_type.instrument_id))
        return self._series[name]

    def _until(self) -> Until:
        return {bar_type: series.read for bar_type, series in self._series.items()}

    def _newer(self, bar_type: Any, after: int) -> list[Any]:
        """Of the cache, newest first."""
        newer: list[Any] = []
        while (bar := self._component.cache.bar(bar_type, len(newer))) is not None and bar.ts_event > after:
            newer.append(bar)
        return newer


def _is_of_the_bars(error: RefusedError) -> bool:
    return 400 <= error.status < 500 and error.status not in _NOT_OF_THE_BARS


def _row(bar: Any) -> _Row:
    return bar.ts_event, tuple(str(getattr(bar, name)) for name in _VALUES)


def _columns(rows: list[_Row]) -> BarColumns:
    opens, highs, lows, closes, volumes = zip(*(values for _, values in rows), strict=True)
    return BarColumns(
        ts_event=[ts_event for ts_event, _ in rows],
        open=[*opens],
        high=[*highs],
        low=[*lows],
        close=[*closes],
        volume=[*volumes],
    )
