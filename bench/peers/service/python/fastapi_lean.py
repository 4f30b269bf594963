"""FastAPI as lean as it goes: orjson in and out, NumPy, no models of the bodies."""

import orjson
from fastapi import FastAPI, Request, Response
from scoring import Scorer

app = FastAPI()
scorer = Scorer()


@app.post("/v1/signals")
async def answer(request: Request) -> Response:
    """Answer a signal on the event loop, since it takes less than a hop to a thread."""
    scored = scorer.score(orjson.loads(await request.body()))
    return Response(orjson.dumps(scored), media_type="application/json")
