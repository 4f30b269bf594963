"""Client of the ML4T orchestrator: take or skip of trading signals."""

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from ml4t_client.bars import bar_columns, nanoseconds
from ml4t_client.client import Client
from ml4t_client.decisions import read_decisions
from ml4t_client.errors import ClientError, NoAnswerError, RefusedError
from ml4t_client.rows import Rows, bars_to_pandas
from ml4t_client.trainings import read_dataset, read_report

if TYPE_CHECKING:
    from ml4t_client.async_client import AsyncClient

try:
    __version__ = version("ml4t-orchestrator-client")
except PackageNotFoundError:  # run from a checkout, not installed
    __version__ = "0+checkout"

__all__ = [
    "AsyncClient",
    "Client",
    "ClientError",
    "NoAnswerError",
    "RefusedError",
    "Rows",
    "bar_columns",
    "bars_to_pandas",
    "nanoseconds",
    "read_dataset",
    "read_decisions",
    "read_report",
]


def __getattr__(name: str) -> object:
    """`AsyncClient` is loaded when it is asked for: it needs h11."""
    if name != "AsyncClient":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ml4t_client.async_client import AsyncClient

    return AsyncClient
