"""ML4T in a BacktestEngine of NautilusTrader 1.x: `python backtest.py played.csv`.

The strategy is that of live_1x.py, word for word, and takes the same decisions on the same bars. `ml4t serve` answers,
one without Redis and with a data directory of its own: SERVICE_URL=http://127.0.0.1:8788 says where.
"""

import csv
import os
import sys

from ml4t_client import Client
from ml4t_client.nautilus import Answer, Fail, Http, LastResort, ML4TStrategy, Road
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.common.config import LoggingConfig
from nautilus_trader.model.currencies import BTC, USDT
from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
from nautilus_trader.model.instruments import CurrencyPair
from nautilus_trader.model.objects import Money, Price, Quantity

SERVICE_URL = os.environ.get("SERVICE_URL", "http://127.0.0.1:8787")
BAR_TYPE = BarType.from_str("BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL")


class EmaCross(ML4TStrategy):
    """Your strategy: it signals where a fast mean crosses a slow one, asks, and trades what is taken."""

    def __init__(self, bar_type: BarType, road: Road, last_resort: LastResort) -> None:
        super().__init__(road=road, last_resort=last_resort)
        self.bar_type = bar_type
        self.fast: float | None = None
        self.slow: float | None = None
        self.was_above: bool | None = None

    def on_start(self) -> None:
        self.start_asking(self.bar_type)
        self.subscribe_bars(self.bar_type)

    def on_bar(self, bar: Bar) -> None:
        close = float(bar.close)
        self.fast = close if self.fast is None else self.fast + (close - self.fast) / 5
        self.slow = close if self.slow is None else self.slow + (close - self.slow) / 10
        is_above = self.fast > self.slow
        if self.was_above is not None and is_above != self.was_above:
            self.ask(bar, 1 if is_above else -1)
        self.was_above = is_above

    def on_answer(self, answer: Answer) -> None:
        side = "buy " if answer.signal > 0 else "sell"
        why = answer.take_reason or answer.reason
        print(
            f"{answer.asked_ts} {side} take={answer.take()} size={answer.size():+.6f} {answer.source}: {why}",
            answer.via,
        )
        if answer.take():
            instrument = self.cache.instrument(self.bar_type.instrument_id)
            quantity = instrument.make_qty(100 * abs(answer.size()))  # 100 units are the whole
            order_side = OrderSide.BUY if answer.signal > 0 else OrderSide.SELL
            self.submit_order(self.order_factory.market(self.bar_type.instrument_id, order_side, quantity))


def load_bars(path: str) -> list[Bar]:
    """The bars of a CSV with ts_event (ns), open, high, low, close and volume."""
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    prices = [[Price(float(row[name]), 2) for name in ("open", "high", "low", "close")] for row in rows]
    times = [int(row["ts_event"]) for row in rows]
    return [
        Bar(BAR_TYPE, *price, Quantity(float(row["volume"]), 3), ts, ts)
        for row, price, ts in zip(rows, prices, times, strict=True)
    ]


INSTRUMENT = CurrencyPair(
    instrument_id=InstrumentId.from_str("BTCUSDT.BINANCE"),
    raw_symbol=Symbol("BTCUSDT"),
    base_currency=BTC,
    quote_currency=USDT,
    price_precision=2,
    size_precision=3,
    price_increment=Price.from_str("0.01"),
    size_increment=Quantity.from_str("0.001"),
    ts_event=0,
    ts_init=0,
)

engine = BacktestEngine(BacktestEngineConfig(trader_id="TESTER-001", logging=LoggingConfig(log_level="WARNING")))
engine.add_venue(
    venue=Venue("BINANCE"),
    oms_type=OmsType.NETTING,
    account_type=AccountType.MARGIN,
    starting_balances=[Money(1_000_000, USDT), Money(100, BTC)],
)
engine.add_instrument(INSTRUMENT)
engine.add_data(load_bars(sys.argv[1]))
strategy = EmaCross(BAR_TYPE, Http(Client(SERVICE_URL)), Fail())  # no answer: an error, not a run without trades
engine.add_strategy(strategy)
engine.run()
print(dict(strategy.answered))
engine.dispose()
