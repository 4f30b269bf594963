"""The client against a real service, whose address is in SERVICE_URL: `python -m unittest real_service`."""

from __future__ import annotations

import os
import unittest
from typing import cast

from ml4t_client import Client, RefusedError
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
BAR_TYPE = "PYTHON.TEST-1-MINUTE-LAST-EXTERNAL"


class RealService(unittest.TestCase):
    def test_every_call(self) -> None:
        with Client(os.environ["SERVICE_URL"], token=os.environ.get("SERVICE_TOKEN")) as client:
            receipt = client.add_bars("PYTHON.TEST", BARS, bar_type=BAR_TYPE)
            self.assertEqual((receipt["n_added"], receipt["n_repeated"]), (N_BARS, 0))
            self.assertEqual(client.add_bars("PYTHON.TEST", BARS, bar_type=BAR_TYPE)["n_repeated"], N_BARS)

            signal: Signal = {"instrument_id": "PYTHON.TEST", "signal": -1, "timestamp": LAST, "bar_type": BAR_TYPE}
            answer = client.signal(signal, durable=True)
            self.assertEqual(answer["signal_event"]["timestamp"], LAST, "a nanosecond was lost")
            self.assertEqual(answer["signal_id"], f"PYTHON.TEST:{BAR_TYPE}:{LAST}:-1")
            self.assertEqual(set(answer) - set(EnrichedSignal.__annotations__), set())

            again = client.signal(signal)
            self.assertTrue(again["duplicate"])
            self.assertEqual(again["answer_hash"], answer["answer_hash"])

            batch = client.signals([{**signal, "signal_id": "a"}, {**signal, "signal_id": "b", "strength": 7}])
            self.assertEqual(cast(EnrichedSignal, batch[0])["signal_id"], "a")
            self.assertIn("error", batch[1])

            prediction: Prediction = {**signal, "signal_id": "p", "probability": 0.62}
            self.assertEqual(client.predict(prediction)["signal_id"], "p")
            self.assertTrue(
                client.signal(cast(Signal, prediction))["duplicate"], "it is another signal on another road"
            )
            with self.assertRaises(RefusedError) as percent:
                client.predict({**prediction, "signal_id": "q", "probability": 62})
            self.assertEqual((percent.exception.code, percent.exception.field), ("INVALID_VALUE", "probability"))
            self.assertIn("error", client.predictions([prediction, {**prediction, "probability": 62}])[1])

            told = cast(ToldOutcome, {"signal_id": "a", "return": 0.01})
            for _ in range(2):
                outcome = client.outcome(told)
                self.assertEqual((outcome["outcome"], outcome["return"], outcome["label"]), ("told", 0.01, 1))
            with self.assertRaises(RefusedError) as refused:
                client.outcome({**told, "signal_id": "nobody asked"})
            self.assertEqual(refused.exception.code, "UNKNOWN_SIGNAL")

            feeds = {feed["bar_type"] for feed in client.status()["feeds"]}
            self.assertIn(BAR_TYPE, feeds)


if __name__ == "__main__":
    unittest.main()
