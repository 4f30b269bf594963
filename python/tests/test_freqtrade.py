"""The mixin without freqtrade: what it bets, when it refuses, and that nothing makes it bet more.

Skipped where pandas is missing.
"""

from __future__ import annotations

import json
import tempfile
import unittest
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ml4t_client.freqtrade import BacktestStopped, ML4TMixin, bars_of, signals_of
from scripted_service import Reply, ScriptedService, Sent, problem

try:
    import pandas as pd
except ModuleNotFoundError:
    raise unittest.SkipTest("pandas is not installed") from None

MINUTE = 60_000_000_000
START = 1_750_000_020_000_000_000
PAIR = "BTC/USDT"
NOW = datetime(2025, 6, 15, tzinfo=UTC)


def candles(n: int, unit: str = "ms") -> pd.DataFrame:
    dates = pd.to_datetime([START + i * MINUTE for i in range(n)], utc=True).as_unit(unit)
    values = {name: [100.0 + i for i in range(n)] for name in ("open", "high", "low", "close", "volume")}
    return pd.DataFrame({"date": dates, **values, "rsi": [float(i) for i in range(n)]})


def answer(ts: int, *, signal: int = 1, size: float = 0.25, take: bool | None = True, last: int | None = None) -> Any:
    return {
        "signal_id": f"{PAIR}:{ts}:{signal}",
        "signal_event": {"instrument_id": PAIR, "signal": signal, "timestamp": ts, "last_bar_ts": last or ts},
        "meta_confidence": 0.6,
        "regime_weight": 1.0,
        "toxicity": 0.2,
        "toxicity_available": True,
        "raw_confidence": 0.6,
        "size": size,
        "size_factors": {},
        "source": "model",
        "reason": None,
        "model_version": "m",
        "model_available": True,
        "last_bar_ts": last or ts,
        "take": take,
        "take_reason": "expected",
        "answer_hash": "h",
        "late": False,
    }


