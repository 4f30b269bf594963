"""What the parts of a client have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TypeVar

from ml4t_client.calls import Call

T = TypeVar("T")


class Sender(ABC):
    """Sends calls and waits."""

    @abstractmethod
    def _send(self, call: Call[T], timeout: float | None) -> T:
        """Sends until the call is taken, refused for good, or out of time."""


class AsyncSender(ABC):
    """Sends calls and lets others run meanwhile."""

    @abstractmethod
    async def _send(self, call: Call[T], timeout: float | None) -> T:
        """Sends until the call is taken, refused for good, or out of time."""
