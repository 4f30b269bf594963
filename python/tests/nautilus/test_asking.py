"""Asking about signals, with a clock that the test moves; in every generation of NautilusTrader."""

from __future__ import annotations

import dataclasses
import threading
import unittest
from types import SimpleNamespace
from typing import Any

from stand_in import BAR_TYPE, Component, bar, until, wire_answer

from ml4t_client import Client, ClientError
from ml4t_client.answer import from_node, from_wire
from ml4t_client.nautilus import Answer, Bus, EnrichedSignal, Fail, FixedSize, Http, LastResort, Refuse, Replayed, Road
from ml4t_client.nautilus.asking import Asking
from ml4t_client.nautilus.question import Question
from scripted_service import Reply, ScriptedService, Sent, problem

SELL = Question.of_bar(bar(0), -1, 1.0, None, "")


def asking(component: Component, road: Road, last_resort: LastResort, **settings: Any) -> Asking:
    begun = Asking(component, road=road, last_resort=last_resort, **{"timeout_ms": 2_000, "warm_up": None, **settings})
    begun.start([BAR_TYPE])
    return begun


def node_answer(question: Question, **said: Any) -> Any:
    """What a node makes of `wire_answer`."""
    wire = wire_answer({**question.wire()})
    factors = {f"size_{name}": value for name, value in wire["size_factors"].items()}
    names = set(EnrichedSignal().to_dict()) - {"type", "ts_event", "ts_init", "instrument_id", *factors}
    own = {name: wire[name] for name in names & set(wire) if wire[name] is not None}
    fields = {**own, **factors, "decision_available": True, "instrument_id": question.instrument_id}
    at = {"ts_event": question.ts_event, "ts_init": question.ts_event}
    return EnrichedSignal(**at, **{**fields, "signal": question.signal, **said})


