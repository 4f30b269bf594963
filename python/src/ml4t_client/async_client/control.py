"""Which model serves, and whether anything is taken. Made of `client/control.py` by make_async.py; do not edit."""

from __future__ import annotations

from ml4t_client import calls
from ml4t_client.sender import AsyncSender
from ml4t_client.types import HaltState, Model, RetrainStatus


class Control(AsyncSender):
    """Which model serves, and whether anything is taken.

    All but `halt` are sent once: a second time they might undo what someone did meanwhile. Where nothing came back
    (`NoAnswerError`), look before you ask again.
    """

    async def halt(self, reason: str | None = None, *, timeout: float | None = None) -> HaltState:
        """Stops betting at once: nothing is taken and every size is 0, over restarts, until `resume`.

        Args:
            reason: For people: it is shown, logged and written down.
            timeout: Seconds for this call; None for that of the client.

        Raises:
            RefusedError: `JOURNAL_FULL` and its like: it is in effect, and not written down, so that a restart ends it.
            NoAnswerError: Nothing came back in time.
        """
        return await self._send(calls.halt(reason), timeout)

    async def resume(self, reason: str | None = None, *, timeout: float | None = None) -> HaltState:
        """Takes trades again, once that is written down.

        Raises:
            RefusedError: `HALTED_AGAIN` where a halt came meanwhile; `JOURNAL_FULL` and its like.
            NoAnswerError: Nothing came back; `status()["halted"]` says how it stands.
        """
        return await self._send(calls.resume(reason), timeout)

    async def retrain(
        self, *, instrument_id: str | None = None, bar_type: str | None = None, timeout: float | None = None
    ) -> RetrainStatus:
        """Trains a new model beside the traffic; the answer comes at once, `retrainings` says what becomes of it.

        Args:
            instrument_id: May be left out while bars of one instrument are held.
            bar_type: Which series; None for the one that a signal without a bar type is judged by.
            timeout: Seconds for this call; None for that of the client.

        Raises:
            RefusedError: `RETRAINING_RUNS`, `NOT_ENOUGH_BARS`.
            NoAnswerError: Nothing came back; `retrainings()` says whether it began.
        """
        return await self._send(calls.retrain(instrument_id, bar_type), timeout)

    async def promote(self, version: str, *, force: bool = False, timeout: float | None = None) -> Model:
        """Lets a kept model serve.

        Args:
            version: As `models` names it.
            force: Whether also one that was taken back.
            timeout: Seconds for this call; None for that of the client.

        Raises:
            RefusedError: `MODEL_NOT_FOUND`, `MODEL_QUARANTINED`, or why it may not serve.
            NoAnswerError: Nothing came back; `models()` says which one serves.
        """
        return await self._send(calls.promote(version, force), timeout)

    async def rollback(self, version: str, *, timeout: float | None = None) -> Model:
        """Returns to the model before the one that serves, which may not be promoted again without `force`.

        Args:
            version: The one that serves: a model that came meanwhile stays.
            timeout: Seconds for this call; None for that of the client.

        Raises:
            RefusedError: `NO_PREDECESSOR`, `MODEL_NOT_FOUND`, or why the one before may not serve.
            NoAnswerError: Nothing came back; `models()` says which one serves.
        """
        return await self._send(calls.rollback(version), timeout)
