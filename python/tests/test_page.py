"""The programs of docs/python.md run as they stand, against the fake service. Skipped where a library is missing."""

from __future__ import annotations

import asyncio
import importlib.util
import re
import unittest
from pathlib import Path
from typing import Any

from ml4t_client.testing import Decision, FakeService

PAGE = Path(__file__).parents[2] / "docs" / "python.md"
#: Sections whose programs run here, in this order and with what those before left.
SECTIONS = ("Bars and signals", "Many at once, and frames", "On an event loop", "The stream", "Tests of your own")
T0 = 1_700_000_000_000_000_000
MINUTE = 60_000_000_000


class EndOfProgramError(Exception):
    """Ends a program that runs for ever."""


def programs_of(section: str) -> list[str]:
    text = PAGE.read_text().partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


class Page(unittest.TestCase):
    def test_programs_run_as_they_stand(self) -> None:
        for part in ("h11", "pandas", "websockets"):
            if importlib.util.find_spec(part) is None:
                raise unittest.SkipTest(f"{part} is not installed")
        with FakeService(lambda one: Decision(True, 0.5 * int(one["signal"]), 0.6)) as service:
            names = self._names()
            for section in SECTIONS:
                programs = programs_of(section)
                self.assertGreater(len(programs), 0, section)
                for program in programs:
                    self._run(program.replace("http://127.0.0.1:8787", service.url), section, names)
            self.assertEqual(len(asyncio.run(names["judge"]([names["signal"]]))), 1)
            names["client"].close()
        self.assertEqual(names["table"].shape[0], 2)
        self.assertEqual({answer["signal_event"]["instrument_id"] for answer in service.answers}, {"BTCUSDT.BINANCE"})

    def _names(self) -> dict[str, Any]:
        """What the page says is the reader's own."""
        import pandas as pd

        values = {
            "open": [1.0] * 120,
            "high": [2.0] * 120,
            "low": [0.5] * 120,
            "close": [1.5] * 120,
            "volume": [1.0] * 120,
        }
        times = [T0 + i * MINUTE for i in range(120)]
        frame = pd.DataFrame({"ts_event": pd.to_datetime(times, unit="ns", utc=True), **values})
        now_ns = times[-1]
        return {
            "frame": frame,
            "exchange_frame": frame.rename(columns={"ts_event": "date"}).assign(funding=0.01),
            "now_ns": now_ns,
            "wanted": [(now_ns - MINUTE, 1), (now_ns - MINUTE, -1)],
            "signal": {"instrument_id": "BTCUSDT.BINANCE", "signal": 1, "timestamp": now_ns - 2 * MINUTE},
            "print": self._said,
        }

    def _run(self, program: str, section: str, names: dict[str, Any]) -> None:
        self.said: list[Any] = []
        self.most = 2 if section == "The stream" else 100
        try:
            exec(compile(program, f"docs/python.md, {section}", "exec"), names)
        except EndOfProgramError:
            self.assertEqual([seq for seq, _ in self.said], [1, 2])

    def _said(self, *words: Any) -> None:
        self.said.append(words)
        if len(self.said) == self.most:
            raise EndOfProgramError


if __name__ == "__main__":
    unittest.main()
