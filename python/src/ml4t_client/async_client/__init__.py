"""The client that lets others run meanwhile."""

from ml4t_client.async_client.client import AsyncClient

__all__ = ["AsyncClient"]
