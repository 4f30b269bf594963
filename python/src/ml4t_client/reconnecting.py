"""How a stream is opened, and opened again."""

from __future__ import annotations

from typing import Any

from ml4t_client.address import Address
from ml4t_client.attempts import BUSY
from ml4t_client.calls import refusal

_PAUSE = 0.05
_LONGEST_PAUSE = 1.0


class Pauses:
    """Seconds between two connections: twice as long each time, until something came."""

    def __init__(self) -> None:
        self._next = _PAUSE

    def reset(self) -> None:
        """Begins with the shortest again."""
        self._next = _PAUSE

    def next(self) -> float:
        """The next one."""
        pause = self._next
        self._next = min(2 * pause, _LONGEST_PAUSE)
        return pause


def options_of(address: Address, silence: float) -> dict[str, Any]:
    """What a connection of websockets is made with."""
    if not silence > 0:
        raise ValueError(f"silence must be > 0 s, was {silence}")
    return {
        "additional_headers": address.headers,
        "compression": None,
        "max_size": None,  # an answer with its bars has no limit of its own
        "open_timeout": silence / 2,
        "ping_interval": silence / 2,
        "ping_timeout": silence / 2,
        "proxy": None,
        **({} if address.ssl_context is None else {"ssl": address.ssl_context}),
    }


def raise_for_good(response: Any) -> None:
    """Raises RefusedError for a refusal of a connection that another attempt would meet again."""
    if response.status_code not in BUSY:
        raise refusal(response.status_code, bytes(response.body or b""))
