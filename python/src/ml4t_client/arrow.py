"""pyarrow, where it is installed."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def arrow(part: str = "") -> Any:
    """`pyarrow`, or one of its parts: `arrow("parquet")`.

    Raises:
        ModuleNotFoundError: It is not installed; the message says what to run.
    """
    try:
        return import_module(f"pyarrow.{part}" if part else "pyarrow")
    except ModuleNotFoundError as missing:
        remedy = "tables need pyarrow; run pip install 'ml4t-orchestrator-client[arrow]'"
        raise ModuleNotFoundError(remedy, name=missing.name) from missing
