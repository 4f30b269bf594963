"""The client against a service that fails in every way. Runs by pytest, and by unittest without any package."""

from __future__ import annotations

import math
import socket
import unittest
from typing import cast

from ml4t_client import Client, ClientError, NoAnswerError, RefusedError
from ml4t_client.types import BarColumns, Prediction, Signal
from scripted_service import Reply, ScriptedService, Sent, problem

SIGNAL: Signal = {"instrument_id": "BTCUSDT.BINANCE", "signal": 1, "timestamp": 1_700_000_000_123_456_789}
BARS: BarColumns = {"ts_event": [1], "open": ["1.10"], "high": [2], "low": [1], "close": [2], "volume": [0]}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Sending(unittest.TestCase):
    def test_a_signal_goes_as_it_is_with_token_and_type(self) -> None:
        with (
            ScriptedService(lambda _: Reply(body={"take": True})) as service,
            Client(service.url, token="secret") as client,
        ):
            self.assertEqual(client.signal(SIGNAL, durable=True), {"take": True})
        sent = service.sent[0]
        self.assertEqual((sent.method, sent.path), ("POST", "/v1/signals?durable=true"))
        self.assertEqual(sent.json(), SIGNAL)
        self.assertEqual(sent.headers["authorization"], "Bearer secret")
        self.assertEqual(sent.headers["content-type"], "application/json")

    def test_a_column_that_is_no_number_is_sent_as_not_known(self) -> None:
        signal: Signal = {**SIGNAL, "features": {"a": math.nan, "b": math.inf, "c": 1.5, "d": None}}
        with ScriptedService(lambda _: Reply()) as service, Client(service.url) as client:
            client.signal(signal)
        self.assertEqual(service.sent[0].json()["features"], {"a": None, "b": None, "c": 1.5, "d": None})

    def test_any_other_number_that_is_none_is_an_error_and_not_sent(self) -> None:
        bars: BarColumns = {**BARS, "close": [math.nan]}
        with ScriptedService(lambda _: Reply()) as service, Client(service.url) as client:
            self.assertRaises(ValueError, client.add_bars, "BTCUSDT.BINANCE", bars)
        self.assertEqual(service.sent, [])

    def test_a_batch_is_answered_in_its_places(self) -> None:
        lines = b'{"take":true}\n{"error":{"code":"ID_CONFLICT","message":"m","line":2}}\n'
        with ScriptedService(lambda _: Reply(body=lines)) as service, Client(service.url) as client:
            answers = client.signals([SIGNAL, SIGNAL])
        self.assertEqual([list(answer) for answer in answers], [["take"], ["error"]])
        self.assertEqual(service.sent[0].headers["content-type"], "application/x-ndjson")
        self.assertEqual(service.sent[0].body.count(b"\n"), 1)

    def test_a_prediction_goes_to_its_own_road_and_so_does_a_batch(self) -> None:
        prediction: Prediction = {**SIGNAL, "probability": 0.62}
        replies = [Reply(body={"take": True}), Reply(body=b'{"take":true}\n{"take":false}\n')]
        with ScriptedService(lambda _: replies.pop(0)) as service, Client(service.url) as client:
            self.assertEqual(client.predict(prediction, durable=True), {"take": True})
            self.assertEqual(client.predictions([prediction, prediction]), [{"take": True}, {"take": False}])
        one, many = service.sent
        self.assertEqual((one.method, one.path), ("POST", "/v1/predictions?durable=true"))
        self.assertEqual(one.json(), prediction)
        self.assertEqual((many.path, many.headers["content-type"]), ("/v1/predictions", "application/x-ndjson"))

    def test_a_probability_that_is_no_number_is_an_error_and_not_sent(self) -> None:
        with ScriptedService(lambda _: Reply()) as service, Client(service.url) as client:
            self.assertRaises(ValueError, client.predict, {**SIGNAL, "probability": math.nan})
        self.assertEqual(service.sent, [])

    def test_names_are_quoted_in_paths(self) -> None:
        with ScriptedService(lambda _: Reply()) as service, Client(service.url) as client:
            client.add_bars("EUR/USD.SIM", BARS, bar_type="EUR/USD.SIM-1-MINUTE-BID-EXTERNAL")
        self.assertEqual(service.sent[0].path, "/v1/bars/EUR%2FUSD.SIM?bar_type=EUR%2FUSD.SIM-1-MINUTE-BID-EXTERNAL")

    def test_64_bit_integers_come_back_without_loss(self) -> None:
        with ScriptedService(lambda _: Reply(body=b'{"last_bar_ts":1700000059999999999}')) as service:
            answer = Client(service.url).signal(SIGNAL)
        self.assertEqual(answer["last_bar_ts"], 1_700_000_059_999_999_999)

    def test_a_connection_is_kept(self) -> None:
        with ScriptedService(lambda _: Reply()) as service, Client(service.url) as client:
            for _ in range(5):
                client.status()
            self.assertEqual(service.n_connections, 1)