class OverTheBus(unittest.TestCase):
    def setUp(self) -> None:
        self.component = Component()
        self.answers: list[Answer] = []

    def test_a_question_is_published_and_answered_once(self) -> None:
        asks = asking(self.component, Bus(None), Refuse())
        asks.ask(SELL, self.answers.append)
        (signal,) = self.component.published
        self.assertEqual((signal.signal_id, signal.signal, signal.ts_event), (SELL.signal_id, -1, SELL.ts_event))
        for _ in range(2):
            asks.on_data(node_answer(SELL))
        self.component.clock.move_ms(5_000)
        (answer,) = self.answers
        self.assertEqual((answer.via, answer.take(), answer.size()), ("bus", True, -0.5))
        self.assertEqual(asks.counts, {"bus": 1, "unasked": 1})
        self.assertEqual(self.component.clock.timers, {}, "a timer runs although nothing waits")

    def test_answers_of_others_are_left(self) -> None:
        asks = asking(self.component, Bus(None), Refuse())
        asks.on_data(node_answer(SELL))
        asks.on_data("of something else")
        self.assertEqual(asks.counts, {"unasked": 1})

    def test_an_answer_is_the_same_over_both_roads(self) -> None:
        over_http = from_wire(wire_answer({**SELL.wire()}), "http")  # type: ignore[arg-type]
        over_bus = from_node(node_answer(SELL), "bus")
        self.assertEqual(dataclasses.replace(over_bus, via="http"), over_http)

    def test_what_stands_for_nothing_is_none(self) -> None:
        read = from_node(EnrichedSignal(ts_event=1, ts_init=1, take_reason="no_model", size=0.13), "bus")
        self.assertIsNone(read.decision)
        self.assertEqual((read.take(), read.size()), (False, 0.0))
        unknown = (
            "raw_confidence",
            "base_rate",
            "break_even",
            "expected_r",
            "cost_bps",
            "risk_distance",
            "last_bar_ts",
        )
        self.assertEqual([getattr(read, name) for name in unknown], [None] * len(unknown))

    def test_without_http_a_silent_bus_means_the_last_resort(self) -> None:
        for last_resort, take, size in ((Refuse(), False, 0.0), (FixedSize(0.02), True, -0.02)):
            component, answers = Component(), list[Answer]()
            asks = asking(component, Bus(None), last_resort)
            asks.ask(SELL, answers.append)
            component.clock.move_ms(1_999)
            self.assertEqual(answers, [])
            component.clock.move_ms(1)
            (answer,) = answers
            self.assertEqual((answer.via, answer.take(), answer.size()), ("last_resort", take, size))
            self.assertEqual(answer.reason, "no answer within 2000 ms")
            self.assertEqual(len(component.warnings), 1)
            asks.on_data(node_answer(SELL))
            self.assertEqual(len(answers), 1, "answered twice")

    def test_http_is_asked_where_the_bus_is_silent_with_bars_first(self) -> None:
        self.component.bars = [bar(0), bar(1)]
        with ScriptedService(self._respond) as service:
            asks = asking(self.component, Bus(Client(service.url)), Refuse())
            until(lambda: len(service.sent) == 1, self.component)  # the warm-up from the cache
            self.component.bars.append(bar(2))
            asks.ask(SELL, self.answers.append)
            self.component.clock.move_ms(399)
            self.assertEqual(len(service.sent), 1)
            self.component.clock.move_ms(1)
            until(lambda: self.answers, self.component)
            asks.stop()
        warm_up, bars, signal = service.sent
        self.assertEqual(warm_up.json()["close"], ["100.10", "101.10"])
        self.assertEqual(bars.json()["close"], ["102.10"])
        self.assertEqual(bars.json()["volume"], ["12.345000"])
        self.assertEqual(signal.json()["signal_id"], SELL.signal_id)
        self.assertEqual(self.answers[0].via, "http")

    def test_the_first_of_two_answers_counts(self) -> None:
        may_answer = threading.Event()

        def respond(sent: Sent) -> Reply:
            may_answer.wait(5)
            return self._respond(sent)

        with ScriptedService(respond) as service:
            asks = asking(self.component, Bus(Client(service.url)), Refuse())
            asks.ask(SELL, self.answers.append)
            self.component.clock.move_ms(400)
            until(lambda: service.sent, self.component)
            asks.on_data(node_answer(SELL))
            may_answer.set()
            asks.stop()
        self.assertEqual([answer.via for answer in self.answers], ["bus"])

    def test_a_service_that_refuses_means_the_last_resort_with_its_words(self) -> None:
        with ScriptedService(lambda _: problem(422, "FUTURE_TIMESTAMP", "the time lies ahead")) as service:
            asks = asking(self.component, Bus(Client(service.url), silent_ms=0), Refuse())
            asks.ask(SELL, self.answers.append)
            self.component.clock.move_ms(0)
            until(lambda: self.answers, self.component)
            asks.stop()
        self.assertIn("the time lies ahead", self.answers[0].reason or "")

    def test_what_waits_at_the_end_gets_the_last_resort(self) -> None:
        asks = asking(self.component, Bus(None), Refuse())
        asks.ask(SELL, self.answers.append)
        asks.stop()
        self.assertEqual([answer.via for answer in self.answers], ["last_resort"])

    def test_the_same_signal_does_not_wait_twice(self) -> None:
        asks = asking(self.component, Bus(None), Refuse())
        asks.ask(SELL, self.answers.append)
        self.assertRaisesRegex(ValueError, "waits already", asks.ask, SELL, self.answers.append)

    def test_what_does_not_fit_a_live_node_is_refused(self) -> None:
        for settings in ({"road": Bus(None), "last_resort": Fail()}, {"road": Bus(None, silent_ms=2_000)}):
            made = {"last_resort": Refuse(), "timeout_ms": 2_000, "warm_up": None, **settings}
            self.assertRaises(ValueError, Asking, self.component, **made)
        self.assertRaises(ValueError, FixedSize, 0)
        self.assertRaises(ValueError, FixedSize, 1.5)

    @staticmethod
    def _respond(sent: Sent) -> Reply:
        return Reply(body=wire_answer(sent.json()) if sent.path == "/v1/signals" else {})


