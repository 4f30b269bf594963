"""What freqtrade's bot asks a strategy at each entry: `python live.py config.json SERVICE_URL N`.

The calls are wrapped as the bot wraps them, candle by candle over those of the folder. Prints a line of JSON for each of
the last N entries.
"""

import json
import sys
from types import SimpleNamespace

from freqtrade.configuration import Configuration
from freqtrade.data.dataprovider import DataProvider
from freqtrade.data.history import load_pair_history
from freqtrade.enums import RunMode
from freqtrade.resolvers import StrategyResolver
from freqtrade.strategy.strategy_wrapper import strategy_safe_wrapper
from markets import exchange_of

PROPOSED = 12_345.0

config = Configuration({"config": [sys.argv[1]]}, RunMode.DRY_RUN).get_config()
config["ml4t"] = {**config["ml4t"], "url": sys.argv[2], "capital": 1_000.0, "timeout": 2}
config["exchange"]["enable_ws"] = False  # its thread would not end
[pair] = config["exchange"]["pair_whitelist"]
strategy = StrategyResolver.load_strategy(config)
strategy.dp = DataProvider(config, exchange_of(config))
strategy.dp.add_pairlisthandler(SimpleNamespace(whitelist=[pair]))
strategy.ft_bot_start()
candles = load_pair_history(
    pair=pair, timeframe=strategy.timeframe, datadir=config["datadir"], candle_type=config["candle_type_def"]
)
analyzed = strategy.analyze_ticker(candles, {"pair": pair})
entries = analyzed.index[analyzed["enter_long"] == 1][-int(sys.argv[3]) :]
for row in entries:
    strategy.dp._set_cached_df(pair, strategy.timeframe, analyzed.iloc[: row + 1], config["candle_type_def"])
    now = analyzed["date"].iat[row].to_pydatetime()
    said = {"pair": pair, "current_time": now, "entry_tag": None, "side": "long"}
    strategy_safe_wrapper(strategy.bot_loop_start, supress_error=True)(current_time=now)
    stake = strategy_safe_wrapper(strategy.custom_stake_amount, default_retval=PROPOSED)(
        current_rate=1.0, proposed_stake=PROPOSED, min_stake=None, max_stake=1e9, leverage=1.0, **said
    )
    is_confirmed = strategy_safe_wrapper(strategy.confirm_trade_entry, default_retval=True)(
        order_type="limit", amount=1.0, rate=1.0, time_in_force="GTC", **said
    )
    opened = analyzed["date"].iat[row].value
    print("RESULT", json.dumps({"open_ts": str(opened), "stake": stake, "is_confirmed": bool(is_confirmed)}), flush=True)
