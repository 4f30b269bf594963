"""Asks a service that is killed meanwhile: `python answered_once.py URL N_CALLS durable|fast`. Each id has one answer.

Half of the calls come from threads that share a client, half from tasks of an event loop; a stream follows all of them.
`durable` answers wait for their records, so nothing may ever be taken back. Records of `fast` ones may be lost: the
stream has to name those that it passed on, and asked again, each id gets the answer that it had. Says how many calls
were answered, a line for each hundredth of them.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import cast

from ml4t_client import AsyncClient, Client
from ml4t_client.types import EnrichedSignal, Signal
from service_contract import BARS, LAST

N_THREADS = 4
N_TASKS = 8
PAGE = 1000
#: Seconds for a call, or between two messages of the stream: more than the service is away.
PATIENCE = 120.0


class Tally:
    """The answers as they came, by id."""

    def __init__(self, n_calls: int) -> None:
        self.answers: dict[str, EnrichedSignal] = {}
        self.n_repeats = 0
        self._n_calls = n_calls
        self._lock = threading.Lock()

    def add(self, answer: EnrichedSignal) -> None:
        """Raises AssertionError for the second answer of an id."""
        with self._lock:
            assert answer["signal_id"] not in self.answers, f"two answers: {answer['signal_id']}"
            self.answers[answer["signal_id"]] = answer
            self.n_repeats += answer["duplicate"]
            if len(self.answers) % max(1, self._n_calls // 100) == 0:
                print(len(self.answers), flush=True)  # noqa: T201


def signal_of(number: int) -> Signal:
    return {
        "instrument_id": "KILLED.TEST",
        "signal": 1 if number % 2 == 0 else -1,
        "timestamp": LAST,
        "strength": (number % 97 + 1) / 97,
        "signal_id": f"call {number}",
    }


def by_threads(client: Client, numbers: range, durable: bool, tally: Tally) -> None:
    with ThreadPoolExecutor(N_THREADS) as pool:
        for answer in pool.map(lambda number: client.signal(signal_of(number), durable=durable), numbers):
            tally.add(answer)


async def by_tasks(url: str, numbers: range, durable: bool, tally: Tally) -> None:
    left = iter(numbers)

    async def ask(client: AsyncClient) -> None:
        for number in left:
            tally.add(await client.signal(signal_of(number), durable=durable))

    async with AsyncClient(url, timeout=PATIENCE, max_connections=N_TASKS) as client:
        await asyncio.gather(*(ask(client) for _ in range(N_TASKS)))


class Follower:
    """What a stream has passed on, less what it said is lost."""

    def __init__(self, client: Client, n_calls: int) -> None:
        self.passed: list[EnrichedSignal] = []
        self.n_lost = 0
        self._stream = client.stream(["enriched"], after={"enriched": 0})
        self._n_calls = n_calls

    def run(self) -> None:
        """Follows until every call is there."""
        with self._stream as stream:
            for message in stream:
                if message["type"] == "lost":
                    taken_back = [answer["signal_id"] for answer in self.passed[message["after"] :]]
                    assert message.get("signal_ids") == taken_back, f"{message} is not {taken_back}"
                    self.n_lost += len(taken_back)
                    del self.passed[message["after"] :]
                elif message["type"] == "enriched":
                    self.passed.append(cast(EnrichedSignal, message["enriched"]))
                    assert message["seq"] == len(self.passed), f"{message['seq']} came after {len(self.passed) - 1}"
                if len(self.passed) == self._n_calls:
                    return


def recorded(client: Client) -> Iterator[EnrichedSignal]:
    after = 0
    while page := client.recorded_signals(after_seq=after, limit=PAGE):
        yield from (cast(EnrichedSignal, row["enriched"]) for row in page)
        after += len(page)


def ask_again(client: Client, n_calls: int) -> Iterator[EnrichedSignal]:
    for first in range(0, n_calls, PAGE):
        signals = (signal_of(number) for number in range(first, min(first + PAGE, n_calls)))
        yield from cast(list[EnrichedSignal], client.signals(signals, durable=True))


def main(url: str, n_calls: int, durable: bool) -> None:
    tally = Tally(n_calls)
    with Client(url, timeout=PATIENCE) as client:
        client.add_bars("KILLED.TEST", BARS, durable=True)
        follower = Follower(client, n_calls)
        following = threading.Thread(target=follower.run, daemon=True)
        asking = threading.Thread(target=by_threads, args=(client, range(n_calls // 2), durable, tally))
        following.start()
        asking.start()
        asyncio.run(by_tasks(url, range(n_calls // 2, n_calls), durable, tally))
        asking.join()

        told = {name: answer["answer_hash"] for name, answer in tally.answers.items()}
        assert set(told) == {f"call {number}" for number in range(n_calls)}, "a call was not answered"
        n_anew = 0
        for answer in ask_again(client, n_calls):
            assert answer["answer_hash"] == told[answer["signal_id"]], f"different answers: {answer['signal_id']}"
            n_anew += not answer["duplicate"]
        assert not (durable and n_anew), f"{n_anew} were judged twice"

        journal = [(answer["signal_id"], answer["answer_hash"], answer.get("seq")) for answer in recorded(client)]
        assert [seq for _, _, seq in journal] == list(range(1, n_calls + 1)), "an id is recorded twice, or not at all"
        assert {name: answer_hash for name, answer_hash, _ in journal} == told, "another answer is recorded"
        following.join(PATIENCE)
        assert [(one["signal_id"], one["answer_hash"], one.get("seq")) for one in follower.passed] == journal, (
            "the stream"
        )
        assert not (durable and follower.n_lost), "the stream took back what was on disk"
    counts = {"n_calls": n_calls, "n_repeats": tally.n_repeats, "n_anew": n_anew, "n_lost": follower.n_lost}
    print(json.dumps(counts))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), {"durable": True, "fast": False}[sys.argv[3]])