class InABacktest(unittest.TestCase):
    def setUp(self) -> None:
        self.component = Component()
        self.answers: list[Answer] = []

    def test_http_answers_at_once_by_the_bars_so_far_and_sends_the_rest_at_the_end(self) -> None:
        with ScriptedService(OverTheBus._respond) as service:
            asks = asking(self.component, Http(Client(service.url)), Fail())
            for i in range(4):
                self.component.bars.append(bar(i))
                if i == 2:
                    asks.ask(Question.of_bar(bar(2), 1, 0.5, {"funding": 0.1}, "mine"), self.answers.append)
                    self.assertEqual(self.answers[0].via, "http")
            asks.stop()
        paths = [sent.path.split("?")[0] for sent in service.sent]
        self.assertEqual(paths, ["/v1/bars/BTCUSDT.BINANCE", "/v1/signals", "/v1/bars/BTCUSDT.BINANCE"])
        self.assertEqual(len(service.sent[0].json()["close"]), 3)
        self.assertEqual(service.sent[2].json()["close"], ["103.10"])
        signal = service.sent[1].json()
        self.assertEqual((signal["signal_id"], signal["strength"], signal["features"]), ("mine", 0.5, {"funding": 0.1}))

    def test_bars_that_did_not_arrive_are_sent_again_and_refused_ones_are_not(self) -> None:
        stopping = problem(503, "STOPPING")
        stopping.headers["retry-after"] = "60"  # longer than the client has
        replies = [stopping, problem(422, "FUTURE_TIMESTAMP")]
        tried = []

        def respond(sent: Sent) -> Reply:
            if sent.path == "/v1/signals":
                return OverTheBus._respond(sent)
            tried.append(sent.json()["close"])
            return replies.pop(0) if replies else Reply()

        with ScriptedService(respond) as service:
            asks = asking(self.component, Http(Client(service.url)), Refuse())
            for i in range(3):
                self.component.bars.append(bar(i))
                asks.ask(Question.of_bar(bar(i), 1, 1.0, None, ""), self.answers.append)
        self.assertEqual(tried, [["100.10"], ["100.10", "101.10"], ["102.10"]])
        self.assertEqual([answer.via for answer in self.answers], ["last_resort", "last_resort", "http"])

    def test_fail_is_an_error_in_the_handler(self) -> None:
        with ScriptedService(lambda _: problem(422, "NOT_ENOUGH_BARS")) as service:
            asks = asking(self.component, Http(Client(service.url)), Fail())
            self.assertRaises(ClientError, asks.ask, SELL, self.answers.append)

    def test_a_service_that_is_away_at_the_end_is_an_error_only_where_one_is_asked_for(self) -> None:
        self.component.bars = [bar(0)]
        with ScriptedService(lambda _: problem(409, "INTERNAL")) as service:
            asking(self.component, Http(Client(service.url)), Refuse()).stop()
            self.assertEqual(len(self.component.warnings), 1)
            self.assertRaises(ClientError, asking(self.component, Http(Client(service.url)), Fail()).stop)

    def test_replayed_answers_are_found_by_id_or_by_instrument_time_and_signal(self) -> None:
        unnamed = node_answer(SELL, signal_id="of a file", bar_type="")
        for answer in (node_answer(SELL), unnamed, SimpleNamespace(data=unnamed)):
            answers: list[Answer] = []
            asking(self.component, Replayed([answer]), Fail()).ask(SELL, answers.append)
            self.assertEqual((answers[0].via, answers[0].size()), ("replay", -0.5))
        other = node_answer(Question.of_bar(bar(1), -1, 1.0, None, ""))
        self.assertRaises(ClientError, asking(self.component, Replayed([other]), Fail()).ask, SELL, self.answers.append)

    def test_fills_are_told_as_the_gross_return_in_the_direction_of_the_signal(self) -> None:
        conflict = False

        def respond(sent: Sent) -> Reply:
            if sent.path == "/v1/outcomes" and conflict:
                return problem(409, "OUTCOME_CONFLICT")
            return OverTheBus._respond(sent)

        closed = {"avg_px_open": 100.0, "avg_px_close": 98.0, "ts_closed": 1_700_000_100_000_000_000}
        with ScriptedService(respond) as service:
            asks = asking(self.component, Http(Client(service.url)), Fail())
            asks.ask(SELL, self.answers.append)
            for order in ("O-1", "O-2"):
                asks.note_order(order, self.answers[0])
            asks.on_position_closed(SimpleNamespace(opening_order_id="O-1", **closed))
            told = service.sent[-1].json()
            conflict = True
            asks.on_position_closed(SimpleNamespace(opening_order_id="O-2", **closed))
            n_sent = len(service.sent)
            asks.on_position_closed(SimpleNamespace(opening_order_id="O-1", **closed))
            asks.on_position_closed(SimpleNamespace(opening_order_id="of another", **closed))
            self.assertEqual(len(service.sent), n_sent, "told twice, or of a trade that no answer led to")
        self.assertEqual((told["signal_id"], told["ts_exit"]), (SELL.signal_id, closed["ts_closed"]))
        self.assertAlmostEqual(told["return"], 0.02)
        self.assertEqual((asks.counts["outcomes"], asks.counts["outcomes_refused"]), (1, 1))
        self.assertIn("OUTCOME_CONFLICT", self.component.warnings[-1])

    def test_orders_whose_position_is_open_at_the_stop_are_counted_and_said(self) -> None:
        with ScriptedService(OverTheBus._respond) as service:
            asks = asking(self.component, Http(Client(service.url)), Fail())
            asks.ask(SELL, self.answers.append)
            asks.note_order("O-1", self.answers[0])
            asks.stop()
            closed = {"avg_px_open": 100.0, "avg_px_close": 98.0, "ts_closed": 1_700_000_100_000_000_000}
            asks.on_position_closed(SimpleNamespace(opening_order_id="O-1", **closed))
        self.assertEqual([sent.path for sent in service.sent], ["/v1/signals"], "told after the stop")
        self.assertEqual(asks.counts, {"http": 1, "outcomes_untold": 1})
        (warning,) = self.component.warnings
        self.assertIn(SELL.signal_id, warning)
        self.assertIn("barriers", warning)


