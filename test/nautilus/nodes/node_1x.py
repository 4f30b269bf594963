"""A node of NautilusTrader 1.x with a strategy that publishes its signal in `on_bar`, as the page shows."""

import asyncio

from nautilus_trader.common.providers import InstrumentProvider
from nautilus_trader.config import (
    DatabaseConfig,
    LiveDataClientConfig,
    LiveDataEngineConfig,
    LiveExecEngineConfig,
    LoggingConfig,
    MessageBusConfig,
    TradingNodeConfig,
)
from nautilus_trader.live.data_client import LiveMarketDataClient
from nautilus_trader.live.factories import LiveDataClientFactory
from nautilus_trader.live.node import TradingNode
from nautilus_trader.model.data import Bar, BarType, DataType
from nautilus_trader.model.identifiers import ClientId
from nautilus_trader.model.objects import Price, Quantity
from nautilus_trader.trading.strategy import Strategy

from classes import EnrichedSignal, TradeSignal
from plan import PLAN, read_bars, say, side_of, signal_ts, work

ML4T = ClientId("ML4T")


class ReplayConfig(LiveDataClientConfig, frozen=True):
    """Settings of the feed: none."""


class Replay(LiveMarketDataClient):
    """A feed whose bars the test writes."""

    async def _connect(self) -> None:
        read_bars(lambda bar: self._loop.call_soon_threadsafe(self._take, bar))

    async def _disconnect(self) -> None:
        pass

    async def _subscribe_bars(self, command) -> None:
        pass

    def _take(self, bar: dict) -> None:
        prices = [Price.from_str(bar[name]) for name in ("open", "high", "low", "close")]
        ts = int(bar["ts_event"])
        self._handle_data(Bar(BarType.from_str(bar["bar_type"]), *prices, Quantity.from_str(bar["volume"]), ts, ts))


class ReplayFactory(LiveDataClientFactory):
    """Makes the feed."""

    @staticmethod
    def create(loop: asyncio.AbstractEventLoop, name: str, config: ReplayConfig, msgbus, cache, clock) -> Replay:
        return Replay(
            loop=loop,
            client_id=ClientId(name),
            venue=None,
            msgbus=msgbus,
            cache=cache,
            clock=clock,
            instrument_provider=InstrumentProvider(),
            config=config,
        )


class Signaller(Strategy):
    """Publishes a signal at every bar of the judged type, and then works."""

    def on_start(self) -> None:
        self.subscribe_data(DataType(EnrichedSignal), client_id=ML4T)
        for bar_type in PLAN["bar_types"]:
            self.subscribe_bars(BarType.from_str(bar_type), client_id=ClientId("REPLAY"))
        say("ready")

    def on_bar(self, bar: Bar) -> None:
        side = side_of(bar.ts_event, str(bar.bar_type))
        if side is None:
            return
        signal = TradeSignal(
            ts_event=signal_ts(bar.ts_event, str(bar.bar_type)),
            ts_init=self.clock.timestamp_ns(),
            instrument_id=bar.bar_type.instrument_id,
            signal=side,
            **({"bar_type": str(bar.bar_type)} if PLAN["names_bar_type"] else {}),
        )
        self.publish_data(DataType(TradeSignal), signal)
        work()
        say("sent", ts_event=str(bar.ts_event))

    def on_data(self, data) -> None:
        if isinstance(data, EnrichedSignal):
            say("answer", answer={**data.to_dict(), "ts_event": str(data.ts_event), "ts_init": str(data.ts_init)})


def main() -> None:
    """Runs until it is ended."""
    config = TradingNodeConfig(
        trader_id="TESTER-001",
        logging=LoggingConfig(log_level="ERROR"),
        message_bus=MessageBusConfig(
            database=DatabaseConfig(type="redis", host="127.0.0.1", port=PLAN["redis_port"]),
            encoding=PLAN["encoding"],
            timestamps_as_iso8601=PLAN["is_per_topic"],
            use_trader_prefix=False,
            use_trader_id=False,
            use_instance_id=False,
            streams_prefix=PLAN["signals"],
            stream_per_topic=PLAN["is_per_topic"],
            external_streams=[PLAN["enriched"]],
            heartbeat_interval_secs=1,
        ),
        data_engine=LiveDataEngineConfig(external_clients=[ML4T]),
        exec_engine=LiveExecEngineConfig(reconciliation=False),
        data_clients={"REPLAY": ReplayConfig()},
        timeout_connection=5.0,
        timeout_disconnection=1.0,
        timeout_post_stop=0.1,
    )
    node = TradingNode(config=config)
    node.add_data_client_factory("REPLAY", ReplayFactory)
    node.trader.add_strategy(Signaller())
    node.build()
    node.run()


main()
