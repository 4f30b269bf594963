"""The client offers what the OpenAPI document has, and nothing else: every operation, every query, every message."""

from __future__ import annotations

import inspect
import re
import unittest
from collections.abc import Mapping
from typing import Any, TypeVar, get_type_hints
from urllib.parse import parse_qs, urlsplit

import make_async

from ml4t_client import Client, types
from ml4t_client.calls import Call
from ml4t_client.client.control import Control
from ml4t_client.client.judging import Judging
from ml4t_client.client.views import Views
from ml4t_client.operation import Operation
from ml4t_client.operations import OPERATIONS, OperationId

T = TypeVar("T")

#: The methods of the client for each operation.
METHODS: Mapping[OperationId, tuple[str, ...]] = {
    "judgeSignals": ("signal", "signals"),
    "judgePredictions": ("predict", "predictions"),
    "addBars": ("add_bars",),
    "tellOutcome": ("outcome",),
    "retrain": ("retrain",),
    "halt": ("halt",),
    "resume": ("resume",),
    "retrainTriggers": ("retrainings",),
    "detectorPath": ("detector",),
    "recentSignals": ("recent_signals", "recorded_signals"),
    "recordedOutcomes": ("recorded_outcomes",),
    "explainSignal": ("explain",),
    "trust": ("trust",),
    "listInstruments": ("instruments",),
    "heldBars": ("held_bars",),
    "listModels": ("models",),
    "promote": ("promote",),
    "rollback": ("rollback",),
    "status": ("status",),
    "stream": ("stream",),
    "exportDecisions": ("read_decisions",),
    "health": ("health",),
    "readiness": ("readiness",),
    "metrics": ("metrics",),
    "openapi": ("openapi",),
}
#: Methods that are no single call; tests of their own compare what they send with the document.
ASIDE = {"stream", "read_decisions"}
#: Operations without a method, and why.
WITHOUT: Mapping[OperationId, str] = {
    "healthHead": "health() without its answer",
    "readinessHead": "readiness() without its answer",
}
#: Those whose body is one argument of the method; fields of the others are arguments each.
WHOLE_BODIES = {"Signal", "Prediction", "ToldOutcome", "NoFields"}
#: A value for each argument; a name that is not here is a new argument, which needs one.
VALUES: Mapping[str, Any] = {
    "signal": {"instrument_id": "A/B", "signal": 1, "timestamp": 1},
    "prediction": {"instrument_id": "A/B", "signal": 1, "timestamp": 1, "probability": 0.5},
    "signals": [{"instrument_id": "A/B", "signal": 1, "timestamp": 1}],
    "predictions": [{"instrument_id": "A/B", "signal": 1, "timestamp": 1, "probability": 0.5}],
    "outcome": {"signal_id": "a", "label": 1},
    "bars": {"ts_event": [1], "open": [1], "high": [1], "low": [1], "close": [1], "volume": [1]},
    "instrument_id": "A/B C",
    "bar_type": "A/B-1-MINUTE",
    "signal_id": "A/B:1:1",
    "version": "v 1",
    "reason": "a reason",
    "limit": 7,
    "after_seq": 0,
    "durable": True,
    "include_bars": True,
    "force": True,
}


class Recorder(Judging, Views, Control):
    """Keeps the calls, and sends none."""

    def __init__(self) -> None:
        self.calls: list[Call[Any]] = []

    def _send(self, call: Call[T], timeout: float | None) -> T:  # noqa: ARG002
        self.calls.append(call)
        return None  # type: ignore[return-value]


def call_of(method: str) -> Call[Any]:
    """What a method sends when every argument is given."""
    recorder = Recorder()
    function = getattr(recorder, method)
    names = [name for name in inspect.signature(function).parameters if name != "timeout"]
    positional = [VALUES[name] for name in names if _is_positional(function, name)]
    named = {name: VALUES[name] for name in names if not _is_positional(function, name)}
    function(*positional, **named)
    (call,) = recorder.calls
    return call


