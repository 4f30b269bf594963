"""The client that waits."""

from ml4t_client.client.client import Client

__all__ = ["Client"]
