"""Writes the candles and the entries of a strategy, as `ml4t train` and `ml4t replay` read them.

    python export.py config.json ml4t/train --timerange 20250101-20250701

For each pair of the configuration `PAIR.bars.csv` and `PAIR.signals.csv`, of the candles that `freqtrade download-data`
has fetched.
"""

import argparse
from pathlib import Path

from freqtrade.configuration import Configuration, TimeRange
from freqtrade.data.dataprovider import DataProvider
from freqtrade.data.history import load_pair_history
from freqtrade.resolvers import StrategyResolver
from ml4t_client.freqtrade import bars_of, signals_of

arguments = argparse.ArgumentParser()
arguments.add_argument("config")
arguments.add_argument("folder", type=Path)
arguments.add_argument("--timerange")
said = arguments.parse_args()

config = Configuration.from_files([said.config])
strategy = StrategyResolver.load_strategy(config)
strategy.dp = DataProvider(config, None)
strategy.ft_bot_start()
said.folder.mkdir(parents=True, exist_ok=True)
for pair in config["exchange"]["pair_whitelist"]:
    candles = load_pair_history(
        pair=pair,
        timeframe=strategy.timeframe,
        datadir=config["datadir"],
        candle_type=config["candle_type_def"],
        timerange=TimeRange.parse_timerange(said.timerange),
        startup_candles=strategy.startup_candle_count,
    )
    if candles.empty:
        raise SystemExit(f"{pair}: no candles; fetch them by freqtrade download-data")
    analyzed = strategy.analyze_ticker(candles, {"pair": pair})
    columns = strategy.ml4t_settings.columns
    name = pair.replace("/", "_").replace(":", "_")
    bars_of(analyzed, strategy.timeframe).to_csv(said.folder / f"{name}.bars.csv", index=False)
    signals = signals_of(analyzed, strategy.timeframe, columns, can_short=strategy.can_short)
    signals.to_csv(said.folder / f"{name}.signals.csv", index=False)
    print(f"{pair}: {len(candles)} candles, {len(signals)} entries")
