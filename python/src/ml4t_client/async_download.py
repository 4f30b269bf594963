"""A large answer of the service, piece by piece into a file, while others run."""

from __future__ import annotations

import asyncio
from typing import BinaryIO

from ml4t_client.address import Address
from ml4t_client.async_connection import FAULTS, Connection
from ml4t_client.attempts import Attempts
from ml4t_client.calls import Call
from ml4t_client.errors import NoAnswerError


async def download(call: Call[None], address: Address, file: BinaryIO, timeout: float) -> None:
    """Writes the answer to a call into a file, as the `download` that waits.

    Args:
        call: What to ask for.
        address: Of the service.
        file: Where the bytes go, from its place on.
        timeout: Seconds for all attempts until the answer begins, and longest silence while it comes.

    Raises:
        RefusedError: The service refused.
        NoAnswerError: Nothing came in time, or the answer broke off.
    """
    attempts = Attempts(call, address.url, timeout)
    while True:
        connection: Connection | None = None
        try:
            try:
                async with asyncio.timeout(attempts.left):
                    connection = await Connection.to(address)
                    status, wait = await connection.ask(call)
                    is_answer = attempts.is_answer(status)
                    body = b"" if is_answer else b"".join([piece async for piece in connection.pieces()])
            except FAULTS as fault:
                pause = attempts.failed(fault)
            else:
                if is_answer:
                    await _copy(connection, file, address, timeout)
                    return
                pause = attempts.refused(status, body, wait)
        finally:
            if connection is not None:
                connection.close()
        await asyncio.sleep(pause)


async def _copy(connection: Connection, file: BinaryIO, address: Address, timeout: float) -> None:
    pieces = connection.pieces()
    try:
        while True:
            async with asyncio.timeout(timeout):
                piece = await anext(pieces, None)
            if piece is None:
                return
            file.write(piece)
    except TimeoutError as fault:
        raise NoAnswerError(address.url, timeout, "not a byte of the answer came") from fault
    except FAULTS as fault:
        raise NoAnswerError(address.url, timeout, "the answer broke off before its end") from fault
