"""What may go wrong in a call; every message says what to do."""

from __future__ import annotations

from collections.abc import Mapping

#: What to do about a refusal, by its code; the service's own sentence stands before it.
REMEDIES: Mapping[str, str] = {
    "UNAUTHORIZED": "pass token=, what stands in the file of server.token_file of the service",
    "FORBIDDEN_HOST": "use an address that the service listens on, or name it in server.allowed_hosts",
    "NOT_ENOUGH_BARS": "send at least 100 bars with the signal, or none and feed them by add_bars before",
    "ID_CONFLICT": "a signal_id names one signal; send the signal as it was sent first, or choose another signal_id",
    "OUTCOME_CONFLICT": "the first outcome stays; GET /v1/signals/{signal_id} shows it",
    "UNKNOWN_SIGNAL": "ask about the signal first, and tell its outcome before its barriers end it",
    "FUTURE_TIMESTAMP": "compare the clocks of both machines, and the unit: times are UNIX nanoseconds",
    "CLOCK_BEHIND": "set the clock of the service's machine",
    "BODY_TOO_LARGE": "send fewer at once",
    "OVERLOADED": "send fewer at once, or raise server.max_in_flight",
    "HALTED_AGAIN": "someone halted while you resumed; ask why before you resume again",
    "RETRAINING_RUNS": "retrainings() shows how far it has come",
    "MODEL_QUARANTINED": "it was taken back; promote it with force=True where you know why",
    "MODEL_NOT_FOUND": "models() names those that are kept",
    "JOURNAL_FULL": "make room on the disk of the service",
    "JOURNAL_BUSY": "end the program that holds the journal of the service",
    "JOURNAL_FAILED": "read the service's log",
    "INTERNAL": "read the service's log",
    "STOPPING": "start the service again: ml4t serve",
}


class ClientError(Exception):
    """A call did not come out as it was asked."""


class RefusedError(ClientError):
    """The service refused: `code` is stable, act on it.

    Attributes:
        status: HTTP status.
        code: Word of the OpenAPI document's `Problem`, or `HTTP` where the answer is none of the service's.
        detail: The service's sentence: what, the rule, what was received.
        field: The field at fault as it stands on the wire, or None.
    """

    def __init__(self, status: int, code: str, detail: str, field: str | None = None) -> None:
        self.status = status
        self.code = code
        self.detail = detail
        self.field = field
        remedy = REMEDIES.get(code)
        super().__init__(f"{code} ({status}): {detail}" + ("" if remedy is None else f"; {remedy}"))


class NoAnswerError(ClientError):
    """Nothing came back in time: whether the service took the call is not known.

    Attributes:
        is_repeatable: Whether it is safe to ask again: not after `resume`, `retrain`, `promote` and `rollback`, before
            you have looked at what became of the first.
    """

    def __init__(self, url: str, seconds: float, cause: str, *, is_repeatable: bool = True) -> None:
        self.is_repeatable = is_repeatable
        remedy = "" if is_repeatable else "; whether it was taken is not known, look before you ask again"
        super().__init__(
            f"no answer of {url} within {seconds:g} s ({cause}); "
            f"start the service (ml4t serve), correct the url, or raise timeout{remedy}"
        )


def missing_part(what: str, package: str, extra: str) -> ModuleNotFoundError:
    """What is raised where a part of this package needs another package."""
    return ModuleNotFoundError(
        f"{what} needs {package}: pip install {package}, or the client as ml4t-orchestrator-client[{extra}]",
        name=package,
    )
