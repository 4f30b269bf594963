"""Bars that a service did not take: they go ahead of the next signal, oldest first, over every road that has HTTP."""

from __future__ import annotations

import threading
import unittest
from typing import Any
from unittest import mock

from stand_in import BAR_TYPE, Component, bar, until, wire_answer

from ml4t_client import Client
from ml4t_client.nautilus import Answer, Bus, Http, Refuse, Road, bar_feed
from ml4t_client.nautilus.asking import Asking
from ml4t_client.nautilus.question import Question
from scripted_service import Reply, ScriptedService, Sent, problem


def away() -> Reply:
    """As a service says that stops, longer than the client has."""
    reply = problem(503, "STOPPING")
    reply.headers["retry-after"] = "60"
    return reply


def taken(sent: Sent) -> Reply:
    return Reply(body=wire_answer(sent.json()) if sent.path == "/v1/signals" else {})


def question(i: int) -> Question:
    return Question.of_bar(bar(i), 1, 1.0, None, "")


class Outage:
    """A service that is away until it is told to come back, and what it took since."""

    def __init__(self) -> None:
        self.is_over = threading.Event()
        self.took: list[str | int] = []

    def respond(self, sent: Sent) -> Reply:
        if not self.is_over.is_set():
            self.is_over.wait(10)  # the call that runs meanwhile fails once the service is back
            return away()
        body = sent.json()
        self.took += [body["timestamp"]] if sent.path == "/v1/signals" else body["close"]
        return taken(sent)


def closes(*indexes: int) -> list[str | int]:
    return [str(bar(i).close) for i in indexes]


class BarsOfAnOutage(unittest.TestCase):
    def setUp(self) -> None:
        self.component = Component()
        self.answers: list[Answer] = []
        self.outage = Outage()

    def asking(self, road: Road) -> Asking:
        asks = Asking(self.component, road=road, last_resort=Refuse(), timeout_ms=2_000, warm_up=None)
        asks.start([BAR_TYPE])
        return asks

    def ask(self, asks: Asking, i: int) -> None:
        self.component.bars.append(bar(i))
        asks.ask(question(i), self.answers.append)
        self.component.clock.move_ms(0)

    def test_those_of_a_call_that_still_runs_go_ahead_of_the_next_signal(self) -> None:
        self.component.bars = [bar(0)]
        with ScriptedService(self.outage.respond) as service:
            asks = self.asking(Bus(Client(service.url), silent_ms=0))
            until(lambda: service.sent, self.component)  # bar 0 is under way, and will fail
            for i in (1, 2):
                self.ask(asks, i)
            self.outage.is_over.set()
            until(lambda: len(self.answers) == 2, self.component)
            self.ask(asks, 3)
            until(lambda: len(self.answers) == 3, self.component)
            asks.stop()
        times = [bar(i).ts_event for i in range(4)]
        expected = [*closes(0, 1), times[1], *closes(2), times[2], *closes(3), times[3]]
        self.assertEqual(self.outage.took, expected)

    def test_a_signal_whose_time_is_over_is_not_asked_about_and_its_bars_are_sent(self) -> None:
        with ScriptedService(self.outage.respond) as service:
            asks = self.asking(Bus(Client(service.url), silent_ms=0))
            self.ask(asks, 0)
            until(lambda: service.sent, self.component)
            self.ask(asks, 1)
            self.component.clock.move_ms(2_000)
            self.assertEqual([answer.via for answer in self.answers], ["last_resort"] * 2)
            self.ask(asks, 2)
            self.outage.is_over.set()
            until(lambda: len(self.answers) == 3, self.component)
            asks.stop()
        self.assertEqual(self.outage.took, [*closes(0, 1, 2), bar(2).ts_event])
        self.assertEqual(asks.counts, {"last_resort": 2, "http": 1})

    def test_history_that_a_venue_handed_out_goes_ahead_too(self) -> None:
        with ScriptedService(self.outage.respond) as service:
            asks = self.asking(Bus(Client(service.url), silent_ms=0))
            asks.on_historical_bars([bar(1), bar(0)])
            until(lambda: service.sent, self.component)
            self.outage.is_over.set()
            self.ask(asks, 2)
            until(lambda: self.answers, self.component)
            asks.stop()
        self.assertEqual(self.outage.took, [*closes(0, 1, 2), bar(2).ts_event])

    def test_no_more_wait_than_the_cache_of_the_node_keeps(self) -> None:
        self.component.capacity = 3
        replies: list[Any] = [away() for _ in range(5)]

        def respond(sent: Sent) -> Reply:
            return replies.pop() if replies else self.outage.respond(sent)

        self.outage.is_over.set()
        with ScriptedService(respond) as service:
            asks = self.asking(Http(Client(service.url)))
            for i in range(6):
                self.ask(asks, i)
        self.assertEqual(self.outage.took, [*closes(3, 4, 5), bar(5).ts_event])

    def test_many_go_in_requests_that_the_service_takes(self) -> None:
        self.outage.is_over.set()
        self.component.bars = [bar(i) for i in range(4)]
        with mock.patch.object(bar_feed, "_BATCH", 3), ScriptedService(self.outage.respond) as service:
            self.ask(self.asking(Http(Client(service.url))), 4)
        self.assertEqual([len(sent.json().get("close", [])) for sent in service.sent], [3, 2, 0])
        self.assertEqual(self.outage.took[:-1], closes(*range(5)))


if __name__ == "__main__":
    unittest.main()
