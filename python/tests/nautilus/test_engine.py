"""A strategy in a real BacktestEngine of the NautilusTrader that is installed, 1.x or 2.x, and its fills."""

from __future__ import annotations

import unittest
from decimal import Decimal
from typing import Any

from nautilus_trader.model import InstrumentId, Money, Price, Quantity, Symbol, Venue
from stand_in import BAR_TYPE, bar, wire_answer

from ml4t_client import Client
from ml4t_client.nautilus import GENERATION, Answer, Fail, Http, ML4TActor, ML4TStrategy
from scripted_service import Reply, ScriptedService, Sent

if GENERATION == 1:
    from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
    from nautilus_trader.common.config import LoggingConfig
    from nautilus_trader.model.currencies import BTC, USDT
    from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
    from nautilus_trader.model.instruments import CurrencyPair

    CONFIG = BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True))
    FEES: dict[str, Any] = {}
else:
    from nautilus_trader.backtest import BacktestEngine, BacktestEngineConfig
    from nautilus_trader.execution import MakerTakerFeeModel
    from nautilus_trader.model import AccountType, Currency, CurrencyPair, OmsType, OrderSide

    BTC, USDT = Currency.from_str("BTC"), Currency.from_str("USDT")
    CONFIG = BacktestEngineConfig(bypass_logging=True, run_analysis=False)
    FEES = {"fee_model": MakerTakerFeeModel(Decimal(0), Decimal(0))}

INSTRUMENT = CurrencyPair(
    instrument_id=InstrumentId.from_str("BTCUSDT.BINANCE"),
    raw_symbol=Symbol("BTCUSDT"),
    base_currency=BTC,
    quote_currency=USDT,
    price_precision=2,
    size_precision=6,
    price_increment=Price.from_str("0.01"),
    size_increment=Quantity.from_str("0.000001"),
    ts_event=0,
    ts_init=0,
)
N_BARS = 12
SOLD_AT, CLOSED_AT = 3, 7


class SellsOnce(ML4TStrategy):
    """Sells at a bar what is taken, and closes at a later one, or where it stops."""

    def __init__(self, client: Client, closed_at: int | None) -> None:
        super().__init__(road=Http(client), last_resort=Fail())
        self.closed_at = closed_at
        self.answers: list[Answer] = []
        self.n_bars = 0

    def on_start(self) -> None:
        self.start_asking(BAR_TYPE)
        self.subscribe_bars(BAR_TYPE)

    def on_bar(self, closed: Any) -> None:
        if self.n_bars == SOLD_AT:
            self.ask(closed, -1)
        if self.n_bars == self.closed_at:
            self.close_all_positions(BAR_TYPE.instrument_id)
        self.n_bars += 1

    def on_stop(self) -> None:
        if self.closed_at is None:
            self.close_all_positions(BAR_TYPE.instrument_id)
        super().on_stop()

    def on_answer(self, answer: Answer) -> None:
        self.answers.append(answer)
        quantity = Quantity.from_str(f"{abs(answer.size()):.6f}")
        order = self.order_factory.market(BAR_TYPE.instrument_id, OrderSide.SELL, quantity)
        self.submit_answered(order, answer)


class AsksAnActor(ML4TStrategy):
    """Has its questions asked by an actor of the same node."""

    def __init__(self, client: Client, actor: ML4TActor) -> None:
        super().__init__(road=Http(client), last_resort=Fail())
        self.actor = actor
        self.answers: list[Answer] = []

    def on_start(self) -> None:
        self.subscribe_bars(BAR_TYPE)

    def on_bar(self, closed: Any) -> None:
        self.actor.ask(closed, 1, then=self.answers.append)


def respond(sent: Sent) -> Reply:
    return Reply(body=wire_answer(sent.json()) if sent.path == "/v1/signals" else {})


def engine(*components: Any) -> Any:
    made = BacktestEngine(CONFIG)
    made.add_venue(
        Venue("BINANCE"),
        OmsType.NETTING,
        AccountType.MARGIN,
        [Money.from_str("1000000 USDT"), Money.from_str("100 BTC")],
        **FEES,
    )
    made.add_instrument(INSTRUMENT)
    made.add_data([bar(i) for i in range(N_BARS)])
    for component in components:
        (made.add_strategy if isinstance(component, ML4TStrategy) else made.add_actor)(component)
    return made


class Backtest(unittest.TestCase):
    def test_a_strategy_is_answered_at_once_sends_its_bars_and_tells_its_fills(self) -> None:
        with ScriptedService(respond) as service:
            strategy = SellsOnce(Client(service.url), CLOSED_AT)
            engine(strategy).run()
        self.assertEqual([(answer.via, answer.size()) for answer in strategy.answers], [("http", -0.5)])
        sent = {
            path: [one.json() for one in service.sent if one.path.startswith(path)] for path in ("/v1/bars", "/v1/o")
        }
        closes = [close for batch in sent["/v1/bars"] for close in batch["close"]]
        self.assertEqual(closes, [f"{100 + i}.10" for i in range(N_BARS)], "a bar is missing, twice, or out of order")
        (told,) = sent["/v1/o"]
        opened, closed = 100.1 + SOLD_AT, 100.1 + CLOSED_AT
        self.assertAlmostEqual(told["return"], 1 - closed / opened, places=3)
        self.assertLess(told["return"], 0, "the market rose, and it was sold")
        self.assertEqual((told["signal_id"], told["ts_exit"]), (strategy.answers[0].signal_id, bar(CLOSED_AT).ts_event))

    def test_a_position_that_is_closed_in_on_stop_is_counted_as_not_told(self) -> None:
        with ScriptedService(respond) as service:
            strategy = SellsOnce(Client(service.url), None)
            engine(strategy).run()
        self.assertEqual([sent.path for sent in service.sent if sent.path == "/v1/outcomes"], [])
        self.assertEqual(strategy.answered, {"http": 1, "outcomes_untold": 1})

    def test_an_actor_asks_for_a_strategy(self) -> None:
        with ScriptedService(respond) as service:
            client = Client(service.url)
            actor = ML4TActor([BAR_TYPE], road=Http(client), last_resort=Fail())
            strategy = AsksAnActor(client, actor)
            engine(actor, strategy).run()
        self.assertEqual([answer.asked_ts for answer in strategy.answers], [bar(i).ts_event for i in range(N_BARS)])


if __name__ == "__main__":
    unittest.main()
