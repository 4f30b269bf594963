"""What one operation of the OpenAPI document is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Operation:
    """One method of one path.

    Attributes:
        method: HTTP method.
        path: With parameters as `{name}`.
        query: Names of the query.
        body: Name of the message in the body, of one line where it is NDJSON; None for no body.
        answer: Name of the message that is answered, or its Python type; of one line where it is NDJSON; None for none.
        statuses: Those that answer with it.
    """

    method: str
    path: str
    query: tuple[str, ...]
    body: str | None
    answer: str | None
    statuses: tuple[int, ...]
