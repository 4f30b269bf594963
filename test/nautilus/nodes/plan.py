"""What a node is told, and what it tells: its plan is the first argument, bars come as lines of stdin, events go out as lines of stdout."""

import json
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

PLAN: dict[str, Any] = json.loads(sys.argv[1])
_WRITING = threading.Lock()


def say(event: str, **values: Any) -> None:
    """Writes an event for the test, with the monotonic clock in nanoseconds; a node calls its handlers on several threads."""
    line = json.dumps({"event": event, "at": time.monotonic_ns(), **values})
    with _WRITING:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def read_bars(take: Callable[[dict[str, Any]], None]) -> None:
    """Calls `take` on a thread of its own with every bar that the test writes."""

    def read() -> None:
        for line in sys.stdin:
            take(json.loads(line))

    threading.Thread(target=read, daemon=True).start()


def work() -> None:
    """What a handler does after it has published its signal."""
    time.sleep(PLAN["work_ms"] / 1000)


def side_of(ts_event: int, bar_type: str) -> int | None:
    """The signal of a bar; none where its type is not a judged one, or before the first signal."""
    if bar_type not in PLAN["judged"] or ts_event < int(PLAN["first_signal_ts"]):
        return None
    return 1 if ts_event // 60_000_000_000 % 3 else -1


def signal_ts(ts_event: int, bar_type: str) -> int:
    """Event time of the signal of a bar: that of the bar, or later by what the plan says of the bar type."""
    return ts_event + int(PLAN["later_ns"].get(bar_type, 0))
