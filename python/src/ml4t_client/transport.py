"""HTTP/1.1 by the standard library, with connections that are kept."""

from __future__ import annotations

import http.client
import ssl
import time
from collections import deque
from typing import TypeVar
from urllib.parse import urlsplit

from ml4t_client.calls import Call, refusal
from ml4t_client.errors import NoAnswerError

T = TypeVar("T")

#: Statuses of a service that is busy or starting: the same call may be taken a moment later.
_BUSY = frozenset({429, 503})
#: First pause before a call is tried again, seconds; each further one is twice as long.
_PAUSE = 0.05
_LONGEST_PAUSE = 1.0


class Transport:
    """Sends calls to one service. Threads may share it: each call has a connection of its own while it runs."""

    def __init__(self, url: str, *, token: str | None, timeout: float, ssl_context: ssl.SSLContext | None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or parts.hostname is None or parts.path not in ("", "/"):
            raise ValueError(f"url must be like http://127.0.0.1:8787, was {url!r}")
        if not timeout > 0:
            raise ValueError(f"timeout must be > 0 s, was {timeout}")
        self.url = url.rstrip("/")
        self._host = parts.hostname
        self._port = parts.port
        self._timeout = timeout
        self._context = (ssl_context or ssl.create_default_context()) if parts.scheme == "https" else None
        self._headers = {} if token is None else {"authorization": f"Bearer {token}"}
        self._idle: deque[http.client.HTTPConnection] = deque()

    def send(self, call: Call[T], timeout: float | None = None) -> T:
        """Sends until the call is taken, refused for good, or out of time.

        Args:
            call: What to send.
            timeout: Seconds for all attempts together; None for the timeout of the transport.

        Raises:
            RefusedError: The service refused, and would refuse it again.
            NoAnswerError: Nothing came back in time.
        """
        seconds = self._timeout if timeout is None else timeout
        deadline = time.monotonic() + seconds
        pause = _PAUSE
        while True:
            try:
                status, body, wait = self._attempt(call, deadline)
                if status < 300:
                    return call.read(body)
                error: Exception = refusal(status, body)
                if status not in _BUSY:
                    raise error
            except (OSError, http.client.HTTPException) as fault:
                error, wait = NoAnswerError(self.url, seconds, _words(fault)), 0.0
            pause = max(pause, wait)
            if time.monotonic() + pause >= deadline:
                raise error
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def close(self) -> None:
        """Closes the connections that are kept."""
        while self._idle:
            self._idle.pop().close()

    def _attempt(self, call: Call[T], deadline: float) -> tuple[int, bytes, float]:
        """Status, body and the seconds that the service asks to wait; a kept connection may have ended meanwhile."""
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread was faster
                break
            try:
                return self._exchange(connection, call, deadline)
            except (ConnectionError, http.client.RemoteDisconnected, http.client.CannotSendRequest):
                continue
        return self._exchange(self._connection(), call, deadline)

    def _exchange(
        self, connection: http.client.HTTPConnection, call: Call[T], deadline: float
    ) -> tuple[int, bytes, float]:
        left = max(deadline - time.monotonic(), 0.001)
        connection.timeout = left
        if connection.sock is not None:
            connection.sock.settimeout(left)
        headers = self._headers if call.body is None else {**self._headers, "content-type": call.content_type}
        try:
            connection.request(call.method, call.path, call.body, headers)
            response = connection.getresponse()
            body = response.read()
        except BaseException:
            connection.close()
            raise
        if not response.will_close:
            self._idle.append(connection)
        return response.status, body, _seconds(response.getheader("retry-after"))

    def _connection(self) -> http.client.HTTPConnection:
        if self._context is None:
            return http.client.HTTPConnection(self._host, self._port)
        return http.client.HTTPSConnection(self._host, self._port, context=self._context)


def _seconds(header: str | None) -> float:
    return float(header) if header is not None and header.isdecimal() else 0.0


def _words(fault: Exception) -> str:
    return str(fault) or type(fault).__name__