class Retrying(unittest.TestCase):
    def test_a_busy_service_is_asked_again_with_the_same_signal(self) -> None:
        replies = [problem(503, "JOURNAL_BUSY"), problem(429, "OVERLOADED"), Reply(body={"take": False})]
        with ScriptedService(lambda _: replies.pop(0)) as service, Client(service.url) as client:
            self.assertEqual(client.signal(SIGNAL), {"take": False})
        self.assertEqual(len({sent.body for sent in service.sent}), 1)
        self.assertEqual(len(service.sent), 3)

    def test_a_lost_connection_is_tried_again(self) -> None:
        replies = [Reply(drop=True), Reply(drop=True), Reply(body={"take": False})]
        with ScriptedService(lambda _: replies.pop(0)) as service, Client(service.url) as client:
            self.assertEqual(client.signal(SIGNAL), {"take": False})

    def test_a_kept_connection_that_has_ended_is_replaced_at_once(self) -> None:
        n_asked = 0

        def respond(_: Sent) -> Reply:
            nonlocal n_asked
            n_asked += 1
            return Reply(headers={"connection": "close"} if n_asked == 1 else {})

        with ScriptedService(respond) as service, Client(service.url) as client:
            client.status()
            client.status()
        self.assertEqual(service.n_connections, 2)

    def test_it_ends_with_the_refusal_when_the_time_is_over(self) -> None:
        full = problem(503, "JOURNAL_FULL")
        with ScriptedService(lambda _: full) as service, self.assertRaises(RefusedError) as raised:
            Client(service.url, timeout=0.2).signal(SIGNAL)
        self.assertEqual(raised.exception.code, "JOURNAL_FULL")
        self.assertIn("make room on the disk", str(raised.exception))
        self.assertGreater(len(service.sent), 1)

    def test_a_refusal_for_good_is_not_tried_again(self) -> None:
        with ScriptedService(lambda _: problem(409, "ID_CONFLICT")) as service:
            self.assertRaises(RefusedError, Client(service.url).signal, SIGNAL)
        self.assertEqual(len(service.sent), 1)

    def test_what_could_undo_something_is_sent_once_and_over_a_connection_of_its_own(self) -> None:
        replies = [Reply(), Reply(drop=True), problem(503, "JOURNAL_BUSY")]
        with ScriptedService(lambda _: replies.pop(0)) as service, Client(service.url) as client:
            client.status()
            with self.assertRaises(NoAnswerError) as raised:
                client.resume()
            self.assertRaises(RefusedError, client.retrain)
            self.assertEqual((len(service.sent), service.n_connections), (3, 3))
        self.assertFalse(raised.exception.is_repeatable)
        self.assertIn("look before you ask again", str(raised.exception))

    def test_a_halt_is_sent_until_it_is_taken(self) -> None:
        replies = [Reply(drop=True), problem(503, "JOURNAL_BUSY"), Reply(body={"halted": True})]
        with ScriptedService(lambda _: replies.pop(0)) as service, Client(service.url) as client:
            self.assertEqual(client.halt("a reason"), {"halted": True})
        self.assertEqual([sent.json() for sent in service.sent], [{"reason": "a reason"}] * 3)

    def test_not_ready_is_an_answer(self) -> None:
        with ScriptedService(lambda _: Reply(503, {"ready": False})) as service, Client(service.url) as client:
            self.assertEqual(client.readiness(), {"ready": False})


class Failing(unittest.TestCase):
    def test_a_refusal_says_what_where_and_what_to_do(self) -> None:
        reply = problem(422, "NOT_ENOUGH_BARS", "bars must be at least 100, was 3", field="bars")
        with ScriptedService(lambda _: reply) as service, self.assertRaises(RefusedError) as raised:
            Client(service.url).signal(SIGNAL)
        error = raised.exception
        self.assertEqual((error.status, error.code, error.field), (422, "NOT_ENOUGH_BARS", "bars"))
        self.assertIn("bars must be at least 100, was 3; send at least 100 bars", str(error))

    def test_an_answer_of_something_else_names_the_url(self) -> None:
        with ScriptedService(lambda _: Reply(404, b"<html>")) as service, self.assertRaises(RefusedError) as raised:
            Client(service.url).status()
        self.assertEqual(raised.exception.code, "HTTP")
        self.assertIn("is the url right", str(raised.exception))

    def test_a_service_that_is_not_there_says_how_to_start_it(self) -> None:
        client = Client(f"http://127.0.0.1:{free_port()}", timeout=0.1)
        with self.assertRaises(NoAnswerError) as raised:
            client.status()
        self.assertIn("start the service (ml4t serve)", str(raised.exception))
        self.assertIsInstance(raised.exception, ClientError)

    def test_a_service_that_never_answers_ends_in_time(self) -> None:
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            client = Client(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.1)
            self.assertRaises(NoAnswerError, client.status)

    def test_what_cannot_be_a_url_or_a_timeout_is_refused_before_any_call(self) -> None:
        for url in ("127.0.0.1:8787", "ftp://x", "http://x/v1", ""):
            self.assertRaises(ValueError, Client, url)
        for timeout in (0, -1, math.nan):
            self.assertRaises(ValueError, Client, timeout=timeout)

    def test_every_remedy_is_of_a_code_that_the_service_has(self) -> None:
        from typing import get_args, get_type_hints

        from ml4t_client.errors import REMEDIES
        from ml4t_client.types import Problem

        codes = set(cast(tuple[str, ...], get_args(get_type_hints(Problem)["code"])))
        self.assertEqual(set(REMEDIES) - codes, set())


if __name__ == "__main__":
    unittest.main()
