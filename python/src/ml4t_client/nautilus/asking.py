"""Asking about signals, apart from the component of a node that does it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from queue import Empty, SimpleQueue
from typing import Any, cast

from ml4t_client.answer import Answer, from_node, from_wire
from ml4t_client.client import Client
from ml4t_client.errors import ClientError
from ml4t_client.nautilus import generation
from ml4t_client.nautilus.bar_feed import BarFeed, Until
from ml4t_client.nautilus.last_resort import last_resort_answer
from ml4t_client.nautilus.question import Question
from ml4t_client.nautilus.roads import Bus, Fail, Http, LastResort, Replayed, Road
from ml4t_client.types import ToldOutcome

#: How often waiting questions are looked after, milliseconds.
_TICK_MS = 10

Then = Callable[[Answer], None]


@dataclass
class _Waiting:
    question: Question
    then: Then
    #: When HTTP is asked, and when the last resort answers; UNIX nanoseconds.
    http_ns: int
    end_ns: int
    is_http_asked: bool = False


class Asking:
    """Asks for one component of a node (a strategy or an actor), whose thread calls every method.

    HTTP runs on a thread of its own while the road is `Bus`; what comes of it waits for the next tick of a timer.
    """

    def __init__(
        self, component: Any, *, road: Road, last_resort: LastResort, timeout_ms: int, warm_up: timedelta | None
    ) -> None:
        if isinstance(road, Bus) and isinstance(last_resort, Fail):
            raise ValueError("Fail is the last resort of a backtest; name Refuse() or FixedSize(share) for a live node")
        if isinstance(road, Bus) and not 0 <= road.silent_ms < timeout_ms:
            raise ValueError(f"silent_ms must be in [0, timeout_ms = {timeout_ms}), was {road.silent_ms}")
        self.counts: Counter[str] = Counter()
        self._component = component
        self._road = road
        self._last_resort = last_resort
        self._timeout_ms = timeout_ms
        self._warm_up = warm_up
        self._bar_types: list[Any] = []
        self._waiting: dict[str, _Waiting] = {}
        #: What the other thread found, to be done by the node's.
        self._arrived: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._worker = ThreadPoolExecutor(1, "ml4t") if isinstance(road, Bus) and road.client is not None else None
        self._feed = None if isinstance(road, Replayed) else BarFeed(component)
        self._replayed = _by_id(road.answers) if isinstance(road, Replayed) else {}
        self._traded: dict[str, tuple[str, int]] = {}
        self._timer = f"ml4t-{id(self)}"
        self._has_timer = False

    def start(self, bar_types: Iterable[Any]) -> None:
        """Begins: subscribes to answers, and sends the bars that the cache has or a data client hands out."""
        self._bar_types = list(bar_types)
        if not isinstance(self._road, Bus):
            return
        generation.subscribe(self._component, self._road.client_id)
        self._send_bars()
        if self._warm_up is not None:
            for bar_type in self._bar_types:
                generation.request_bars(self._component, bar_type, self._warm_up, self._send_bars)

    def ask(self, question: Question, then: Then) -> None:
        """Asks; `then` is called once."""
        if question.signal_id in self._waiting:
            raise ValueError(f"signal {question.signal_id} waits already, give it another id")
        if isinstance(self._road, Replayed):
            found = self._replayed.get(question.signal_id) or self._replayed.get(question.untyped_id)
            self._end(question, then, found or f"no replayed answer to {question.signal_id}")
        elif isinstance(self._road, Http):
            until = self._feed_of().read(self._bar_types)
            self._end(question, then, self._ask_http(self._road.client, question, until))
        else:
            self._ask_bus(self._road, question, then)

    def on_data(self, data: Any) -> None:
        """What the bus brought; anything but an answer that is waited for is left."""
        answer = getattr(data, "data", data)
        if not isinstance(answer, generation.EnrichedSignal):
            return
        waiting = self._waiting.pop(answer.signal_id, None)
        if waiting is None:
            self.counts["unasked"] += 1  # of another component, of a run before, or after its time
        else:
            self._end(waiting.question, waiting.then, from_node(answer, "bus"))

    def on_historical_bars(self, bars: Iterable[Any]) -> None:
        """Bars that a data client handed out (2.x)."""
        feed, client = self._feed, self._client()
        if feed is not None and client is not None:
            until = feed.add_history(bars)
            self._do(lambda: feed.send(client, until))

    def note_order(self, client_order_id: str, answer: Answer) -> None:
        """Remembers which answer an order follows, until its position is closed."""
        self._traded[client_order_id] = (answer.signal_id, answer.signal)

    def on_position_closed(self, event: Any) -> None:
        """Tells the service how a signal ended whose order opened the position: the gross return by its fills."""
        traded = self._traded.pop(str(event.opening_order_id), None)
        client = self._client()
        if traded is None or client is None:
            return
        signal_id, signal = traded
        gross = signal * (float(event.avg_px_close) / float(event.avg_px_open) - 1)
        outcome = cast(ToldOutcome, {"signal_id": signal_id, "return": gross, "ts_exit": event.ts_closed})
        self._do(lambda: self._tell(client, outcome))

    def stop(self) -> None:
        """Sends the bars that no signal asked for, so that the last trades end, and lets nothing wait."""
        for waiting in list(self._waiting.values()):
            del self._waiting[waiting.question.signal_id]
            self._end(waiting.question, waiting.then, "the component stopped")
        self._set_timer(False)
        self._note_untold()
        if isinstance(self._road, Http):
            self._send_bars()
        if self._worker is not None:
            self._worker.shutdown(wait=False, cancel_futures=True)
        self._take_arrived()

    def tick(self, _event: object = None) -> None:
        """Takes what HTTP answered, asks HTTP where the bus is silent, and ends what is out of time."""
        self._take_arrived()
        now = self._component.clock.timestamp_ns()
        for waiting in list(self._waiting.values()):
            if now >= waiting.end_ns:
                del self._waiting[waiting.question.signal_id]
                self._end(waiting.question, waiting.then, f"no answer within {self._timeout_ms} ms")
            elif now >= waiting.http_ns and not waiting.is_http_asked:
                waiting.is_http_asked = True
                self._ask_http_behind(waiting.question)
        if not self._waiting:
            self._set_timer(False)

    def _note_untold(self) -> None:
        """A node gives a component that has stopped no events, so that closes of `on_stop` are not known."""
        untold = [signal_id for signal_id, _ in self._traded.values()]
        self._traded.clear()
        if untold and self._client() is not None:
            self.counts["outcomes_untold"] += len(untold)
            self._component.log.warning(
                f"ML4T: {len(untold)} answered orders had opened no position that was closed before the stop; "
                f"the service follows their signals by their barriers: {', '.join(untold)}"
            )

    def _ask_bus(self, road: Bus, question: Question, then: Then) -> None:
        now = self._component.clock.timestamp_ns()
        waiting = _Waiting(question, then, now + road.silent_ms * 1_000_000, now + self._timeout_ms * 1_000_000)
        self._waiting[question.signal_id] = waiting
        self._set_timer(True)
        generation.publish(self._component, question.node_signal(self._component.clock.timestamp_ns()))

    def _ask_http_behind(self, question: Question) -> None:
        client = self._client()
        if client is None:
            return
        until = self._feed_of().read(self._bar_types)

        def job() -> None:
            if question.signal_id not in self._waiting:
                return  # its time is over, or the bus was faster; its bars go ahead of the next
            answer = self._ask_http(client, question, until)
            self._arrived.put(lambda: self._answer_waiting(question.signal_id, answer))

        self._do(job)

    def _answer_waiting(self, signal_id: str, answer: Answer | str) -> None:
        if (waiting := self._waiting.pop(signal_id, None)) is not None:
            self._end(waiting.question, waiting.then, answer)

    def _ask_http(self, client: Client, question: Question, until: Until) -> Answer | str:
        """The answer, or why there is none."""
        silent_ms = self._road.silent_ms if isinstance(self._road, Bus) else 0
        seconds = (self._timeout_ms - silent_ms) / 1000
        try:
            self._feed_of().send(client, until, seconds)
            return from_wire(client.signal(question.wire(), timeout=seconds), "http")
        except ClientError as error:
            return str(error)

    def _end(self, question: Question, then: Then, answer: Answer | str) -> None:
        if isinstance(answer, str):
            self._component.log.warning(f"ML4T: {question.signal_id}: {answer}; last resort {self._last_resort}")
            answer = last_resort_answer(question, self._last_resort, answer)
        self.counts[answer.via] += 1
        then(answer)

    def _tell(self, client: Client, outcome: ToldOutcome) -> None:
        try:
            client.outcome(outcome)
            self._arrived.put(lambda: self._note("outcomes"))
        except ClientError as error:
            sentence = f"outcome of {outcome['signal_id']}: {error}"
            self._arrived.put(lambda: self._note("outcomes_refused", sentence))

    def _note(self, what: str, warning: str | None = None) -> None:
        self.counts[what] += 1
        if warning is not None:
            self._component.log.warning(f"ML4T: {warning}")

    def _send_bars(self) -> None:
        feed, client = self._feed, self._client()
        if feed is not None and client is not None:
            until = feed.read(self._bar_types)
            self._do(lambda: feed.send(client, until))

    def _do(self, job: Callable[[], object]) -> None:
        """Runs a call of the service: behind the node where it is live, at once in a backtest."""
        if self._worker is None:
            self._logged(job)
            self._take_arrived()
        else:
            self._worker.submit(self._logged, job)

    def _logged(self, job: Callable[[], object]) -> None:
        try:
            job()
        except Exception as error:
            if isinstance(self._last_resort, Fail):
                raise
            sentence = str(error)
            self._arrived.put(lambda: self._note("failed_calls", sentence))

    def _take_arrived(self) -> None:
        while True:
            try:
                arrived = self._arrived.get_nowait()
            except Empty:
                return
            arrived()

    def _client(self) -> Client | None:
        return None if isinstance(self._road, Replayed) else self._road.client

    def _feed_of(self) -> BarFeed:
        assert self._feed is not None, "a replay needs no bars"
        return self._feed

    def _set_timer(self, is_wanted: bool) -> None:
        clock = self._component.clock
        if is_wanted and not self._has_timer:
            clock.set_timer(name=self._timer, interval=timedelta(milliseconds=_TICK_MS), callback=self.tick)
        elif self._has_timer and not is_wanted:
            clock.cancel_timer(self._timer)
        self._has_timer = is_wanted


def _by_id(answers: Iterable[Any]) -> Mapping[str, Answer]:
    """By their ids, and those by bars without a type by what else tells a signal from others."""
    read = [from_node(getattr(answer, "data", answer), "replay") for answer in answers]
    untyped = {f"{of.instrument_id}:{of.asked_ts}:{of.signal}": of for of in read if of.bar_type is None}
    return {**untyped, **{answer.signal_id: answer for answer in read}}
