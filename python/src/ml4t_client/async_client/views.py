"""What the service knows; nothing here changes anything. Made of `client/views.py` by make_async.py; do not edit."""

from __future__ import annotations

from typing import Any

from ml4t_client import calls
from ml4t_client.rows import Rows
from ml4t_client.sender import AsyncSender
from ml4t_client.types import (
    DetectorPath,
    Health,
    HeldBars,
    Model,
    Outcome,
    Readiness,
    RecentSignalsSignalsItem,
    RetrainTriggersTriggersItem,
    SignalDetail,
    Status,
    Trust,
)


class Views(AsyncSender):
    """What the service knows; nothing here changes anything."""

    async def status(self, *, timeout: float | None = None) -> Status:
        """Everything at a glance: the serving model, feeds, counts, halted or not."""
        return await self._send(calls.status(), timeout)

    async def recent_signals(
        self, *, instrument_id: str | None = None, limit: int | None = None, timeout: float | None = None
    ) -> Rows[RecentSignalsSignalsItem]:
        """The latest signals since the start of the service, newest first, each with its outcome.

        Args:
            instrument_id: Only those of one instrument.
            limit: At most so many, 1 to 1,000; 200 by default.
            timeout: Seconds for this call; None for that of the client.
        """
        return await self._send(calls.recent_signals(instrument_id, limit), timeout)

    async def recorded_signals(
        self, *, after_seq: int, limit: int | None = None, timeout: float | None = None
    ) -> Rows[RecentSignalsSignalsItem]:
        """Signals of the journal with a higher number, in the order of their numbers, also from before the start.

        Args:
            after_seq: 0 for all.
            limit: At most so many, 1 to 1,000; 200 by default. A page with fewer is the last.
            timeout: Seconds for this call; None for that of the client.
        """
        return await self._send(calls.recorded_signals(after_seq, limit), timeout)

    async def recorded_outcomes(
        self, *, after_seq: int | None = None, limit: int | None = None, timeout: float | None = None
    ) -> Rows[Outcome]:
        """Outcomes of the journal with a higher number, in the order of their numbers.

        Args:
            after_seq: 0 or None for all.
            limit: At most so many, 1 to 1,000; 200 by default. A page with fewer is the last.
            timeout: Seconds for this call; None for that of the client.
        """
        return await self._send(calls.recorded_outcomes(after_seq, limit), timeout)

    async def explain(self, signal_id: str, *, timeout: float | None = None) -> SignalDetail:
        """One recorded decision: its features, what moved its confidence, its bars and its outcome.

        Raises:
            RefusedError: `UNKNOWN_SIGNAL` where it was never answered.
        """
        return await self._send(calls.explain(signal_id), timeout)

    async def trust(self, *, timeout: float | None = None) -> Trust:
        """Whether the serving model may be believed: what it promised beside what came of it. It may take 10 s."""
        return await self._send(calls.trust(), timeout)

    async def detector(self, *, timeout: float | None = None) -> DetectorPath:
        """The sequential detector of decay, and how it came there."""
        return await self._send(calls.detector(), timeout)

    async def retrainings(
        self, *, limit: int | None = None, timeout: float | None = None
    ) -> Rows[RetrainTriggersTriggersItem]:
        """The latest retrainings, every move with its time and reason.

        Args:
            limit: At most so many, 1 to 200; 20 by default.
            timeout: Seconds for this call; None for that of the client.
        """
        return await self._send(calls.retrainings(limit), timeout)

    async def instruments(self, *, timeout: float | None = None) -> list[str]:
        """Instruments whose bars are held."""
        return await self._send(calls.instruments(), timeout)

    async def held_bars(
        self,
        instrument_id: str,
        *,
        bar_type: str | None = None,
        limit: int | None = None,
        timeout: float | None = None,
    ) -> HeldBars:
        """The latest held bars of a series; empty columns where none are held. `bars_to_pandas` makes a frame of them.

        Args:
            instrument_id: For example `BTCUSDT.BINANCE`.
            bar_type: Which series; None for the one that a signal without a bar type is judged by.
            limit: At most so many, 1 to 5,000; 200 by default.
            timeout: Seconds for this call; None for that of the client.
        """
        return await self._send(calls.held_bars(instrument_id, bar_type, limit), timeout)

    async def models(self, *, timeout: float | None = None) -> Rows[Model]:
        """The models that are kept, and which of them serves."""
        return await self._send(calls.models(), timeout)

    async def health(self, *, timeout: float | None = None) -> Health:
        """Whether the process lives; needs no token."""
        return await self._send(calls.health(), timeout)

    async def readiness(self, *, timeout: float | None = None) -> Readiness:
        """Whether signals may be sent, and why not; needs no token."""
        return await self._send(calls.readiness(), timeout)

    async def metrics(self, *, timeout: float | None = None) -> str:
        """Figures for Prometheus, as text."""
        return await self._send(calls.metrics(), timeout)

    async def openapi(self, *, timeout: float | None = None) -> dict[str, Any]:
        """The OpenAPI document of the service."""
        return await self._send(calls.openapi(), timeout)
