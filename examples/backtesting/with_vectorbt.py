"""The trades of a replay in vectorbt: `python with_vectorbt.py newer.csv answers.ndjson`.

The replay was told `--set labels.fill=close`, so that it fills where this does: at closes.
"""

import sys

import pandas as pd
import vectorbt as vbt
from ml4t_client.backtesting import read_replay, taken_trades

CAPITAL = 1_000_000.0  # what a size of 1 stands for
FEE = 0.0001  # of each fill

bars = pd.read_csv(sys.argv[1])
trades = taken_trades(bars["ts_event"], read_replay(sys.argv[2]))
orders = trades.one_at_a_time().orders()
portfolio = vbt.Portfolio.from_signals(
    bars["close"],
    entries=orders.entries,
    exits=orders.exits,
    short_entries=orders.short_entries,
    short_exits=orders.short_exits,
    size=(CAPITAL * orders.size / bars["close"]).round(),  # whole units
    init_cash=CAPITAL,
    fees=FEE,
)
for trade in portfolio.trades.records.to_dict("records"):
    side = "buy" if trade["direction"] == 0 else "sell"
    print(f"{trade['entry_idx']} {trade['exit_idx']} {side} {trade['size']:.0f} {trade['pnl']:+.2f}")
print(f"{trades.side.size} taken, {len(portfolio.trades.records)} one at a time: {portfolio.total_profit():+.2f}")
