"""What a fake service does for each operation of the OpenAPI document."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

from ml4t_client.operations import OPERATIONS, OperationId
from ml4t_client.testing import views
from ml4t_client.testing.memory import Memory
from ml4t_client.testing.models import Models
from ml4t_client.testing.problem import ProblemError

_NDJSON = "application/x-ndjson"


@dataclass(frozen=True)
class Request:
    """One request, taken apart."""

    operation_id: OperationId
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    content_type: str

    @property
    def json(self) -> Any:
        """The message of its body; an empty one where there is none."""
        try:
            return json.loads(self.body or b"{}")
        except ValueError as fault:
            raise ProblemError(400, "BAD_JSON", f"the body must be JSON: {fault}") from None


Handler: TypeAlias = Callable[[Request], object]


class Routes:
    """Answers requests; a text is sent as it is, anything else as JSON."""

    def __init__(self, memory: Memory, models: Models) -> None:
        self._memory = memory
        self._models = models
        self.handlers: Mapping[OperationId, Handler] = {
            "judgeSignals": lambda request: self._judge(request, needs_probability=False),
            "judgePredictions": lambda request: self._judge(request, needs_probability=True),
            "addBars": self._add_bars,
            "tellOutcome": lambda request: memory.tell(request.json),
            "halt": lambda request: memory.halt(request.json.get("reason")),
            "resume": lambda _: memory.resume(),
            "retrain": lambda request: models.retrain(request.json.get("instrument_id"), request.json.get("bar_type")),
            "promote": lambda request: models.promote(request.path["version"], "force" in request.query),
            "rollback": lambda request: models.rollback(request.path["version"]),
            "listModels": lambda _: {"models": models.list()},
            "retrainTriggers": lambda request: {"triggers": views.retrainings_of(models)[: _limit(request, 20)]},
            "recentSignals": self._signals,
            "recordedOutcomes": self._outcomes,
            "exportDecisions": self._export,
            "explainSignal": lambda request: views.detail_of(memory, request.path["signal_id"]),
            "listInstruments": lambda _: {"instruments": sorted({name for name, _ in memory.series})},
            "heldBars": lambda request: views.held_bars_of(
                memory, request.path["instrument_id"], request.query.get("bar_type"), _limit(request)
            ),
            "status": lambda _: views.status_of(memory, models),
            "trust": lambda _: views.trust_of(memory, models),
            "detectorPath": lambda _: views.detector_of(),
            "health": lambda _: {"alive": True},
            "healthHead": lambda _: "",
            "readiness": lambda _: views.readiness_of(),
            "readinessHead": lambda _: "",
            "metrics": lambda _: views.metrics_of(memory),
            "openapi": lambda _: {"openapi": "3.1.0", "info": {"title": "a fake service"}, "paths": views.paths_of()},
        }

    def answer(self, request: Request) -> object:
        """The answer to a request. Raises ProblemError."""
        unknown = set(request.query) - set(OPERATIONS[request.operation_id].query)
        if unknown:
            raise ProblemError(400, "INVALID_VALUE", f"query must not have {', '.join(sorted(unknown))}", "query")
        return self.handlers[request.operation_id](request)

    def _judge(self, request: Request, *, needs_probability: bool) -> object:
        if request.content_type != _NDJSON:
            return self._memory.judge(request.json, needs_probability=needs_probability)
        lines = [line for line in request.body.splitlines() if line]
        return "".join(
            f"{json.dumps(self._line(line, i + 1, needs_probability=needs_probability))}\n"
            for i, line in enumerate(lines)
        )

    def _line(self, line: bytes, number: int, *, needs_probability: bool) -> object:
        try:
            return self._memory.judge(json.loads(line), needs_probability=needs_probability)
        except ProblemError as refusal:
            return {"error": {"code": refusal.code, "message": refusal.detail, "line": number}}

    def _add_bars(self, request: Request) -> object:
        return self._memory.add_bars(request.path["instrument_id"], request.json, request.query.get("bar_type"))

    def _signals(self, request: Request) -> object:
        memory, limit = self._memory, _limit(request)
        with memory.lock:
            if "after_seq" in request.query:
                after = int(request.query["after_seq"])
                answers = memory.answers[after : after + limit]
            else:
                named = request.query.get("instrument_id")
                answers = [
                    answer
                    for answer in reversed(memory.answers)
                    if named in (None, answer["signal_event"]["instrument_id"])
                ][:limit]
            return {
                "signals": [
                    {"enriched": answer, "outcome": memory.outcome_of(answer["signal_id"]), "barriers": None}
                    for answer in answers
                ]
            }

    def _outcomes(self, request: Request) -> object:
        after = int(request.query.get("after_seq", 0))
        return {"outcomes": self._memory.outcomes[after : after + _limit(request)]}

    def _export(self, request: Request) -> str:
        if request.query.get("format", "ndjson") != "ndjson":
            raise ProblemError(400, "INVALID_VALUE", "format must be ndjson: a fake service writes no tables", "format")
        rows = views.decisions_of(self._memory, int(request.query.get("after_seq", 0)))
        return "".join(f"{json.dumps(row)}\n" for row in rows)


def request_of(method: str, target: str, body: bytes, content_type: str) -> Request:
    """The request that came. Raises ProblemError where there is no such route."""
    parts = urlsplit(target)
    for operation_id, operation in OPERATIONS.items():
        found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", operation.path), parts.path)
        if found is not None and operation.method == method:
            path = {name: unquote(value) for name, value in found.groupdict().items()}
            return Request(operation_id, path, dict(parse_qsl(parts.query)), body, content_type)
    raise ProblemError(404, "NOT_FOUND", f"there is no route {method} {parts.path}")


def _limit(request: Request, usual: int = 200) -> int:
    return int(request.query.get("limit", usual))
