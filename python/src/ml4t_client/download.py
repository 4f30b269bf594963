"""A large answer of the service, piece by piece into a file."""

from __future__ import annotations

import http.client
import time
from typing import BinaryIO

from ml4t_client.address import Address
from ml4t_client.attempts import Attempts, wait_of
from ml4t_client.calls import Call
from ml4t_client.errors import NoAnswerError

_PIECE = 1 << 16


def download(call: Call[None], address: Address, file: BinaryIO, timeout: float) -> None:
    """Writes the answer to a call into a file, in the memory of one piece.

    A service that is busy or away is asked again until `timeout` is over. An answer that breaks off is not asked for
    again: the service ended, or its journal cannot be read.

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
        connection = _connection(address, timeout)
        try:
            try:
                connection.request(call.method, call.path, headers=address.headers)
                response = connection.getresponse()
                body = b"" if attempts.is_answer(response.status) else response.read()
            except (OSError, http.client.HTTPException) as fault:
                pause = attempts.failed(fault)
            else:
                if attempts.is_answer(response.status):
                    _copy(response, file, address, timeout)
                    return
                pause = attempts.refused(response.status, body, wait_of(response.getheader("retry-after")))
        finally:
            connection.close()
        time.sleep(pause)


def _copy(response: http.client.HTTPResponse, file: BinaryIO, address: Address, timeout: float) -> None:
    try:
        while piece := response.read(_PIECE):
            file.write(piece)
        if response.length:  # http.client says so only of an answer in chunks
            raise http.client.IncompleteRead(b"", response.length)
    except http.client.IncompleteRead as fault:
        raise NoAnswerError(address.url, timeout, "the answer broke off before its end") from fault
    except (OSError, http.client.HTTPException) as fault:
        raise NoAnswerError(address.url, timeout, str(fault) or type(fault).__name__) from fault


def _connection(address: Address, timeout: float) -> http.client.HTTPConnection:
    if address.ssl_context is None:
        return http.client.HTTPConnection(address.host, address.port, timeout=timeout)
    return http.client.HTTPSConnection(address.host, address.port, timeout=timeout, context=address.ssl_context)
