"""Client of the ML4T orchestrator: take or skip of trading signals."""

from ml4t_client.client import Client
from ml4t_client.errors import ClientError, NoAnswerError, RefusedError

__all__ = ["Client", "ClientError", "NoAnswerError", "RefusedError"]
