"""The stream, over connections that end. Skipped where websockets is not installed."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import socket
import threading
import unittest
from collections.abc import Iterator
from typing import Any, cast

from ml4t_client import Client, RefusedError
from ml4t_client.follower import BehindError, Follower, Numbered
from ml4t_client.testing import Decision, FakeService
from ml4t_client.types import Signal, ToldOutcome

if importlib.util.find_spec("websockets") is None:
    raise unittest.SkipTest("websockets is not installed")

T0 = 1_700_000_000_123_456_789


def signal_of(number: int) -> Signal:
    return {"instrument_id": "A", "signal": 1, "timestamp": T0, "signal_id": f"s{number}"}


def fake() -> FakeService:
    return FakeService(lambda _: Decision(take=True, size=0.5, confidence=0.6))


def answers_of(stream: Any) -> Iterator[tuple[int, str]]:
    for message in stream:
        if message["type"] == "enriched":
            yield message["seq"], message["enriched"]["signal_id"]


class Passing(unittest.TestCase):
    def test_what_was_missed_comes_first_and_everything_in_order(self) -> None:
        with fake() as service, Client(service.url) as client:
            for number in (1, 2, 3):
                client.signal(signal_of(number))
            client.outcome(cast(ToldOutcome, {"signal_id": "s1", "return": 0.01}))
            with client.stream(after={"enriched": 1, "outcome": 0}) as stream:
                messages = iter(stream)
                first = [next(messages) for _ in range(3)]
                client.signal(signal_of(4))
                client.halt("a test")
                first += [next(messages), next(messages)]
                self.assertEqual(stream.seq, {"enriched": 4, "outcome": 1})
        self.assertEqual(
            [(message["type"], message.get("seq")) for message in first],
            [("enriched", 2), ("enriched", 3), ("outcome", 1), ("enriched", 4), ("state", 1)],
        )

    def test_without_a_number_it_begins_with_what_happens_from_now_on(self) -> None:
        with fake() as service, Client(service.url) as client:
            client.signal(signal_of(1))
            with client.stream(["enriched", "state"]) as stream:
                threading.Timer(0.3, lambda: client.signal(signal_of(2))).start()
                self.assertEqual(next(answers_of(stream)), (2, "s2"))

    def test_nothing_is_missed_or_repeated_over_connections_that_end(self) -> None:
        n = 120
        with fake() as service, Client(service.url) as client:

            def ask() -> None:
                for number in range(1, n + 1):
                    client.signal(signal_of(number))
                    if number % 25 == 0:
                        service.disconnect()

            with client.stream(["enriched"], after={"enriched": 0}) as stream:
                asking = threading.Thread(target=ask)
                asking.start()
                passed = []
                for one in answers_of(stream):
                    passed.append(one)
                    if len(passed) == n:
                        break
                asking.join()
                self.assertGreater(stream.n_connections, 1)
                self.assertIsNotNone(stream.fault)
        self.assertEqual(passed, [(number, f"s{number}") for number in range(1, n + 1)])

    def test_answers_that_a_crash_took_back_are_named(self) -> None:
        with fake() as service, Client(service.url) as client, client.stream(after={"enriched": 0}) as stream:
            messages = iter(stream)
            for number in (1, 2, 3):
                client.signal(signal_of(number))
                next(messages)
            service.crash(n_lost=2)
            self.assertEqual(next(messages), {"type": "lost", "of": "enriched", "after": 1, "signal_ids": ["s2", "s3"]})
            client.signal(signal_of(2))
            self.assertEqual(next(answers_of(messages)), (2, "s2"))

    def test_also_when_their_numbers_were_given_again(self) -> None:
        with fake() as service, Client(service.url) as client, client.stream(after={"enriched": 0}) as stream:
            messages = iter(stream)
            for number in (1, 2, 3):
                client.signal(signal_of(number))
                next(messages)
            client.close()
            service.crash(n_lost=1)
            for number in (4, 5):
                client.signal(signal_of(number))
            self.assertEqual(next(messages), {"type": "lost", "of": "enriched", "after": 2, "signal_ids": ["s3"]})
            self.assertEqual([next(answers_of(messages)) for _ in range(2)], [(3, "s4"), (4, "s5")])

    def test_a_restart_that_lost_nothing_says_nothing(self) -> None:
        with fake() as service, Client(service.url) as client, client.stream(after={"enriched": 0}) as stream:
            messages = iter(stream)
            client.signal(signal_of(1))
            next(messages)
            service.crash()
            client.signal(signal_of(2))
            self.assertEqual(next(messages)["type"], "enriched")


class Failing(unittest.TestCase):
    def test_a_refusal_for_good_is_raised(self) -> None:
        with FakeService(lambda _: Decision(True, 1, 1), token="secret") as service, Client(service.url) as client:
            with self.assertRaises(RefusedError) as refused:
                next(iter(client.stream()))
            self.assertEqual(refused.exception.code, "UNAUTHORIZED")

    def test_a_service_that_is_silent_counts_as_lost(self) -> None:
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            stream = Client(f"http://127.0.0.1:{silent.getsockname()[1]}").stream(silence=0.1)
            threading.Timer(0.5, stream.close).start()
            self.assertEqual(list(stream), [])
            self.assertIn("timed out", str(stream.fault))

    def test_what_cannot_be_is_refused_before_a_connection(self) -> None:
        client = Client()
        cases: list[dict[str, Any]] = [
            {"types": []},
            {"types": ["answers"]},
            {"after": {"state": 1}},
            {"after": {"enriched": -1}},
            {"types": ["state"], "after": {"enriched": 1}},
            {"silence": 0},
        ]
        for wrong in cases:
            self.assertRaises(ValueError, client.stream, **wrong)


class Numbers(unittest.TestCase):
    """The follower alone, with a journal that the test holds."""

    def followed(self, follower: Follower, messages: list[Any], journal: list[str], n_empty: int = 0) -> list[Any]:
        passed: list[Any] = []
        for message in messages:
            steps, answer = follower.take(json.dumps(message)), None
            while True:
                try:
                    step: Any = steps.send(answer)
                except StopIteration:
                    break
                answer = None
                if isinstance(step, dict):
                    passed.append((step["type"], step.get("seq", step.get("after"))))
                elif not isinstance(step, float):
                    answer = [] if n_empty > 0 else self.page(step.path, journal)
                    n_empty -= 1
        return passed

    def page(self, path: str, journal: list[str]) -> list[Any]:
        after, limit = (int(part.partition("=")[2]) for part in path.partition("?")[2].split("&"))
        rows = [{"enriched": {"signal_id": name, "answer_hash": name}} for name in journal]
        return rows[after : after + limit]

    def enriched(self, seq: int) -> Any:
        return {"type": "enriched", "seq": seq, "enriched": {"signal_id": f"s{seq}", "answer_hash": f"s{seq}"}}

    def hello(self, seq: int, started: str = "now") -> Any:
        return {"type": "hello", "started": started, "seq": {"enriched": seq, "outcome": 0, "state": 0, "bars": 0}}

    def follower(self, after: dict[Numbered, int] | None = None) -> Follower:
        return Follower(["enriched"], after or {})

    def test_a_gap_between_messages_is_filled(self) -> None:
        journal = [f"s{seq}" for seq in range(1, 5001)]
        passed = self.followed(self.follower(), [self.hello(0), self.enriched(1), self.enriched(5000)], journal)
        self.assertEqual(passed, [("enriched", seq) for seq in range(1, 5001)])

    def test_a_message_that_came_by_the_journal_already_is_not_passed_on_again(self) -> None:
        journal = ["s1", "s2", "s3"]
        passed = self.followed(
            self.follower({"enriched": 0}), [self.hello(3), self.enriched(3), self.enriched(4)], journal
        )
        self.assertEqual(passed, [("enriched", seq) for seq in (1, 2, 3, 4)])

    def test_a_record_that_is_on_its_way_is_waited_for_but_not_for_ever(self) -> None:
        journal = ["s1"]
        messages = [self.hello(0), self.enriched(2)]
        self.assertEqual(
            self.followed(self.follower(), messages, journal, n_empty=3), [("enriched", 1), ("enriched", 2)]
        )
        with self.assertRaises(BehindError):
            self.followed(self.follower(), messages, [])

    def test_a_number_that_the_caller_brings_and_the_journal_lacks_is_lost(self) -> None:
        self.assertEqual(self.followed(self.follower({"enriched": 9}), [self.hello(4)], []), [("lost", 4)])


class OnALoop(unittest.IsolatedAsyncioTestCase):
    async def test_nothing_is_missed_or_repeated_over_connections_that_end(self) -> None:
        from ml4t_client import AsyncClient

        n = 60
        with fake() as service:
            async with AsyncClient(service.url) as client:

                async def ask() -> None:
                    for number in range(1, n + 1):
                        await client.signal(signal_of(number))
                        if number % 20 == 0:
                            service.disconnect()

                async with client.stream(["enriched"], after={"enriched": 0}) as stream:
                    asking = asyncio.create_task(ask())
                    passed = []
                    async for message in stream:
                        if message["type"] == "enriched":
                            passed.append((message["seq"], message["enriched"]["signal_id"]))
                        if len(passed) == n:
                            break
                    await asking
                    self.assertGreater(stream.n_connections, 1)
        self.assertEqual(passed, [(number, f"s{number}") for number in range(1, n + 1)])


if __name__ == "__main__":
    unittest.main()
