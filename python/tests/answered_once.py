"""Asks a service that is killed meanwhile: `python answered_once.py URL N_CALLS`. Each id has one answer, everywhere.

Half of the calls come from threads that share a client, half from tasks of an event loop; a stream follows all of them.
Each call waits for its record (`durable`). Says how many calls were answered, a line for each hundredth of them.
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


def by_threads(client: Client, numbers: range, tally: Tally) -> None:
    with ThreadPoolExecutor(N_THREADS) as pool:
        for answer in pool.map(lambda number: client.signal(signal_of(number), durable=True), numbers):
            tally.add(answer)


async def by_tasks(url: str, numbers: range, tally: Tally) -> None:
    left = iter(numbers)

    async def ask(client: AsyncClient) -> None:
        for number in left:
            tally.add(await client.signal(signal_of(number), durable=True))

    async with AsyncClient(url, timeout=PATIENCE, max_connections=N_TASKS) as client:
        await asyncio.gather(*(ask(client) for _ in range(N_TASKS)))


def follow(client: Client, n_calls: int, passed: list[tuple[int, str]]) -> None:
    with client.stream(["enriched"], after={"enriched": 0}) as stream:
        for message in stream:
            assert message["type"] == "enriched", f"lost what was on disk: {message}"
            passed.append((message["seq"], message["enriched"]["answer_hash"]))
            if len(passed) == n_calls:
                return


def recorded(client: Client) -> Iterator[EnrichedSignal]:
    after = 0
    while page := client.recorded_signals(after_seq=after, limit=PAGE):
        yield from (cast(EnrichedSignal, row["enriched"]) for row in page)
        after += len(page)


def main(url: str, n_calls: int) -> None:
    tally, passed = Tally(n_calls), list[tuple[int, str]]()
    with Client(url, timeout=PATIENCE) as client:
        client.add_bars("KILLED.TEST", BARS, durable=True)
        following = threading.Thread(target=follow, args=(client, n_calls, passed), daemon=True)
        asking = threading.Thread(target=by_threads, args=(client, range(n_calls // 2), tally))
        following.start()
        asking.start()
        asyncio.run(by_tasks(url, range(n_calls // 2, n_calls), tally))
        asking.join()
        following.join(PATIENCE)

        journal = [(answer["signal_id"], answer["answer_hash"], answer.get("seq")) for answer in recorded(client)]
        told = {name: (answer["answer_hash"], answer.get("seq")) for name, answer in tally.answers.items()}
        assert set(told) == {f"call {number}" for number in range(n_calls)}, "a call was not answered"
        assert [seq for _, _, seq in journal] == list(range(1, n_calls + 1)), "an id is recorded twice, or not at all"
        assert {name: (answer_hash, seq) for name, answer_hash, seq in journal} == told, "another answer is recorded"
        assert passed == [(seq, answer_hash) for _, answer_hash, seq in journal], "the stream passed on something else"
        for first in range(0, n_calls, PAGE):
            again = client.signals(signal_of(number) for number in range(first, min(first + PAGE, n_calls)))
            for answer in cast(list[EnrichedSignal], again):
                assert answer["duplicate"], f"judged twice: {answer['signal_id']}"
                assert (answer["answer_hash"], answer.get("seq")) == told[answer["signal_id"]], "different answers"
    print(json.dumps({"n_calls": n_calls, "n_repeats": tally.n_repeats}))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
