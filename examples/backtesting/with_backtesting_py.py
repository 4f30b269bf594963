"""The trades of a replay in backtesting.py: `python with_backtesting_py.py newer.csv answers.ndjson`.

The replay was told `--set labels.fill=close`, so that it fills where this does: at closes.
"""

import sys

import pandas as pd
from backtesting import Backtest, Strategy
from ml4t_client.backtesting import read_replay, taken_trades

CAPITAL = 1_000_000.0  # what a size of 1 stands for
FEE = 0.0001  # of each fill

bars = pd.read_csv(sys.argv[1])
trades = taken_trades(bars["ts_event"], read_replay(sys.argv[2]))
orders = trades.one_at_a_time().orders()


class Taken(Strategy):
    """Enters and leaves at the close of the bar of a decision."""

    def init(self) -> None:
        pass

    def next(self) -> None:
        row = len(self.data) - 1
        units = round(CAPITAL * orders.size[row] / self.data.Close[-1])  # whole ones
        if orders.exits[row] or orders.short_exits[row]:
            self.position.close()
        if orders.entries[row] and units > 0:
            self.buy(size=units)
        if orders.short_entries[row] and units > 0:
            self.sell(size=units)


frame = bars.rename(columns=str.capitalize)[["Open", "High", "Low", "Close", "Volume"]]
frame.index = pd.to_datetime(bars["ts_event"])
backtest = Backtest(frame, Taken, cash=CAPITAL, commission=FEE, trade_on_close=True, finalize_trades=True)
found = backtest.run()["_trades"]
for trade in found.to_dict("records"):
    side = "buy" if trade["Size"] > 0 else "sell"
    print(f"{trade['EntryBar']} {trade['ExitBar']} {side} {abs(trade['Size'])} {trade['PnL']:+.2f}")
print(f"{trades.side.size} taken, {len(found)} one at a time: {found['PnL'].sum():+.2f}")
