"""Which messages of the stream come next, without any transport: none twice, and none left out unsaid."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Generator, Mapping, Sequence
from typing import Any, Literal, NotRequired, TypeAlias, TypedDict, cast, get_args
from urllib.parse import urlencode

from ml4t_client import calls
from ml4t_client.calls import Call
from ml4t_client.operations import OPERATIONS
from ml4t_client.types import (
    Outcome,
    ServerMessageBars,
    ServerMessageState,
    ShownAnswer,
    StreamHello,
)

#: Types whose messages are recorded, and have their numbers for good.
Numbered: TypeAlias = Literal["enriched", "outcome"]
EventType: TypeAlias = Literal["enriched", "outcome", "state", "bars"]
DEFAULT_TYPES: tuple[EventType, ...] = ("enriched", "outcome", "state")

#: Most records of one page.
_PAGE = 1000
#: Number of the latest answers that are compared with the journal after the service was started again.
_REMEMBERED = 1000
#: Pause while the record of a fast answer is on its way, seconds, and how many there are before it counts as lost.
_PAUSE = 0.01
_MOST_PAUSES = 500


class Answered(TypedDict):
    """An answer; one that was missed comes from the journal, without `latency_ns`, `late` and `duplicate`."""

    type: Literal["enriched"]
    seq: int
    enriched: ShownAnswer


class Ended(TypedDict):
    """An outcome."""

    type: Literal["outcome"]
    seq: int
    outcome: Outcome


class Lost(TypedDict):
    """A crash took back the answers with a number above `after` that you had: send their signals again."""

    type: Literal["lost"]
    of: Numbered
    after: int
    signal_ids: NotRequired[list[str]]
    """of those that this stream passed on"""


StreamMessage: TypeAlias = Answered | Ended | Lost | ServerMessageState | ServerMessageBars
#: What is to be done: a call whose answer is sent back, a pause in seconds, or a message to pass on.
Step: TypeAlias = Call[Any] | float | StreamMessage
Steps: TypeAlias = Generator[Step, Any, None]


class BehindError(Exception):
    """The records that are missing do not come: the connection is to be made anew."""


class Follower:
    """Keeps the numbers of one stream over its connections."""

    def __init__(self, types: Sequence[EventType], after: Mapping[Numbered, int]) -> None:
        unknown = [name for name in types if name not in get_args(EventType)]
        if unknown or not types:
            raise ValueError(f"types must be some of {', '.join(get_args(EventType))}, were {list(types)}")
        wrong = {
            name: seq for name, seq in after.items() if name not in types or name not in get_args(Numbered) or seq < 0
        }
        if wrong:
            raise ValueError(f"after must say numbers >= 0 of enriched or outcome, both among types, was {dict(after)}")
        self._types = tuple(types)
        self._last: dict[Numbered, int] = dict(after)
        self._started: str | None = None
        self._passed: deque[tuple[int, str, str]] = deque(maxlen=_REMEMBERED)

    @property
    def seq(self) -> dict[Numbered, int]:
        """Numbers of the last messages that were passed on."""
        return dict(self._last)

    @property
    def path(self) -> str:
        """Of the stream, with its query."""
        return f"{OPERATIONS['stream'].path}?{urlencode({'types': ','.join(self._types), 'hello': 'true'})}"

    def take(self, text: str | bytes) -> Steps:
        """Steps that a message of the service makes due."""
        message = json.loads(text)
        kind = message["type"]
        if kind == "hello":
            yield from self._greet(message)
        elif kind in ("enriched", "outcome"):
            yield from self._fill(kind, message["seq"] - 1)
            yield from self._pass(message)
        elif kind in ("state", "bars"):
            yield message

    def _greet(self, hello: StreamHello) -> Steps:
        began_again = self._started not in (None, hello["started"])
        self._started = hello["started"]
        for kind in get_args(Numbered):
            if kind not in self._types:
                continue
            latest = hello["seq"][cast(Numbered, kind)]
            if kind not in self._last:
                self._last[kind] = latest
                continue
            kept = self._last[kind]
            if began_again and kind == "enriched":
                kept = yield from self._recorded(kept)
            if min(kept, latest) < self._last[kind]:
                yield self._lose(kind, min(kept, latest))
            yield from self._fill(kind, latest)

    def _recorded(self, last: int) -> Generator[Step, Any, int]:
        """Number up to which the answers that were passed on are those of the journal."""
        if not self._passed:
            return last
        first = self._passed[0][0]
        page = yield calls.recorded_signals(first - 1, _PAGE)
        recorded = {first + i: row["enriched"]["answer_hash"] for i, row in enumerate(page)}
        for seq, _, answer_hash in self._passed:
            if recorded.get(seq) != answer_hash:
                return seq - 1
        return last

    def _lose(self, kind: Numbered, after: int) -> Lost:
        lost: Lost = {"type": "lost", "of": kind, "after": after}
        if kind == "enriched":
            lost["signal_ids"] = [signal_id for seq, signal_id, _ in self._passed if seq > after]
            while self._passed and self._passed[-1][0] > after:
                self._passed.pop()
        self._last[kind] = after
        return lost

    def _fill(self, kind: Numbered, before: int) -> Steps:
        """Passes on what the journal has up to a number."""
        n_pauses = 0
        while (last := self._last.get(kind, before)) < before:
            limit = min(_PAGE, before - last)
            page = (
                yield calls.recorded_signals(last, limit)
                if kind == "enriched"
                else calls.recorded_outcomes(last, limit)
            )
            if not page:
                n_pauses += 1
                if n_pauses > _MOST_PAUSES:
                    raise BehindError(f"{kind} {last + 1} is not in the journal")
                yield _PAUSE
            for row in page:
                seq = self._last[kind] + 1
                if kind == "enriched":
                    yield from self._pass({"type": "enriched", "seq": seq, "enriched": row["enriched"]})
                else:
                    yield from self._pass({"type": "outcome", "seq": seq, "outcome": row})

    def _pass(self, message: Answered | Ended) -> Steps:
        last = self._last.get(message["type"])
        if last is not None and message["seq"] <= last:
            return
        self._last[message["type"]] = message["seq"]
        if message["type"] == "enriched":
            enriched = message["enriched"]
            self._passed.append((message["seq"], enriched["signal_id"], enriched["answer_hash"]))
        yield message
