"""Bars of a node's cache on their way to the service."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ml4t_client.client import Client
from ml4t_client.errors import ClientError, RefusedError
from ml4t_client.types import BarColumns

#: Bars of one request.
_BATCH = 5_000
_VALUES = ("open", "high", "low", "close", "volume")


@dataclass(frozen=True)
class Batch:
    """Bars of one series, oldest first."""

    instrument_id: str
    bar_type: str
    columns: BarColumns


class BarFeed:
    """Takes each bar of the cache once, and again where it did not arrive; prices go as text, digit for digit."""

    def __init__(self, component: Any) -> None:
        self._component = component
        #: `ts_event` of the last bar that was taken, by bar type.
        self._taken: dict[str, int] = {}

    def take(self, bar_types: Iterable[Any]) -> list[Batch]:
        """The bars that came into the cache since the last call."""
        return [batch for bar_type in bar_types for batch in self.batches(self._newer(bar_type))]

    def batches(self, bars: Iterable[Any]) -> list[Batch]:
        """Bars as requests, by series and in order."""
        series: dict[str, list[Any]] = {}
        for bar in sorted(bars, key=lambda bar: bar.ts_event):
            series.setdefault(str(bar.bar_type), []).append(bar)
        return [
            Batch(str(part[0].bar_type.instrument_id), name, _columns(part))
            for name, rows in series.items()
            for part in (rows[i : i + _BATCH] for i in range(0, len(rows), _BATCH))
        ]

    def send(self, client: Client, batches: Sequence[Batch], timeout: float | None = None) -> None:
        """Sends them. Those that a service did not take because it is away or busy are taken from the cache again.

        Raises:
            ClientError: They were not taken.
        """
        for i, batch in enumerate(batches):
            try:
                client.add_bars(batch.instrument_id, batch.columns, bar_type=batch.bar_type, timeout=timeout)
            except ClientError as error:
                if not isinstance(error, RefusedError) or error.status in (429, 503):
                    self._give_back(batches[i:])
                raise

    def _give_back(self, batches: Sequence[Batch]) -> None:
        for batch in batches:
            if batch.bar_type in self._taken:
                before = int(batch.columns["ts_event"][0]) - 1
                self._taken[batch.bar_type] = min(self._taken[batch.bar_type], before)

    def _newer(self, bar_type: Any) -> list[Any]:
        after = self._taken.get(str(bar_type), -1)
        newer: list[Any] = []
        index = 0
        while (bar := self._component.cache.bar(bar_type, index)) is not None and bar.ts_event > after:
            newer.append(bar)
            index += 1
        if newer:
            self._taken[str(bar_type)] = newer[0].ts_event
        return newer


def _columns(bars: list[Any]) -> BarColumns:
    columns = {name: [str(getattr(bar, name)) for bar in bars] for name in _VALUES}
    return BarColumns(
        ts_event=[bar.ts_event for bar in bars],
        open=[*columns["open"]],
        high=[*columns["high"]],
        low=[*columns["low"]],
        close=[*columns["close"]],
        volume=[*columns["volume"]],
    )
