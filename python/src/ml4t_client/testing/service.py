"""A service on a free port of this machine, for tests of what uses the client."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from ml4t_client.operations import OPERATIONS
from ml4t_client.testing.decision import Decide
from ml4t_client.testing.faults import Faults
from ml4t_client.testing.memory import Memory
from ml4t_client.testing.models import Models
from ml4t_client.testing.problem import ProblemError
from ml4t_client.testing.routes import Request, Routes, request_of
from ml4t_client.testing.sockets import Sockets


class FakeService:
    """A service whose decisions the test makes, over real HTTP, so that any client can ask it.

    It keeps the rules that a caller meets: the same signal gets its recorded answer, another one under its id is
    refused, fewer than 100 bars with a signal are refused, flat signals and a halted service take nothing, outcomes are
    recorded once, numbers have no gap. It judges nothing: no model, no warm-up, no barriers.

        with FakeService(lambda signal: Decision(take=True, size=0.5, confidence=0.6)) as service:
            strategy = MyStrategy(Client(service.url))

    Args:
        decide: What is answered to each signal.
        token: What requests must bring; None for none.

    Attributes:
        faults: What goes wrong next.
    """

    def __init__(self, decide: Decide, *, token: str | None = None) -> None:
        self.faults = Faults()
        self._token = token
        self._sockets = Sockets()
        self._memory = Memory(decide, self._sockets.publish)
        self._routes = Routes(self._memory, Models(self._memory))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def answers(self) -> list[Any]:
        """Every answer that was recorded, in the order of their numbers."""
        return list(self._memory.answers)

    @property
    def outcomes(self) -> list[Any]:
        """Every outcome that was reported, in the order of their numbers."""
        return list(self._memory.outcomes)

    def disconnect(self) -> None:
        """Ends every stream without a word; clients connect again."""
        self._sockets.disconnect()

    def crash(self, *, n_lost: int = 0) -> None:
        """Starts anew, as after a kill -9: streams end, and the records of the last answers were never written.

        Args:
            n_lost: How many of the last answers are forgotten; their numbers are given again.
        """
        self._memory.begin_again(n_lost)
        self._sockets.disconnect()

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._sockets.disconnect()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                service._serve(self)

            do_POST = do_GET  # noqa: N815
            do_HEAD = do_GET  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Says nothing."""

        return Handler

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("content-length") or 0))
        try:
            request = self._admitted(handler, body)
            if request.operation_id == "stream":
                self._sockets.serve(handler, request.query, self._memory)
                return
            before = self.faults.before()
            if before is not None:
                raise before
            answer = self._routes.answer(request)
            if self.faults.is_lost():
                handler.close_connection = True
                handler.connection.close()
                return
            _send(handler, OPERATIONS[request.operation_id].statuses[0], answer)
        except ProblemError as refusal:
            _send(handler, refusal.status, refusal.problem)
        except Exception as fault:  # of the test's own decision
            problem = ProblemError(500, "INTERNAL", f"the fake service failed: {fault!r}")
            _send(handler, problem.status, problem.problem)

    def _admitted(self, handler: BaseHTTPRequestHandler, body: bytes) -> Request:
        content_type = (handler.headers.get("content-type") or "").partition(";")[0]
        request = request_of(handler.command, handler.path, body, content_type)
        is_probe = not OPERATIONS[request.operation_id].path.startswith("/v1/")
        if self._token is not None and not is_probe and handler.headers.get("authorization") != f"Bearer {self._token}":
            raise ProblemError(401, "UNAUTHORIZED", "the bearer token is missing or wrong")
        return request


def _send(handler: BaseHTTPRequestHandler, status: int, answer: object) -> None:
    content = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
    handler.send_response(status)
    handler.send_header("content-length", str(len(content)))
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(content)
