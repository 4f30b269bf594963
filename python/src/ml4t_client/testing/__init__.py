"""For tests of what uses the client: a service whose decisions the test makes."""

from ml4t_client.testing.decision import Decision
from ml4t_client.testing.service import FakeService

__all__ = ["Decision", "FakeService"]
