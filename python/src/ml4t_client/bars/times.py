"""Times and lengths of time as whole nanoseconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NAIVE = "has no time zone; say which it is, as UTC: {remedy}"


def nanoseconds(time: Any) -> int:
    """UNIX nanoseconds of a moment.

    Args:
        time: `datetime` or `pandas.Timestamp` with a time zone; `numpy.datetime64`, which NumPy counts in UTC; or an
            integer, which is UNIX nanoseconds already.

    Raises:
        ValueError: It has no time zone, or is no time.
    """
    if isinstance(time, int) and not isinstance(time, bool):
        return time
    if type(time).__name__ == "datetime64":
        return _of_numpy(time, "datetime64[ns]")
    if isinstance(time, datetime):
        if time.tzinfo is None or time.utcoffset() is None:
            raise ValueError(f"time {time!r} {NAIVE.format(remedy='.replace(tzinfo=timezone.utc)')}")
        return _whole(time - _EPOCH) + getattr(time, "nanosecond", 0)  # a Timestamp of pandas has nanoseconds besides
    if type(time).__module__.partition(".")[0] == "numpy" and hasattr(time, "item") and isinstance(time.item(), int):
        return int(time.item())
    raise ValueError(f"time must be a datetime with a time zone, or UNIX nanoseconds, was {time!r}")


def length(step: Any) -> int:
    """Nanoseconds of a length of time: a `timedelta`, that of pandas or NumPy, or whole nanoseconds."""
    if isinstance(step, timedelta):
        return _whole(step) + getattr(step, "nanoseconds", 0)
    if type(step).__name__ == "timedelta64":
        return _of_numpy(step, "timedelta64[ns]")
    if isinstance(step, int) and not isinstance(step, bool):
        return step
    raise ValueError(f"step must be a timedelta or whole nanoseconds, was {step!r}")


def _whole(delta: timedelta) -> int:
    return ((delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds) * 1000


def _of_numpy(scalar: Any, unit: str) -> int:
    nanos = int(scalar.astype(unit).astype("int64"))
    if nanos == -(2**63):
        raise ValueError("time must be known, was NaT")
    return nanos
