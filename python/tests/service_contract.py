"""What every service does, asked by the client: the real one (`SERVICE_URL`), and the fake of `ml4t_client.testing`."""

from __future__ import annotations

import asyncio
import os
import unittest
from collections.abc import Callable
from typing import Any, cast

from conforming import faults_of
from ml4t_client import Client, RefusedError, types
from ml4t_client.operations import OPERATIONS
from ml4t_client.types import BarColumns, EnrichedSignal, Prediction, Signal, ToldOutcome

N_BARS = 120
MINUTE = 60_000_000_000
START = 1_700_000_000_000_000_001
CLOSES = [100 + 0.1 * ((7 * i) % 11) for i in range(N_BARS)]
BARS: BarColumns = {
    "ts_event": [START + i * MINUTE for i in range(N_BARS)],
    "open": [*CLOSES],
    "high": [close + 0.5 for close in CLOSES],
    "low": [close - 0.5 for close in CLOSES],
    "close": [f"{close:.1f}" for close in CLOSES],
    "volume": [10.0] * N_BARS,
}
LAST = START + (N_BARS - 1) * MINUTE


class Blocking:
    """An `AsyncClient` that is waited for, so that it can be asked what a `Client` is."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._loop = asyncio.new_event_loop()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *args, **named: self._loop.run_until_complete(getattr(self._client, name)(*args, **named))

    def end(self) -> None:
        self.close()
        self._loop.close()


def check_service(test: unittest.TestCase, client: Any, name: str) -> None:
    """Asks a service everything.

    Args:
        test: Has the assertions.
        client: A `Client`, or a `Blocking`.
        name: Of an instrument that nobody has asked about.
    """
    signal = _check_signals(test, client, name)
    _check_outcomes(test, client, signal)
    _check_views(test, client, name, signal)
    _check_control(test, client, name, signal)


def conforms(test: unittest.TestCase, message: Any, expected: Any) -> Any:
    """The message, which is what its type says."""
    test.assertEqual(faults_of(message, expected), [])
    return message


def refused(test: unittest.TestCase, code: str, call: Callable[[], object]) -> RefusedError:
    """The error of a call that is refused."""
    with test.assertRaises(RefusedError) as raised:
        call()
    test.assertEqual(raised.exception.code, code)
    return raised.exception


def _check_signals(test: unittest.TestCase, client: Client, name: str) -> Signal:
    bar_type = f"{name}-1-MINUTE-LAST-EXTERNAL"
    receipt = conforms(test, client.add_bars(name, BARS, bar_type=bar_type, durable=True), types.BarsReceipt)
    test.assertEqual((receipt["n_added"], receipt["n_repeated"]), (N_BARS, 0))
    test.assertEqual(client.add_bars(name, BARS, bar_type=bar_type)["n_repeated"], N_BARS)

    signal: Signal = {"instrument_id": name, "signal": -1, "timestamp": LAST, "bar_type": bar_type}
    answer = conforms(test, client.signal(signal, durable=True), EnrichedSignal)
    test.assertEqual(answer["signal_event"]["timestamp"], LAST, "a nanosecond was lost")
    test.assertEqual(answer["signal_id"], f"{name}:{bar_type}:{LAST}:-1")
    again = client.signal(signal)
    test.assertTrue(again["duplicate"])
    test.assertEqual((again["answer_hash"], again["seq"]), (answer["answer_hash"], answer["seq"]))
    refused(test, "ID_CONFLICT", lambda: client.signal({**signal, "signal_id": answer["signal_id"], "strength": 0.5}))
    few = {name: column[:99] for name, column in BARS.items()}  # type: ignore[index]
    brought: Signal = {**signal, "bars": cast(BarColumns, few)}
    refused(test, "ID_CONFLICT", lambda: client.signal(brought))
    error = refused(test, "NOT_ENOUGH_BARS", lambda: client.signal({**brought, "signal_id": f"{name} few"}))
    test.assertEqual((error.status, error.field), (422, None))
    flat = client.signal({**signal, "signal": 0})
    test.assertEqual((flat["take"], flat["take_reason"], flat["size"]), (False, "flat", 0))

    a, b = f"{name} a", f"{name} b"
    batch = client.signals([{**signal, "signal_id": a}, {**signal, "signal_id": b, "strength": 7}])
    test.assertEqual(cast(EnrichedSignal, batch[0])["signal_id"], a)
    conforms(test, batch[1], types.LineError)

    prediction: Prediction = {**signal, "signal_id": f"{name} p", "probability": 0.62}
    test.assertEqual(conforms(test, client.predict(prediction), EnrichedSignal)["signal_id"], f"{name} p")
    test.assertTrue(client.signal(cast(Signal, prediction))["duplicate"], "it is another signal on another road")
    error = refused(test, "INVALID_VALUE", lambda: client.predict({**prediction, "signal_id": "q", "probability": 62}))
    test.assertEqual((error.status, error.field), (400, "probability"))
    test.assertIn("error", client.predictions([prediction, {**prediction, "probability": 62}])[1])
    return {**signal, "signal_id": a}


def _check_outcomes(test: unittest.TestCase, client: Client, signal: Signal) -> None:
    signal_id = cast(str, signal.get("signal_id"))
    told = cast(ToldOutcome, {"signal_id": signal_id, "return": 0.01})
    for _ in range(2):
        outcome = conforms(test, client.outcome(told, durable=True), types.Outcome)
        test.assertEqual((outcome["outcome"], outcome["return"], outcome["label"]), ("told", 0.01, 1))
    refused(test, "OUTCOME_CONFLICT", lambda: client.outcome(cast(ToldOutcome, {**told, "return": 0.02})))
    refused(test, "UNKNOWN_SIGNAL", lambda: client.outcome({**told, "signal_id": "nobody asked"}))
    test.assertIn(signal_id, {one["signal_id"] for one in client.recorded_outcomes(after_seq=0)})


def _check_views(test: unittest.TestCase, client: Client, name: str, signal: Signal) -> None:
    bar_type = signal.get("bar_type")
    status = conforms(test, client.status(), types.Status)
    test.assertIn(bar_type, {feed["bar_type"] for feed in status["feeds"]})
    test.assertIn(name, client.instruments())
    held = conforms(test, client.held_bars(name, bar_type=bar_type, limit=5), types.HeldBars)
    test.assertEqual(held["bars"]["ts_event"], [int(ts) for ts in BARS["ts_event"][-5:]])

    recorded = client.recorded_signals(after_seq=0, limit=1000)
    test.assertEqual([row["enriched"].get("seq") for row in recorded], list(range(1, len(recorded) + 1)))
    test.assertEqual(client.recorded_signals(after_seq=2, limit=1), recorded[2:3])
    for row in [*recorded, *client.recent_signals(instrument_id=name, limit=2)]:
        conforms(test, row, types.RecentSignalsSignalsItem)
    detail = conforms(test, client.explain(cast(str, signal.get("signal_id"))), types.SignalDetail)
    test.assertEqual(cast(Any, detail["outcome"])["label"], 1)
    refused(test, "UNKNOWN_SIGNAL", lambda: client.explain("nobody asked"))

    conforms(test, client.trust(timeout=20), types.Trust)
    conforms(test, client.detector(), types.DetectorPath)
    conforms(test, client.health(), types.Health)
    conforms(test, client.readiness(), types.Readiness)
    conforms(test, list(client.retrainings()), list[types.RetrainTriggersTriggersItem])
    conforms(test, list(client.models()), list[types.Model])
    test.assertIn("# TYPE", client.metrics())
    paths = client.openapi()["paths"]
    documented = {(one["operationId"], path) for path, methods in paths.items() for one in methods.values()}
    test.assertEqual(documented, {(operation_id, operation.path) for operation_id, operation in OPERATIONS.items()})


def _check_control(test: unittest.TestCase, client: Client, name: str, signal: Signal) -> None:
    for _ in range(2):
        state = conforms(test, client.halt("a test"), types.HaltState)
        test.assertEqual((state["halted"], state["reason"]), (True, "a test"))
    stopped = client.signal({**signal, "signal_id": f"{name} h"})
    test.assertEqual((stopped["take"], stopped["take_reason"], stopped["size"]), (False, "halted", 0))
    test.assertEqual(cast(Any, client.status()["halted"])["reason"], "a test")
    test.assertFalse(conforms(test, client.resume(), types.HaltState)["halted"])
    test.assertIsNone(client.status()["halted"])
    refused(test, "MODEL_NOT_FOUND", lambda: client.promote("no-such-model", force=True))
    refused(test, "NO_PREDECESSOR", lambda: client.rollback(client.models()[0]["version"]))


class RealService(unittest.TestCase):
    """Run by name: `python -m unittest service_contract`."""

    def setUp(self) -> None:
        self.url, self.token = os.environ["SERVICE_URL"], os.environ.get("SERVICE_TOKEN")

    def test_keeps_the_contract(self) -> None:
        with Client(self.url, token=self.token) as client:
            check_service(self, client, "SYNC.TEST")

    def test_keeps_it_on_an_event_loop(self) -> None:
        try:
            from ml4t_client import AsyncClient
        except ModuleNotFoundError as fault:
            raise unittest.SkipTest(str(fault)) from None
        client = Blocking(AsyncClient(self.url, token=self.token))
        check_service(self, client, "ASYNC.TEST")
        client.end()


if __name__ == "__main__":
    unittest.main()
