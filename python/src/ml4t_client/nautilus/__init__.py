"""ML4T beside a NautilusTrader node, 1.x and 2.x: `pip install './python[nautilus]'`.

A strategy asks about its signals and is answered once for each: by the bus, over HTTP, from a replay, or by the last
resort that it names. `docs/nautilus.md` of the orchestrator has whole files to copy.
"""

from ml4t_client.answer import Answer, MetaOutput
from ml4t_client.nautilus.components import ML4TActor, ML4TStrategy
from ml4t_client.nautilus.generation import GENERATION, EnrichedSignal, TradeSignal, read_answers
from ml4t_client.nautilus.roads import Bus, Fail, FixedSize, Http, LastResort, Refuse, Replayed, Road

__all__ = [
    "Answer",
    "Bus",
    "EnrichedSignal",
    "Fail",
    "FixedSize",
    "GENERATION",
    "Http",
    "LastResort",
    "ML4TActor",
    "ML4TStrategy",
    "MetaOutput",
    "Refuse",
    "Replayed",
    "Road",
    "TradeSignal",
    "read_answers",
]
