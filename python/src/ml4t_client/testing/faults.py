"""What goes wrong at a fake service, when a test says so."""

from __future__ import annotations

import threading
from typing import get_args, get_type_hints

from ml4t_client.testing.problem import ProblemError
from ml4t_client.types import Problem

_CODES = frozenset(get_args(get_type_hints(Problem)["code"]))


class Faults:
    """Faults of the next requests, each as often as it is said."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._refusals: list[ProblemError] = []
        self._n_lost = 0

    def refuse(self, status: int, code: str, detail: str = "a test says so", *, times: int = 1) -> None:
        """The next requests are refused, and nothing is done for them.

        Args:
            status: HTTP status of that code.
            code: Of the OpenAPI document, as `JOURNAL_FULL`.
            detail: The sentence of the refusal.
            times: How many requests.

        Raises:
            ValueError: The document has no such code.
        """
        if code not in _CODES:
            raise ValueError(f"code must be of the OpenAPI document, was {code!r}")
        with self._lock:
            self._refusals += [ProblemError(status, code, detail)] * times

    def lose_answers(self, times: int = 1) -> None:
        """The next requests are taken, and their answers lost: the connection ends without a word."""
        with self._lock:
            self._n_lost += times

    def before(self) -> ProblemError | None:
        """How the request at hand is refused; None where it is not."""
        with self._lock:
            return self._refusals.pop(0) if self._refusals else None

    def is_lost(self) -> bool:
        """Whether the answer at hand is lost."""
        with self._lock:
            is_lost = self._n_lost > 0
            self._n_lost -= is_lost
            return is_lost
