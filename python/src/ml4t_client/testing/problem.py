"""What a fake service refuses."""

from __future__ import annotations


class ProblemError(Exception):
    """Is answered as a problem of the OpenAPI document."""

    def __init__(self, status: int, code: str, detail: str, field: str | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.field = field

    @property
    def problem(self) -> dict[str, object]:
        """Its message."""
        body = {
            "type": "about:blank",
            "title": self.code,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        return body if self.field is None else {**body, "field": self.field}
