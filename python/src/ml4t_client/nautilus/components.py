"""The strategy and the actor that ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, Literal, Self

from ml4t_client.answer import Answer
from ml4t_client.nautilus.asking import Asking
from ml4t_client.nautilus.generation import GENERATION, Actor, Strategy
from ml4t_client.nautilus.question import Question
from ml4t_client.nautilus.roads import LastResort, Road


class _Asks:
    """What strategy and actor have in common. An override of a handler below calls `super()` as well.

    Args:
        config: Of the component, as NautilusTrader takes it. In 2.x a class of yours that has one takes it too.
        road: How it is asked: `Bus` live, `Http` or `Replayed` in a backtest.
        last_resort: The answer where nothing comes in time: `Refuse()`, `FixedSize(share)`, in a backtest `Fail()`.
        timeout_ms: When that is, milliseconds after the question.
        warm_up: How far back a data client is asked for bars at the start; None for those of the cache alone.

    Raises:
        ValueError: The road and the last resort, or the times, do not fit each other.
    """

    def __init__(
        self,
        config: Any = None,
        *,
        road: Road,
        last_resort: LastResort,
        timeout_ms: int = 2_000,
        warm_up: timedelta | None = None,
    ) -> None:
        super().__init__(config)  # type: ignore[call-arg]
        self._ml4t = Asking(self, road=road, last_resort=last_resort, timeout_ms=timeout_ms, warm_up=warm_up)

    @property
    def answered(self) -> Counter[str]:
        """How many answers came by which road (bus, http, replay, last_resort), and what became of outcomes."""
        return self._ml4t.counts

    def start_asking(self, *bar_types: Any) -> None:
        """To be called in `on_start`: the bars of these types are what signals are judged by."""
        self._ml4t.start(bar_types)

    def ask(
        self,
        bar: Any,
        signal: Literal[-1, 0, 1],
        *,
        strength: float = 1.0,
        probability: float | None = None,
        features: Mapping[str, float] | None = None,
        signal_id: str = "",
        then: Callable[[Answer], None] | None = None,
    ) -> None:
        """Asks about a signal that follows a bar. It is answered once: live a moment later, in a backtest at once.

        Args:
            bar: The bar that the signal follows, as `on_bar` has it.
            signal: -1 sell, 0 flat, 1 buy.
            strength: (0, 1], enters the size.
            probability: [0, 1], that the trade wins, by a model of yours; None for none.
            features: Columns of your own that the model reads, as known at the bar's close.
            signal_id: Yours, another for each question; "" for one of instrument, bar type, time and signal.
            then: Is called with the answer; None for `on_answer`.

        Raises:
            ValueError: The signal cannot be one, or one with its id waits already.
            ClientError: The last resort is `Fail`, and nothing was answered.
        """
        question = Question.of_bar(bar, signal, strength, features, signal_id, probability)
        self._ml4t.ask(question, then or self.on_answer)

    def on_answer(self, answer: Answer) -> None:
        """The answer to a signal; for you to override."""

    def on_data(self, data: Any) -> None:
        """Takes the answers of the bus."""
        self._ml4t.on_data(data)

    def on_historical_bars(self, bars: Iterable[Any]) -> None:
        """Takes the bars of the warm-up (2.x)."""
        self._ml4t.on_historical_bars(bars)

    def on_stop(self) -> None:
        """Ends what waits, and sends the last bars of a backtest."""
        self._ml4t.stop()


class _OfSecond:
    """In 2.x a component takes its configuration, and nothing else, where it is made."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        config = next((value for value in [*args, *kwargs.values()] if type(value).__name__.endswith("Config")), None)
        return super().__new__(cls, config)  # type: ignore[call-arg]


class _OfFirst:
    pass


_Making: Any = _OfFirst if GENERATION == 1 else _OfSecond


class ML4TStrategy(_Asks, _Making, Strategy):
    """A strategy that asks about its signals: `start_asking` in `on_start`, `ask` in `on_bar`, act in `on_answer`."""

    def submit_answered(self, order: Any, answer: Answer) -> None:
        """Submits an order that follows an answer.

        Once the position that it opens is closed, the service is told the gross return by the fills of the whole
        position, as the outcome of the signal. Where the barriers of the signal ended it before, their outcome stays:
        the service refuses the told one (`OUTCOME_CONFLICT`), which is logged and counted (`outcomes_refused`). An
        order that adds to an open position keeps the outcome of its barriers. What is still open as the strategy
        stops, or closed in `on_stop`, is not told, but logged and counted (`outcomes_untold`).

        A told outcome has no coin and no excess over it. With `submit_order` the service follows the signal by its
        barriers alone.
        """
        self._ml4t.note_order(str(order.client_order_id), answer)
        self.submit_order(order)

    def on_position_closed(self, event: Any) -> None:
        """Tells the outcome of an answered order."""
        self._ml4t.on_position_closed(event)


class ML4TActor(_Asks, _Making, Actor):
    """An actor that asks for strategies of the same node: `actor.ask(bar, signal, then=self.on_answer)`.

    Args:
        bar_types: Of the bars that signals are judged by; the actor subscribes to none.
        config: As of a strategy, with the other arguments.
    """

    def __init__(self, bar_types: Iterable[Any], config: Any = None, **settings: Any) -> None:
        super().__init__(config, **settings)
        self._bar_types = list(bar_types)

    def on_start(self) -> None:
        """Begins to ask."""
        self.start_asking(*self._bar_types)