class Interface:
    """Stands for `IStrategy`, as far as the mixin calls it."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = config
        self.timeframe = "1m"

    def bot_start(self, **_: Any) -> None:
        pass

    def bot_loop_start(self, current_time: datetime, **_: Any) -> None:
        pass

    def confirm_trade_entry(self, *_: Any, **__: Any) -> bool:
        return True


class Strategy(ML4TMixin, Interface):
    """A strategy of a user."""


def strategy(mode: str, frame: pd.DataFrame, of: type[Strategy] = Strategy, **section: Any) -> Strategy:
    made = of({"runmode": SimpleNamespace(value=mode), "ml4t": {"timeout": 0.3, **section}})
    made.dp = SimpleNamespace(
        get_analyzed_dataframe=lambda *_: (frame, NOW),
        current_whitelist=lambda: [PAIR],
    )
    made.wallets = SimpleNamespace(get_total_stake_amount=lambda: 2_000.0)
    return made


def stake(of: Strategy, **more: Any) -> float:
    said = {"min_stake": None, "max_stake": 1e6, "leverage": 1.0, "side": "long", **more}
    return of.custom_stake_amount(PAIR, NOW, 1.0, 999.0, entry_tag=None, **said)


def confirmed(of: Strategy) -> bool:
    return of.confirm_trade_entry(PAIR, "limit", 1.0, 1.0, "GTC", NOW, None, "long")


def echo(**more: Any) -> Any:
    """A service that answers each signal at its own time, and takes all bars."""

    def respond(sent: Sent) -> Reply:
        body = sent.json()
        if sent.path.startswith("/v1/bars"):
            return Reply(body={"n_added": len(body["ts_event"])})
        return Reply(body=answer(body["timestamp"], signal=body["signal"], **more))

    return respond


class Trading(unittest.TestCase):
    def test_a_stake_is_the_size_of_the_capital_and_each_entry_is_asked_about_once(self) -> None:
        frame = candles(150)
        with ScriptedService(echo()) as service:
            bot = strategy("dry_run", frame, url=service.url, columns=["rsi"])
            self.assertEqual(stake(bot), 500.0)
            self.assertTrue(confirmed(bot))
            self.assertEqual(stake(bot, leverage=5.0), 100.0, "the position is the size, not the margin")
            bars, signal = [sent.json() for sent in service.sent]
        self.assertEqual(bars["ts_event"], [START + (i + 1) * MINUTE for i in range(150)])
        self.assertEqual(bars["close"], [100.0 + i for i in range(150)])
        self.assertEqual(service.sent[0].path, "/v1/bars/BTC%2FUSDT")
        self.assertEqual((signal["timestamp"], signal["signal"]), (START + 150 * MINUTE, 1))
        self.assertEqual(signal["features"], {"rsi": 149.0})

    def test_capital_may_be_fixed(self) -> None:
        with ScriptedService(echo()) as service:
            self.assertEqual(stake(strategy("live", candles(150), url=service.url, capital=80)), 20.0)

    def test_what_is_skipped_gets_no_stake_and_is_not_confirmed(self) -> None:
        for take in (False, None):
            with ScriptedService(echo(take=take)) as service:
                bot = strategy("live", candles(150), url=service.url, last_resort=1.0)
                self.assertEqual((stake(bot), confirmed(bot)), (0.0, False), f"take {take}")

    def test_a_stake_below_the_minimum_is_not_raised_and_one_above_the_maximum_is_cut(self) -> None:
        with ScriptedService(echo()) as service:
            bot = strategy("live", candles(150), url=service.url)
            self.assertEqual(stake(bot, min_stake=501.0), 0.0)
            self.assertEqual(stake(bot, min_stake=500.0), 500.0)
            self.assertEqual(stake(bot, max_stake=300.0), 300.0)

    def test_no_answer_is_the_last_resort_and_is_asked_for_again(self) -> None:
        replies = [problem(500, "INTERNAL"), problem(500, "INTERNAL")]
        respond = echo()
        with ScriptedService(lambda sent: replies.pop() if replies else respond(sent)) as service:
            bot = strategy("live", candles(150), url=service.url)
            self.assertEqual((stake(bot), confirmed(bot)), (0.0, False))
            self.assertEqual((stake(bot), confirmed(bot)), (500.0, True))
            self.assertEqual(len(service.sent[-2].json()["ts_event"]), 150, "the bars that were not taken")
        resort = strategy("live", candles(150), url="http://127.0.0.1:9", last_resort=0.1)
        self.assertEqual((stake(resort), confirmed(resort)), (200.0, True))

    def test_an_answer_by_an_older_bar_is_none(self) -> None:
        with ScriptedService(echo(last=START)) as service:
            self.assertEqual(stake(strategy("live", candles(150), url=service.url)), 0.0)

    def test_whatever_goes_wrong_bets_nothing(self) -> None:
        """freqtrade catches every error, and then enters with what it proposed."""
        with ScriptedService(echo()) as service:
            bot = strategy("live", candles(150), url=service.url, columns=["no_such_column"])
            self.assertEqual((stake(bot), confirmed(bot)), (0.0, False))
            bot = strategy("live", candles(0), url=service.url)
            self.assertEqual((stake(bot), confirmed(bot)), (0.0, False))

    def test_new_candles_go_to_the_service_without_any_entry(self) -> None:
        frame = candles(120)
        with ScriptedService(echo()) as service:
            bot = strategy("live", frame, url=service.url)
            bot.bot_loop_start(NOW)
            bot.bot_loop_start(NOW)
            self.assertEqual(len(service.sent), 1)
            longer = candles(123)
            bot.dp.get_analyzed_dataframe = lambda *_: (longer, NOW)
            bot.bot_loop_start(NOW)
            self.assertEqual(len(service.sent[1].json()["ts_event"]), 3)

    def test_the_strategy_may_refuse_more(self) -> None:
        class Never(Strategy):
            def confirm_trade_entry(self, *args: Any, **kwargs: Any) -> bool:
                return super().confirm_trade_entry(*args, **kwargs) and False

        with ScriptedService(echo()) as service:
            self.assertFalse(confirmed(strategy("live", candles(150), Never, url=service.url)))


class Backtest(unittest.TestCase):
    def test_the_answers_are_those_of_the_replay(self) -> None:
        frame = candles(150)
        ts = START + 150 * MINUTE
        ended = {"outcome": None, "return": None, "exit_ts": None, "in_sample": True}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "answers.ndjson"
            path.write_text(json.dumps({**answer(ts), **ended}) + "\n")
            for answers in (str(path), {PAIR: str(path)}):
                bot = strategy("backtest", frame, answers=answers)
                with self.assertLogs("ml4t_client.freqtrade", "WARNING") as logged:
                    bot.bot_start()
                self.assertIn("1 of 1 answers are of a time that the model learned from", logged.output[0])
                self.assertEqual((stake(bot), confirmed(bot)), (500.0, True))
                with self.assertRaisesRegex(BacktestStopped, "no answer for BTC/USDT"):
                    stake(bot, side="short")

    def test_a_backtest_without_answers_ends(self) -> None:
        bot = strategy("backtest", candles(150))
        with self.assertRaisesRegex(ValueError, "ml4t replay"):
            bot.bot_start()
        for call in (stake, confirmed):
            with self.assertRaises(BacktestStopped):
                call(bot)


class Settings(unittest.TestCase):
    def test_what_cannot_be_is_refused_by_name(self) -> None:
        for section, said in {
            "urll": ({"urll": "x"}, "ml4t.urll is no setting"),
            "capital": ({"capital": 0}, "ml4t.capital must be > 0"),
            "last_resort": ({"last_resort": 1.5}, r"ml4t.last_resort must be in \[0, 1\]"),
            "columns": ({"columns": "rsi"}, "ml4t.columns must be a list of names"),
            "answers": ({"answers": 3}, "ml4t.answers must be a file"),
            "timeout": ({"timeout": True}, "ml4t.timeout must be > 0 s"),
        }.values():
            with self.assertRaisesRegex(ValueError, said):
                Strategy({"ml4t": section})


class Frames(unittest.TestCase):
    def test_times_are_of_the_close_whichever_unit_pandas_counts(self) -> None:
        for unit in ("ns", "us", "ms", "s"):
            bars = bars_of(candles(3, unit), "1m", ["rsi"])
            self.assertEqual(bars["ts_event"].tolist(), [START + (i + 1) * MINUTE for i in range(3)])
            self.assertEqual(list(bars.columns), ["ts_event", "open", "high", "low", "close", "volume", "rsi"])

    def test_signals_are_the_entries_that_freqtrade_makes(self) -> None:
        frame = candles(6)
        frame["enter_long"] = [0, 1, 1, 1, 0, float("nan")]
        frame["exit_long"] = [0, 0, 1, 0, 0, 0]
        frame["enter_short"] = [0, 0, 0, 1, 1, 0]
        both = signals_of(frame, "1m", can_short=True)
        self.assertEqual(both["timestamp"].tolist(), [START + 2 * MINUTE, START + 5 * MINUTE])
        self.assertEqual(both["signal"].tolist(), [1, -1])
        spot = signals_of(frame, "1m", ["rsi"], can_short=False)
        self.assertEqual(spot["timestamp"].tolist(), [START + 2 * MINUTE, START + 4 * MINUTE])
        self.assertEqual(spot["rsi"].tolist(), [1.0, 3.0])

    def test_a_month_has_no_length(self) -> None:
        with self.assertRaisesRegex(ValueError, "timeframe"):
            bars_of(candles(3), "1M")


if __name__ == "__main__":
    unittest.main()
