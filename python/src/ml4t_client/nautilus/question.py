"""A signal that is asked about."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ml4t_client.nautilus import generation
from ml4t_client.types import Signal


@dataclass(frozen=True)
class Question:
    """One signal of a component, the same over every road, so that a service takes it for the same one."""

    instrument_id: Any
    bar_type: str
    signal: Literal[-1, 0, 1]
    #: When the bar closed that it follows, UNIX nanoseconds.
    ts_event: int
    strength: float
    #: That the trade wins, by a model of the user; None for none.
    probability: float | None
    features: Mapping[str, float] | None
    signal_id: str

    @classmethod
    def of_bar(
        cls,
        bar: Any,
        signal: Literal[-1, 0, 1],
        strength: float,
        features: Mapping[str, float] | None,
        signal_id: str,
        probability: float | None = None,
    ) -> Question:
        """The signal that follows a bar; without an id of its own it has the one that the service would give it."""
        if signal not in (-1, 0, 1):
            raise ValueError(f"signal must be -1, 0 or 1, was {signal}; how strong it is goes into strength")
        if not 0 < strength <= 1:
            raise ValueError(f"strength must be in (0, 1], was {strength}")
        if probability is not None and not 0 <= probability <= 1:
            raise ValueError(f"probability must be in [0, 1], or None, was {probability}")
        instrument_id = bar.bar_type.instrument_id
        bar_type = str(bar.bar_type)
        derived = f"{instrument_id}:{bar_type}:{bar.ts_event}:{signal}"
        return cls(
            instrument_id,
            bar_type,
            signal,
            bar.ts_event,
            float(strength),
            None if probability is None else float(probability),
            features or None,
            signal_id or derived,
        )

    @property
    def untyped_id(self) -> str:
        """The id that the service gives such a signal of bars without a type."""
        return f"{self.instrument_id}:{self.ts_event}:{self.signal}"

    def node_signal(self, ts_init: int) -> Any:
        """As a `TradeSignal` of the node."""
        return generation.TradeSignal(
            ts_event=self.ts_event,
            ts_init=ts_init,
            instrument_id=self.instrument_id,
            signal=self.signal,
            signal_id=self.signal_id,
            strength=self.strength,
            probability=-1.0 if self.probability is None else self.probability,
            bar_type=self.bar_type,
            features="" if self.features is None else json.dumps(_known(self.features), allow_nan=False),
        )

    def wire(self) -> Signal:
        """As it goes over HTTP."""
        signal: Signal = {
            "instrument_id": str(self.instrument_id),
            "signal": self.signal,
            "timestamp": self.ts_event,
            "signal_id": self.signal_id,
            "strength": self.strength,
            "bar_type": self.bar_type,
        }
        if self.probability is not None:
            signal["probability"] = self.probability
        if self.features is not None:
            signal["features"] = _known(self.features)
        return signal


def _known(features: Mapping[str, float]) -> dict[str, float | str | None]:
    """None for what is no number: the value is not known."""
    return {name: float(value) if math.isfinite(value) else None for name, value in features.items()}
