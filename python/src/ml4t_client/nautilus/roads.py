"""How a signal is asked about, and what is done where nothing is answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from ml4t_client.client import Client


@dataclass(frozen=True)
class Bus:
    """Live: over the node's message bus, and over HTTP where the bus stays silent.

    Attributes:
        client: For HTTP, warm-up and outcomes; None does without: then a silent bus means the last resort.
        silent_ms: How long the bus may stay silent before HTTP is asked. More than `redis.bar_wait_ms` (250); 0 asks
            HTTP at once, for a node without Redis.
        client_id: As in `external_clients` of the node.
    """

    client: Client | None
    silent_ms: int = 400
    client_id: str = "ML4T"


@dataclass(frozen=True)
class Http:
    """In a BacktestEngine: over HTTP, in the handler that asks. It blocks, so a live node asks over `Bus`."""

    client: Client


@dataclass(frozen=True)
class Replayed:
    """In a BacktestEngine: what `ml4t replay --out` wrote, by the ids of the signals; no service runs.

    Attributes:
        answers: `read_answers(path)`, or `EnrichedSignal` of a catalog, alone or as the data of a `CustomData`.
    """

    answers: Iterable[Any]


Road: TypeAlias = Bus | Http | Replayed


@dataclass(frozen=True)
class Refuse:
    """Last resort: the trade is not taken."""


@dataclass(frozen=True)
class FixedSize:
    """Last resort: the trade is taken with this share of the whole, (0, 1], in the signal's direction."""

    size: float

    def __post_init__(self) -> None:
        if not 0 < self.size <= 1:
            raise ValueError(f"the size of a last resort must be in (0, 1], was {self.size}")


@dataclass(frozen=True)
class Fail:
    """Last resort: an error in the handler that asked. For a backtest, whose figures would mean nothing."""


LastResort: TypeAlias = Refuse | FixedSize | Fail
