"""MLServer with a custom runtime, which takes the bodies as they are at an endpoint of its own."""

import orjson
from fastapi import Request, Response
from mlserver import MLModel
from mlserver.handlers import custom_handler
from scoring import Scorer


class SignalRuntime(MLModel):
    """Scores signals."""

    async def load(self) -> bool:
        """Load the model."""
        self._scorer = Scorer()
        return True

    @custom_handler(rest_path="/v1/signals")
    async def answer(self, request: Request) -> Response:
        """Answer a signal on the event loop."""
        scored = self._scorer.score(orjson.loads(await request.body()))
        return Response(orjson.dumps(scored), media_type="application/json")
