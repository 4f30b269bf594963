"""A request as a value, without any transport: what is sent, and how the answer is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar
from urllib.parse import quote, urlencode

from ml4t_client.errors import RefusedError
from ml4t_client.operations import OPERATIONS, OperationId

T = TypeVar("T")

JSON = "application/json"
NDJSON = "application/x-ndjson"


@dataclass(frozen=True)
class Call(Generic[T]):
    """One request and the reader of its answer.

    Attributes:
        is_repeatable: Whether it may be sent any number of times: the second time nothing more happens than the first.
    """

    method: str
    path: str
    body: bytes | None
    content_type: str
    statuses: tuple[int, ...]
    read: Callable[[bytes], T]
    is_repeatable: bool = True


def call_of(
    operation_id: OperationId,
    read: Callable[[bytes], T],
    *,
    path: Mapping[str, str] | None = None,
    query: Mapping[str, str | int | bool | None] | None = None,
    body: bytes | None = None,
    content_type: str = JSON,
    is_repeatable: bool = True,
) -> Call[T]:
    """A call of one operation.

    Args:
        operation_id: As in the OpenAPI document.
        read: Of the body of its answer.
        path: Values of the parameters of the path, as they are.
        query: Values of the query; None and False are left out.
        body: As it is sent.
        content_type: Of the body.
        is_repeatable: See `Call`.
    """
    operation = OPERATIONS[operation_id]
    place = operation.path.format(**{name: quote(value, safe="") for name, value in (path or {}).items()})
    asked = {name: _text(value) for name, value in (query or {}).items() if value is not None and value is not False}
    whole = f"{place}?{urlencode(asked)}" if asked else place
    return Call(operation.method, whole, body, content_type, operation.statuses, read, is_repeatable)


def refusal(status: int, body: bytes) -> RefusedError:
    """The error that an answer of another status stands for."""
    try:
        problem = json.loads(body)
        return RefusedError(status, problem["code"], problem["detail"], problem.get("field"))
    except (ValueError, KeyError, TypeError):
        text = body[:200].decode("utf-8", "replace")
        return RefusedError(status, "HTTP", f"the answer is none of the service's, is the url right? {text!r}")


def line_of(value: object) -> bytes:
    """One line of JSON; scalars of NumPy and decimals keep their digits.

    Raises:
        ValueError: NaN and infinities, which JSON has not.
        TypeError: A value is none that JSON has.
    """
    return json.dumps(value, separators=(",", ":"), allow_nan=False, default=_plain).encode()


def read_json(body: bytes) -> Any:
    """What a body of JSON says; integers of 64 bits come without loss."""
    return json.loads(body)


def _plain(value: object) -> object:
    if isinstance(value, Decimal) and value.is_finite():
        return str(value)
    item = getattr(value, "item", None)  # of a scalar of NumPy
    if callable(item):
        return item()
    hint = "; a time is sent as nanoseconds(value)" if hasattr(value, "timestamp") else ""
    raise TypeError(f"{type(value).__name__} cannot be sent: {value!r}{hint}")


def _text(value: str | int | bool) -> str:
    return "true" if value is True else str(value)
