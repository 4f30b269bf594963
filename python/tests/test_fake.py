"""The fake service keeps the contract of the real one, and goes wrong when a test says so."""

from __future__ import annotations

import json
import unittest
from typing import Any, get_type_hints
from urllib.request import urlopen

from ml4t_client import Client, RefusedError
from ml4t_client.operations import OPERATIONS
from ml4t_client.testing import Decision, FakeService
from ml4t_client.testing.memory import Memory
from ml4t_client.testing.models import Models
from ml4t_client.testing.routes import Routes
from ml4t_client.types import DecisionRow, Prediction, Signal
from service_contract import Blocking, check_service

TAKEN = Decision(take=True, size=0.5, confidence=0.62)
SIGNAL: Signal = {"instrument_id": "BTCUSDT.BINANCE", "signal": 1, "timestamp": 1_700_000_000_123_456_789}


def by_side(signal: Signal | Prediction) -> Decision:
    return TAKEN if int(signal["signal"]) > 0 else Decision(take=False, size=0, confidence=0.4)


class Fake(unittest.TestCase):
    def test_keeps_the_contract(self) -> None:
        with FakeService(by_side, token="secret") as service, Client(service.url, token="secret") as client:
            check_service(self, client, "SYNC.TEST")

    def test_keeps_it_on_an_event_loop(self) -> None:
        try:
            from ml4t_client import AsyncClient
        except ModuleNotFoundError as fault:
            raise unittest.SkipTest(str(fault)) from None
        with FakeService(by_side) as service:
            client: Any = Blocking(AsyncClient(service.url))
            check_service(self, client, "ASYNC.TEST")
            client.end()

    def test_answers_every_operation(self) -> None:
        memory = Memory(by_side, lambda _: None)
        self.assertEqual({*Routes(memory, Models(memory)).handlers, "stream"}, set(OPERATIONS))

    def test_says_what_the_test_decides(self) -> None:
        with FakeService(by_side) as service, Client(service.url) as client:
            buy, sell = client.signal(SIGNAL), client.signal({**SIGNAL, "signal": -1})
        self.assertEqual((buy["take"], buy["size"], buy["meta_confidence"]), (True, 0.5, 0.62))
        self.assertEqual((sell["take"], sell["take_reason"], sell["size"]), (False, "below_break_even", 0))
        self.assertEqual([answer["signal_id"] for answer in service.answers], [buy["signal_id"], sell["signal_id"]])

    def test_exports_what_it_answered(self) -> None:
        with FakeService(by_side) as service, Client(service.url) as client:
            answers = [client.signal({**SIGNAL, "signal": side}) for side in (1, -1, 0)]
            with urlopen(f"{service.url}/v1/export/decisions?after_seq=1") as response:
                rows = [json.loads(line) for line in response]
        self.assertEqual([row["signal_id"] for row in rows], [answer["signal_id"] for answer in answers[1:]])
        self.assertEqual(set(rows[0]), set(get_type_hints(DecisionRow)))

    def test_wants_its_token(self) -> None:
        with FakeService(by_side, token="secret") as service, Client(service.url) as client:
            self.assertRaises(RefusedError, client.status)
            self.assertEqual(client.health(), {"alive": True})

    def test_goes_wrong_when_it_is_told_to(self) -> None:
        with FakeService(by_side) as service, Client(service.url) as client:
            service.faults.refuse(503, "JOURNAL_BUSY", times=2)
            service.faults.lose_answers()
            answer = client.signal(SIGNAL)
            self.assertTrue(answer["duplicate"], "the answer that was lost was not recorded")
            self.assertEqual(len(service.answers), 1)
            self.assertRaises(ValueError, service.faults.refuse, 400, "NO_SUCH_CODE")

    def test_a_decision_that_fails_is_seen_by_the_caller(self) -> None:
        wrong_side = Decision(take=True, size=-0.5, confidence=0.6)
        with FakeService(lambda _: wrong_side) as service, Client(service.url) as client:
            with self.assertRaisesRegex(RefusedError, "size has the sign of the signal"):
                client.signal(SIGNAL)
            self.assertEqual(service.answers, [])

    def test_retrains_promotes_and_takes_back(self) -> None:
        with FakeService(by_side) as service, Client(service.url) as client:
            self.assertEqual(client.retrain(instrument_id="A")["model_version"], "fake-2")
            self.assertEqual([model["is_champion"] for model in client.models()], [False, True])
            self.assertEqual(client.rollback("fake-2")["version"], "fake-1")
            self.assertRaises(RefusedError, client.promote, "fake-2")
            self.assertTrue(client.promote("fake-2", force=True)["is_champion"])

    def test_decisions_that_no_service_makes_are_errors(self) -> None:
        for wrong in ({"size": 2}, {"confidence": 1.1}, {"take": False}, {"size": float("nan")}):
            self.assertRaises(ValueError, Decision, **{"take": True, "size": 0.5, "confidence": 0.6, **wrong})


if __name__ == "__main__":
    unittest.main()
