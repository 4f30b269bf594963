"""The stream of a fake service."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any, cast

from ml4t_client.errors import missing_part
from ml4t_client.testing.memory import Memory
from ml4t_client.testing.problem import ProblemError

_READ_BYTES = 65_536


class Sockets:
    """WebSockets that get what is published, in its order."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._open: dict[BaseHTTPRequestHandler, tuple[Any, set[str]]] = {}

    def publish(self, message: dict[str, Any]) -> None:
        """Sends a message to everyone who asked for its type."""
        with self._lock:
            for handler, (protocol, types) in list(self._open.items()):
                if message["type"] in types:
                    protocol.send_text(json.dumps(message).encode())
                    self._flush(handler, protocol)

    def disconnect(self) -> None:
        """Ends all of them without a word."""
        with self._lock:
            for handler in list(self._open):
                self._end(handler)

    def serve(self, handler: BaseHTTPRequestHandler, query: Mapping[str, str], memory: Memory) -> None:
        """Serves one until it ends; the thread of its request waits here."""
        try:
            from websockets.http11 import Request
            from websockets.server import ServerProtocol
        except ModuleNotFoundError as fault:
            raise missing_part("The stream of a fake service", "websockets", "stream") from fault
        if handler.headers.get("upgrade", "").lower() != "websocket":
            raise ProblemError(426, "UPGRADE_REQUIRED", "this route is a WebSocket: connect with ws:// and an upgrade")
        protocol = ServerProtocol()
        protocol.receive_data(_head_of(handler))
        request = protocol.events_received()[0]
        protocol.send_response(protocol.accept(cast(Request, request)))
        handler.close_connection = True
        with memory.lock, self._lock:  # between the numbers of hello and the first message nothing may come
            if query.get("hello") == "true":
                hello = {"type": "hello", "started": memory.started, "seq": memory.numbers}
                protocol.send_text(json.dumps(hello).encode())
            self._flush(handler, protocol)
            self._open[handler] = (protocol, set(query.get("types", "enriched,outcome,state").split(",")))
        self._read(handler, protocol)

    def _read(self, handler: BaseHTTPRequestHandler, protocol: Any) -> None:
        """Answers pings and the close until the connection has ended."""
        try:
            while data := handler.connection.recv(_READ_BYTES):
                with self._lock:
                    protocol.receive_data(data)
                    protocol.events_received()
                    self._flush(handler, protocol)
        except OSError:
            return
        finally:
            with self._lock:
                self._end(handler)

    def _flush(self, handler: BaseHTTPRequestHandler, protocol: Any) -> None:
        try:
            for data in protocol.data_to_send():
                if data:
                    handler.connection.sendall(data)
                else:  # after both have said that they close
                    handler.connection.shutdown(socket.SHUT_WR)
        except OSError:
            self._end(handler)

    def _end(self, handler: BaseHTTPRequestHandler) -> None:
        self._open.pop(handler, None)
        with suppress(OSError):  # it has ended already
            handler.connection.shutdown(socket.SHUT_RDWR)


def _head_of(handler: BaseHTTPRequestHandler) -> bytes:
    """The head of a request, which was read already, as it came."""
    lines = [handler.requestline, *(f"{name}: {value}" for name, value in handler.headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1")