class Questions(unittest.TestCase):
    def test_the_id_is_that_of_the_service(self) -> None:
        expected = f"BTCUSDT.BINANCE:{BAR_TYPE}:{SELL.ts_event}:-1"
        self.assertEqual((SELL.signal_id, SELL.wire()["signal_id"], SELL.node_signal(0).signal_id), (expected,) * 3)

    def test_what_cannot_be_a_signal_is_refused(self) -> None:
        for signal, strength in ((2, 1.0), (0.4, 1.0), (1, 0.0), (1, 1.1)):
            self.assertRaises(ValueError, Question.of_bar, bar(0), signal, strength, None, "")

    def test_a_probability_goes_over_both_roads_and_minus_one_is_none_in_the_class(self) -> None:
        for probability, of_node in ((0.62, 0.62), (0, 0.0), (None, -1.0)):
            question = Question.of_bar(bar(0), 1, 1.0, None, "", probability)
            self.assertEqual(question.node_signal(0).probability, of_node)
            self.assertEqual(question.wire().get("probability"), probability)
        for probability in (62, -1.0, float("nan")):
            self.assertRaises(ValueError, Question.of_bar, bar(0), 1, 1.0, None, "", probability)

    def test_columns_go_as_json_and_what_is_no_number_as_not_known(self) -> None:
        question = Question.of_bar(bar(0), 1, 1.0, {"a": float("nan"), "b": 2}, "")
        self.assertEqual(question.node_signal(0).features, '{"a": null, "b": 2.0}')
        self.assertEqual(question.wire()["features"], {"a": None, "b": 2.0})


if __name__ == "__main__":
    unittest.main()
