"""Backtests of freqtrade without a network: `python backtest.py config.json CHANGES…` in a folder with candles.

Each argument after the configuration is a JSON object that is laid over it, and a backtest of its own. Prints a line of
JSON for each: the trades, or why it ended.
"""

import json
import sys
from typing import Any

from freqtrade.commands.optimize_commands import setup_optimize_configuration
from freqtrade.enums import RunMode
from freqtrade.optimize.backtesting import Backtesting
from markets import exchange_of


def backtest(changes: dict[str, Any]) -> dict[str, Any]:
    """The trades of one backtest."""
    said = {"config": [sys.argv[1]], "export": "none", "backtest_cache": "none", "fee": 0.001}
    config = setup_optimize_configuration(said, RunMode.BACKTEST)
    for name, value in changes.items():
        config[name] = {**config.get(name, {}), **value} if isinstance(value, dict) else value
    backtesting = Backtesting(config, exchange=exchange_of(config))
    backtesting.start()
    trades = backtesting.all_bt_content[backtesting.strategy.get_strategy_name()]["results"]
    names = ["pair", "is_short", "stake_amount", "leverage", "amount", "open_rate", "profit_abs"]
    rows = trades[names].to_dict("records")
    for row, opened, closed in zip(rows, trades["open_date"], trades["close_date"], strict=True):
        row["open_ts"], row["close_ts"] = str(opened.value), str(closed.value)
    return {"trades": rows}


for text in sys.argv[2:]:
    try:
        line = backtest(json.loads(text))
    except SystemExit as stopped:
        line = {"stopped": str(stopped)}
    except Exception as error:
        line = {"stopped": f"{type(error).__name__}: {error}"}
    print("RESULT", json.dumps(line), flush=True)
