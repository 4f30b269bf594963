"""The mixin of a strategy."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, cast

from ml4t_client.answer import Answer
from ml4t_client.freqtrade.candles import last_close_ns
from ml4t_client.freqtrade.settings import Settings
from ml4t_client.freqtrade.sources import BacktestStopped, Question, ReplayedAnswers, ServiceAnswers, Source

logger = logging.getLogger(__name__)

#: Run modes of freqtrade in which a bot trades.
_TRADING = frozenset({"live", "dry_run"})
_BACKTESTING = frozenset({"backtest", "hyperopt"})


class ML4TMixin:
    """Asks about each entry of a strategy: `class MyStrategy(ML4TMixin, IStrategy)`.

    An entry that is not to be taken gets no stake and is not confirmed; one that is gets `|size|` of the capital. The
    section `ml4t` of the configuration says where the answers come from (`Settings`).

    A strategy that overrides `custom_stake_amount`, `confirm_trade_entry`, `bot_start` or `bot_loop_start` calls the
    same of `super()`; its own `confirm_trade_entry` may refuse more.

    Raises:
        ValueError: The section says what it cannot.
    """

    # What freqtrade gives a strategy.
    config: Mapping[str, Any]
    timeframe: str
    dp: Any
    wallets: Any

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__(config)  # type: ignore[call-arg]
        self.ml4t_settings = Settings.of_config(config)
        self._ml4t_source: Source | None = None
        #: The last answer of each pair, with time and side of its signal: one entry is asked about once.
        self._ml4t_answers: dict[str, tuple[tuple[int, int], Answer]] = {}

    def bot_start(self, **kwargs: Any) -> None:
        """Reads the answers of a backtest, so that one that cannot begin says so before it does."""
        cast(Any, super()).bot_start(**kwargs)
        if self._ml4t_run_mode() in _BACKTESTING:
            self._ml4t_source_of()

    def bot_loop_start(self, current_time: datetime, **kwargs: Any) -> None:
        """Sends new candles to the service, so that it follows its signals to their ends."""
        cast(Any, super()).bot_loop_start(current_time=current_time, **kwargs)
        if self._ml4t_run_mode() not in _TRADING:
            return
        for pair in self.dp.current_whitelist():
            candles, _ = self.dp.get_analyzed_dataframe(pair, self.timeframe)
            if len(candles) > 0:
                self._ml4t_source_of().feed(pair, candles, self.timeframe)

    def custom_stake_amount(
        self,
        pair: str,
        current_time: datetime,
        current_rate: float,
        proposed_stake: float,
        min_stake: float | None,
        max_stake: float,
        leverage: float,
        entry_tag: str | None,
        side: str,
        **kwargs: Any,
    ) -> float:
        """The stake of an entry: `|size|` of the capital, divided by the leverage; 0 where it is not taken.

        0 also where the exchange asks for more: freqtrade would raise the stake to its minimum, above what was said.
        """
        try:
            share = self.ml4t_share(pair, side)
            stake = share * self._ml4t_capital() / leverage
        except Exception as error:
            # Whatever is raised here is caught, and the whole proposed stake is entered.
            self._ml4t_fail(f"{pair}: {type(error).__name__}: {error}", error)
            return 0.0
        if min_stake is not None and 0 < stake < min_stake:
            logger.info(f"ML4T: {pair}: a stake of {stake:g} is below the minimum of {min_stake:g}: not entered")
            return 0.0
        if stake > max_stake:
            logger.info(f"ML4T: {pair}: of a stake of {stake:g} only {max_stake:g} is there")
        return min(stake, max_stake)

    def confirm_trade_entry(
        self,
        pair: str,
        order_type: str,
        amount: float,
        rate: float,
        time_in_force: str,
        current_time: datetime,
        entry_tag: str | None,
        side: str,
        **kwargs: Any,
    ) -> bool:
        """Whether the entry is taken; the rest of the strategy may refuse it too."""
        try:
            is_taken = self.ml4t_share(pair, side) > 0
        except Exception as error:
            self._ml4t_fail(f"{pair}: {type(error).__name__}: {error}", error)
            return False
        return is_taken and cast(Any, super()).confirm_trade_entry(
            pair=pair,
            order_type=order_type,
            amount=amount,
            rate=rate,
            time_in_force=time_in_force,
            current_time=current_time,
            entry_tag=entry_tag,
            side=side,
            **kwargs,
        )

    def ml4t_answer(self, pair: str, side: str) -> Answer | None:
        """The answer to an entry after the last candle of a pair; None where there is none.

        Args:
            pair: Of the entry.
            side: `long` or `short`.
        """
        candles, _ = self.dp.get_analyzed_dataframe(pair, self.timeframe)
        if len(candles) == 0:
            raise ValueError("no candle is there")
        signal: Literal[-1, 1] = -1 if side == "short" else 1
        question = Question(pair, signal, last_close_ns(candles, self.timeframe), candles, self.timeframe)
        known = self._ml4t_answers.get(pair)
        if known is not None and known[0] == (question.ts, signal):
            return known[1]
        answer = self._ml4t_ask(question)
        if answer is not None:
            self._ml4t_answers[pair] = ((question.ts, signal), answer)
        return answer

    def ml4t_share(self, pair: str, side: str) -> float:
        """What share of the capital an entry after the last candle of a pair gets, [0, 1]; 0 where it is not taken."""
        answer = self.ml4t_answer(pair, side)
        return self.ml4t_settings.last_resort if answer is None else abs(answer.size())

    def _ml4t_ask(self, question: Question) -> Answer | None:
        answer = self._ml4t_source_of().answer(question)
        if isinstance(answer, str):
            self._ml4t_fail(f"{question.pair}: {answer}")
            return None
        logger.info(
            f"ML4T: {question.pair} {'buy' if question.signal > 0 else 'sell'} of {question.ts}: "
            f"{'take' if answer.take() else 'skip'} ({answer.take_reason}), size {answer.size():+.6f}"
        )
        return answer

    def _ml4t_fail(self, reason: str, error: Exception | None = None) -> None:
        """Ends a backtest; a bot that trades goes on with its last resort."""
        if self._ml4t_run_mode() not in _TRADING:
            raise BacktestStopped(f"ML4T: {reason}") from error
        logger.warning(f"ML4T: {reason}; last resort {self.ml4t_settings.last_resort:g}")

    def _ml4t_source_of(self) -> Source:
        if self._ml4t_source is None:
            is_trading = self._ml4t_run_mode() in _TRADING
            self._ml4t_source = (ServiceAnswers if is_trading else ReplayedAnswers)(self.ml4t_settings)
        return self._ml4t_source

    def _ml4t_run_mode(self) -> str:
        mode = self.config.get("runmode", "other")
        return str(getattr(mode, "value", mode))

    def _ml4t_capital(self) -> float:
        fixed = self.ml4t_settings.capital
        return self.wallets.get_total_stake_amount() if fixed is None else fixed
