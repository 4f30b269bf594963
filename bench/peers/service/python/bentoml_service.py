"""BentoML: a service with one worker, whose API reads the fields that it needs by a model of the body."""

from typing import Any

import bentoml
from pydantic import BaseModel
from scoring import Scorer


class Bars(BaseModel):
    """Columns of the bars, the oldest first; others are passed over."""

    close: list[float]
    volume: list[float]


class Signal(BaseModel):
    """A signal with its bars."""

    signal_id: str
    signal: int
    bars: Bars


@bentoml.service(workers=1, logging={"access": {"enabled": False}})
class Signals:
    """Scores signals."""

    def __init__(self) -> None:
        self._scorer = Scorer()

    @bentoml.api(route="/v1/signals")
    async def answer(self, signal: Signal, /) -> dict[str, Any]:
        """Answer a signal on the event loop."""
        return self._scorer.score(signal.model_dump())
