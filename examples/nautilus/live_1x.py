"""ML4T beside a live node of NautilusTrader 1.x: `python live_1x.py played.csv`.

Bars of a file stand for a venue's, and fills are simulated: only Redis and `ml4t serve` on this machine are asked. Your
own data client takes the place of `PlayedBars`.
"""

import asyncio
import csv
import os
import sys

from ml4t_client import Client
from ml4t_client.nautilus import Answer, Bus, LastResort, ML4TStrategy, Refuse, Road
from nautilus_trader.adapters.sandbox.config import SandboxExecutionClientConfig
from nautilus_trader.adapters.sandbox.factory import SandboxLiveExecClientFactory
from nautilus_trader.common.config import DatabaseConfig, LoggingConfig, MessageBusConfig
from nautilus_trader.common.providers import InstrumentProvider
from nautilus_trader.live.config import (
    LiveDataClientConfig,
    LiveDataEngineConfig,
    LiveExecEngineConfig,
    TradingNodeConfig,
)
from nautilus_trader.live.data_client import LiveMarketDataClient
from nautilus_trader.live.factories import LiveDataClientFactory
from nautilus_trader.live.node import TradingNode
from nautilus_trader.model.currencies import BTC, USDT
from nautilus_trader.model.data import Bar, BarType, QuoteTick
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import ClientId, InstrumentId, Symbol, Venue
from nautilus_trader.model.instruments import CurrencyPair
from nautilus_trader.model.objects import Price, Quantity

SERVICE_URL = os.environ.get("SERVICE_URL", "http://127.0.0.1:8787")
REDIS_PORT = int(os.environ.get("REDIS_PORT", "6379"))
BAR_TYPE = BarType.from_str("BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL")
SECONDS = 0.01  # between two bars


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


def quote_of(bar: Bar) -> QuoteTick:
    size = Quantity(1_000, 3)
    return QuoteTick(INSTRUMENT.id, bar.close, bar.close, size, size, bar.ts_event, bar.ts_init)


class PlayedBars(LiveMarketDataClient):
    """Stands for the data client of your venue."""

    async def _connect(self) -> None:
        self._handle_data(INSTRUMENT)

    async def _disconnect(self) -> None:
        pass

    async def _subscribe_bars(self, command) -> None:
        await asyncio.sleep(1.0)
        for bar in BARS:
            self._handle_data(quote_of(bar))  # the sandbox fills at quotes, not at bars
            self._handle_data(bar)
            await asyncio.sleep(SECONDS)
        await asyncio.sleep(1.0)
        node.stop()

    async def _unsubscribe_bars(self, command) -> None:
        pass


class PlayedBarsFactory(LiveDataClientFactory):
    @staticmethod
    def create(loop, name, config, msgbus, cache, clock):
        provider = InstrumentProvider()
        return PlayedBars(loop, ClientId(name), Venue("BINANCE"), msgbus, cache, clock, provider, config)


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
BARS = load_bars(sys.argv[1])

node = TradingNode(
    TradingNodeConfig(
        trader_id="TESTER-001",
        logging=LoggingConfig(log_level="WARNING"),
        timeout_post_stop=1.0,
        message_bus=MessageBusConfig(
            database=DatabaseConfig(type="redis", host="127.0.0.1", port=REDIS_PORT),
            encoding="json",  # as redis.encoding of ml4t.yaml
            timestamps_as_iso8601=False,
            use_trader_prefix=False,
            use_trader_id=False,
            use_instance_id=False,
            streams_prefix="nautilus:signals",
            stream_per_topic=False,
            external_streams=["nautilus:enriched_signals"],
            types_filter=[QuoteTick],  # nobody reads them there; never Bar, nor TradeSignal
            heartbeat_interval_secs=1,
            autotrim_mins=30,
        ),
        data_engine=LiveDataEngineConfig(external_clients=[ClientId("ML4T")]),
        exec_engine=LiveExecEngineConfig(reconciliation=False),  # the sandbox has nothing to reconcile
        data_clients={"PLAYED": LiveDataClientConfig()},
        exec_clients={
            "BINANCE": SandboxExecutionClientConfig(venue="BINANCE", starting_balances=["1_000_000 USDT", "100 BTC"])
        },
    )
)
node.add_data_client_factory("PLAYED", PlayedBarsFactory)
node.add_exec_client_factory("BINANCE", SandboxLiveExecClientFactory)
strategy = EmaCross(BAR_TYPE, Bus(Client(SERVICE_URL)), Refuse())  # no answer in time: no trade
node.trader.add_strategy(strategy)
node.build()
try:
    node.run()
finally:
    node.dispose()
print(dict(strategy.answered))