def _is_positional(function: Any, name: str) -> bool:
    return inspect.signature(function).parameters[name].kind is not inspect.Parameter.KEYWORD_ONLY


def pattern_of(operation: Operation) -> str:
    return re.sub(r"\\\{\w+\\\}", "([^/?]+)", re.escape(operation.path)) + r"(\?.*)?"


def words_of(annotation: object) -> set[str]:
    return set(re.findall(r"\w+", str(annotation).replace("ml4t_client.types.", "")))


class EveryOperation(unittest.TestCase):
    def test_has_a_method_and_every_method_is_of_one(self) -> None:
        self.assertEqual(set(METHODS) | set(WITHOUT), set(OPERATIONS))
        known = {name for names in METHODS.values() for name in names} | {"close", "url"}
        self.assertEqual({name for name in dir(Client) if not name.startswith("_")}, known)

    def test_is_sent_as_the_document_says(self) -> None:
        for operation_id, methods in METHODS.items():
            operation = OPERATIONS[operation_id]
            sent = [call_of(method) for method in methods if method not in ASIDE]
            for call in sent:
                with self.subTest(operation_id, path=call.path):
                    self.assertEqual(call.method, operation.method)
                    self.assertRegex(call.path, f"^{pattern_of(operation)}$")
                    self.assertEqual(call.statuses, operation.statuses)
                    self.assertTrue(operation.body is not None or call.body is None)
            queries = {name for call in sent for name in parse_qs(urlsplit(call.path).query)}
            if sent:
                self.assertEqual(queries, set(operation.query), operation_id)

    def test_takes_every_field_of_its_body(self) -> None:
        for operation_id, methods in METHODS.items():
            body = OPERATIONS[operation_id].body
            if body is None or body in WHOLE_BODIES or operation_id == "addBars":
                continue
            fields = set(get_type_hints(getattr(types, body)))
            self.assertLessEqual(fields, set(inspect.signature(getattr(Client, methods[0])).parameters), operation_id)

    def test_takes_the_message_of_its_body(self) -> None:
        for operation_id, methods in METHODS.items():
            body = OPERATIONS[operation_id].body
            if body in WHOLE_BODIES - {"NoFields"}:
                for method in methods:
                    hints = words_of(inspect.signature(getattr(Client, method)).parameters.values())
                    self.assertIn(body, hints, method)

    def test_answers_with_its_message(self) -> None:
        """By name; a list of messages stands for the message that has the list alone."""
        for operation_id, methods in METHODS.items():
            if operation_id == "exportDecisions":
                continue  # a table of the message, of which real_export.py compares every cell
            answer = OPERATIONS[operation_id].answer or ""
            for method in methods:
                said = words_of(inspect.signature(getattr(Client, method)).return_annotation)
                message = getattr(types, answer, None)
                alone = list(get_type_hints(message).values()) if "Rows" in said or "list" in said else []
                with self.subTest(method, answer=answer):
                    if operation_id == "stream":
                        self.assertIn("Stream", said)
                    elif len(alone) == 1:
                        self.assertTrue(said & (words_of(alone[0]) - {"list", "typing"}))
                    else:
                        self.assertTrue(words_of(answer) <= said or words_of(answer) <= {"dict", "str", "object"})


class EveryCall(unittest.TestCase):
    def test_that_could_undo_what_someone_did_is_sent_once(self) -> None:
        once = {
            method
            for methods in METHODS.values()
            for method in methods
            if method not in ASIDE and not call_of(method).is_repeatable
        }
        self.assertEqual(once, {"resume", "retrain", "promote", "rollback"})

    def test_of_the_asynchronous_client_is_made_of_the_other(self) -> None:
        for path, text in make_async.made().items():
            self.assertEqual(path.read_text(), text, f"{path.name}: python make_async.py")


if __name__ == "__main__":
    unittest.main()
