"""Where the answers come from: a service while the bot trades, a replay in a backtest."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from ml4t_client.answer import Answer, from_wire
from ml4t_client.client import Client
from ml4t_client.errors import ClientError
from ml4t_client.freqtrade.candles import newer_bars
from ml4t_client.freqtrade.settings import SECTION, Settings
from ml4t_client.replayed import read_replay
from ml4t_client.types import Signal

logger = logging.getLogger(__name__)


class BacktestStopped(SystemExit):
    """Ends a backtest whose figures would mean nothing.

    freqtrade catches any other error of `custom_stake_amount`, and enters with the whole stake that it proposed.
    """


@dataclass(frozen=True)
class Question:
    """An entry that is asked about: of a pair, after its last candle."""

    pair: str
    signal: Literal[-1, 1]
    #: When the candle of the signal closed, UNIX nanoseconds.
    ts: int
    candles: Any
    timeframe: str


class Source(Protocol):
    """Answers questions."""

    def answer(self, question: Question) -> Answer | str:
        """The answer, or why there is none."""

    def feed(self, pair: str, candles: Any, timeframe: str) -> None:
        """Takes the candles of a pair, of which it has seen all but the last few."""


class ServiceAnswers:
    """Asks a service over HTTP, after it has had the candles."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client = Client(settings.url, token=settings.token(), timeout=settings.timeout)
        #: When the last candle closed that the service has, by pair.
        self._sent: dict[str, int] = {}

    def answer(self, question: Question) -> Answer | str:
        """Sends what the service has not seen, and asks."""
        try:
            self._send(question.pair, question.candles, question.timeframe)
            answer = from_wire(self._client.signal(self._signal(question)), "http")
        except ClientError as error:
            return str(error)
        if answer.take_reason == "warming_up":
            self._sent.pop(question.pair, None)  # it has fewer candles than it had from here
        if answer.last_bar_ts != question.ts:
            return f"the service judged by the bar of {answer.last_bar_ts}, and the signal is of {question.ts}"
        return answer

    def feed(self, pair: str, candles: Any, timeframe: str) -> None:
        """Sends what the service has not seen, so that it follows its signals to their ends."""
        try:
            self._send(pair, candles, timeframe)
        except ClientError as error:
            logger.warning(f"ML4T: candles of {pair} were not taken, and are sent again: {error}")

    def _send(self, pair: str, candles: Any, timeframe: str) -> None:
        while (bars := newer_bars(candles, timeframe, self._sent.get(pair, -1)))["ts_event"]:
            self._client.add_bars(pair, bars, bar_type=self._settings.bar_type)
            self._sent[pair] = int(bars["ts_event"][-1])

    def _signal(self, question: Question) -> Signal:
        signal: Signal = {
            "instrument_id": question.pair,
            "signal": question.signal,
            "timestamp": question.ts,
            "bar_type": self._settings.bar_type,
        }
        if self._settings.columns:
            last = question.candles.iloc[-1]
            signal["features"] = {name: float(last[name]) for name in self._settings.columns}
        return signal


class ReplayedAnswers:
    """Reads the answers of `ml4t replay --out`, by pair, time and side."""

    def __init__(self, settings: Settings) -> None:
        if settings.answers is None:
            raise ValueError(
                f"a backtest reads its answers from a replay: name it by {SECTION}.answers in the configuration, "
                "and make it by ml4t replay BARS --signals SIGNALS --instrument PAIR --model MODEL --out FILE"
            )
        self._answers: dict[tuple[str | None, int, int], Answer] = {}
        is_by_pair = isinstance(settings.answers, Mapping)
        files = settings.answers if isinstance(settings.answers, Mapping) else {"": settings.answers}
        for pair, path in files.items():
            self._read(path, pair if is_by_pair else None)

    def answer(self, question: Question) -> Answer | str:
        """The answer of the replay."""
        found = self._answers.get((question.pair, question.ts, question.signal))
        return found or f"the replay has no answer for {question.pair} at {question.ts}, signal {question.signal}"

    def feed(self, pair: str, candles: Any, timeframe: str) -> None:
        """Nothing: a replay has seen them."""

    def _read(self, path: str, pair: str | None) -> None:
        """Keeps the answers of a file. `pair` is that of all of them; None where each says its own."""
        counts: Counter[str] = Counter()
        for replayed in read_replay(path):
            answer = replayed.answer
            self._answers[pair or answer.instrument_id, answer.asked_ts, answer.signal] = answer
            counts["all"] += 1
            counts["in_sample"] += replayed.in_sample is True
        if counts["in_sample"] > 0:
            logger.warning(
                f"ML4T: {path}: {counts['in_sample']} of {counts['all']} answers are of a time that the model learned "
                "from: what a backtest makes of them, it would not have made"
            )
