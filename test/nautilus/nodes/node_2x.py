"""A node of NautilusTrader 2.x with a strategy that publishes its signal in `on_bar`, as the page shows."""

from nautilus_trader.common import Environment, LoggerConfig, LogLevel, MessageBusConfig, SerializationEncoding
from nautilus_trader.infrastructure import RedisMessageBusConfig, RedisMessageBusFactory
from nautilus_trader.live import DataClientConfig, LiveDataEngineConfig, LiveNodeBuilder, LiveNodeConfig
from nautilus_trader.live.clients import DataClientFactory, MarketDataClient
from nautilus_trader.model import (
    Bar,
    BarType,
    ClientId,
    CustomData,
    DataType,
    Price,
    Quantity,
    TraderId,
    register_custom_data_class,
)
from nautilus_trader.trading import Strategy, StrategyConfig

from classes import EnrichedSignal, TradeSignal
from plan import PLAN, read_bars, say, side_of, signal_ts, work

ML4T = ClientId("ML4T")
ENCODINGS = {"json": SerializationEncoding.JSON, "msgpack": SerializationEncoding.MSG_PACK}


class Replay(MarketDataClient):
    """A feed whose bars the test writes."""

    async def _connect(self) -> None:
        read_bars(lambda bar: self.loop.call_soon_threadsafe(self._take, bar))

    async def _disconnect(self) -> None:
        pass

    async def _subscribe_bars(self, command) -> None:
        pass

    async def _unsubscribe_bars(self, command) -> None:
        pass

    def _take(self, bar: dict) -> None:
        prices = [Price.from_str(bar[name]) for name in ("open", "high", "low", "close")]
        ts = int(bar["ts_event"])
        self._handle_data(Bar(BarType.from_str(bar["bar_type"]), *prices, Quantity.from_str(bar["volume"]), ts, ts))


class ReplayFactory(DataClientFactory):
    """Makes the feed."""

    @staticmethod
    def create(*, name, config, cache, clock) -> Replay:
        return Replay(name=name, config=config, cache=cache, clock=clock)


class Signaller(Strategy):
    """Publishes a signal at every bar of the judged type, and then works."""

    def on_start(self) -> None:
        self.subscribe_data(DataType("EnrichedSignal"), client_id=ML4T)
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
        data_type = DataType("TradeSignal")
        self.publish_data(data_type, CustomData(data_type, signal))
        work()
        say("sent", ts_event=str(bar.ts_event))

    def on_data(self, data) -> None:
        answer = data.data if isinstance(data, CustomData) else data
        if isinstance(answer, EnrichedSignal):
            say("answer", answer={**answer.to_dict(), "ts_event": str(answer.ts_event), "ts_init": str(answer.ts_init)})


def main() -> None:
    """Runs until it is ended."""
    for data_class in (TradeSignal, EnrichedSignal):
        register_custom_data_class(data_class)
    config = LiveNodeConfig(
        environment=Environment.LIVE,
        trader_id=TraderId("TESTER-001"),
        logging=LoggerConfig(stdout_level=LogLevel.ERROR),
        msgbus=MessageBusConfig(
            encoding=ENCODINGS[PLAN["encoding"]],
            use_trader_prefix=False,
            use_trader_id=False,
            use_instance_id=False,
            streams_prefix=PLAN["signals"],
            stream_per_topic=PLAN["is_per_topic"],
            external_streams=[PLAN["enriched"]],
            heartbeat_interval_secs=1,
        ),
        data_engine=LiveDataEngineConfig(external_clients=[ML4T]),
    )
    bus = RedisMessageBusFactory(RedisMessageBusConfig(host="127.0.0.1", port=PLAN["redis_port"]))
    builder = LiveNodeBuilder.from_config("TESTER", config)
    builder = builder.with_external_msgbus_factory(bus).with_reconciliation(False)
    node = builder.add_data_client("REPLAY", ReplayFactory, DataClientConfig()).build()
    node.add_strategy(Signaller(StrategyConfig()))
    node.run()


main()
