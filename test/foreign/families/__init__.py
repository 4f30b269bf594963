"""Cases by library; each module has `cases()`, which yields Case objects."""

from dataclasses import dataclass, field
from typing import Any, Callable


@dataclass
class Case:
    """One file: how it is made, and what is expected of it."""

    name: str
    group: str
    make: Callable[[], tuple[Any, int, Any]]
    """Returns the ONNX model, the number of features, and the probability of class 1 by the library, or None."""
    missing: bool = False
    refused: str = ""
    """Words of the reason for which it is refused; empty for a file that loads."""
    tags: list[str] = field(default_factory=list)
