"""HTTP/1.1 on the event loop, with connections that are kept."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TypeVar

from ml4t_client.address import Address
from ml4t_client.async_connection import ENDED, FAULTS, Connection
from ml4t_client.attempts import Attempts
from ml4t_client.calls import Call

T = TypeVar("T")


class AsyncTransport:
    """Sends calls to one service, at most `max_connections` at once; others wait for their turn, in their time."""

    def __init__(self, address: Address, *, timeout: float, max_connections: int) -> None:
        if not timeout > 0:
            raise ValueError(f"timeout must be > 0 s, was {timeout}")
        if max_connections < 1:
            raise ValueError(f"max_connections must be > 0, was {max_connections}")
        self._address = address
        self._timeout = timeout
        self._turns = asyncio.Semaphore(max_connections)
        self._idle: deque[Connection] = deque()

    async def send(self, call: Call[T], timeout: float | None = None) -> T:
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
                async with asyncio.timeout(attempts.left), self._turns:
                    status, body, wait = await self._attempt(call)
            except FAULTS as fault:
                pause = attempts.failed(fault)
            else:
                if attempts.is_answer(status):
                    return call.read(body)
                pause = attempts.refused(status, body, wait)
            await asyncio.sleep(pause)

    async def close(self) -> None:
        """Closes the connections that are kept."""
        while self._idle:
            self._idle.pop().close()

    async def _attempt(self, call: Call[T]) -> tuple[int, bytes, float]:
        """Status, body and the seconds that the service asks to wait; a kept connection may have ended meanwhile."""
        while call.is_repeatable and self._idle:
            try:
                return await self._exchange(self._idle.pop(), call)
            except ENDED:
                continue
        return await self._exchange(await Connection.to(self._address), call)

    async def _exchange(self, connection: Connection, call: Call[T]) -> tuple[int, bytes, float]:
        try:
            status, wait = await connection.ask(call)
            body = b"".join([piece async for piece in connection.pieces()])
        except BaseException:
            connection.close()
            raise
        if connection.is_free():
            self._idle.append(connection)
        else:
            connection.close()
        return status, body, wait
