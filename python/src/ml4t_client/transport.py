"""HTTP/1.1 by the standard library, with connections that are kept."""

from __future__ import annotations

import http.client
import time
from collections import deque
from typing import TypeVar

from ml4t_client.address import Address
from ml4t_client.attempts import Attempts, wait_of
from ml4t_client.calls import Call

T = TypeVar("T")


class Transport:
    """Sends calls to one service. Threads may share it: each call has a connection of its own while it runs."""

    def __init__(self, address: Address, *, timeout: float) -> None:
        if not timeout > 0:
            raise ValueError(f"timeout must be > 0 s, was {timeout}")
        self._address = address
        self._timeout = timeout
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
        attempts = Attempts(call, self._address.url, self._timeout if timeout is None else timeout)
        while True:
            try:
                status, body, wait = self._attempt(call, attempts)
            except (OSError, http.client.HTTPException) as fault:
                pause = attempts.failed(fault)
            else:
                if attempts.is_answer(status):
                    return call.read(body)
                pause = attempts.refused(status, body, wait)
            time.sleep(pause)

    def close(self) -> None:
        """Closes the connections that are kept."""
        while self._idle:
            self._idle.pop().close()

    def _attempt(self, call: Call[T], attempts: Attempts[T]) -> tuple[int, bytes, float]:
        """Status, body and the seconds that the service asks to wait; a kept connection may have ended meanwhile."""
        while call.is_repeatable and self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread was faster
                break
            try:
                return self._exchange(connection, call, attempts)
            except (ConnectionError, http.client.RemoteDisconnected, http.client.CannotSendRequest):
                continue
        return self._exchange(self._connection(), call, attempts)

    def _exchange(
        self, connection: http.client.HTTPConnection, call: Call[T], attempts: Attempts[T]
    ) -> tuple[int, bytes, float]:
        left = attempts.left
        connection.timeout = left
        if connection.sock is not None:
            connection.sock.settimeout(left)
        headers = self._address.headers
        if call.body is not None:
            headers = {**headers, "content-type": call.content_type}
        try:
            connection.request(call.method, call.path, call.body, headers)
            response = connection.getresponse()
            body = response.read()
        except BaseException:
            connection.close()
            raise
        if not response.will_close:
            self._idle.append(connection)
        return response.status, body, wait_of(response.getheader("retry-after"))

    def _connection(self) -> http.client.HTTPConnection:
        host, port, context = self._address.host, self._address.port, self._address.ssl_context
        if context is None:
            return http.client.HTTPConnection(host, port)
        return http.client.HTTPSConnection(host, port, context=context)
