"""When a call is tried again, and when it ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from ml4t_client.calls import Call, refusal
from ml4t_client.errors import NoAnswerError

T = TypeVar("T")

#: Statuses of a service that is busy or starting: the same call may be taken a moment later.
BUSY = frozenset({429, 503})
#: First pause before a call is tried again, seconds; each further one is twice as long.
_PAUSE = 0.05
_LONGEST_PAUSE = 1.0


class Attempts(Generic[T]):
    """The attempts of one call, which share its time. A call that may not be sent twice has one."""

    def __init__(self, call: Call[T], url: str, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        if not seconds > 0:
            raise ValueError(f"timeout must be > 0 s, was {seconds}")
        self._call = call
        self._url = url
        self._seconds = seconds
        self._now = now
        self._deadline = now() + seconds
        self._pause = _PAUSE

    @property
    def left(self) -> float:
        """Seconds that are left, > 0."""
        return max(self._deadline - self._now(), 0.001)

    def is_answer(self, status: int) -> bool:
        """Whether an answer of this status is what was asked for."""
        return status in self._call.statuses

    def refused(self, status: int, body: bytes, wait: float) -> float:
        """Seconds to wait after a refusal. Raises RefusedError where it is for good, or the time is over."""
        error = refusal(status, body)
        if status not in BUSY:
            raise error
        return self._again(error, wait)

    def failed(self, fault: Exception) -> float:
        """Seconds to wait after a fault of the connection. Raises NoAnswerError where the time is over."""
        cause = str(fault) or type(fault).__name__
        error = NoAnswerError(self._url, self._seconds, cause, is_repeatable=self._call.is_repeatable)
        return self._again(error, 0.0)

    def _again(self, error: Exception, wait: float) -> float:
        pause = max(self._pause, wait)
        if not self._call.is_repeatable or self._now() + pause >= self._deadline:
            raise error
        self._pause = min(2 * pause, _LONGEST_PAUSE)
        return pause


def wait_of(header: str | None) -> float:
    """Seconds that a service asks to wait, by its `retry-after`."""
    return float(header) if header is not None and header.isdecimal() else 0.0
