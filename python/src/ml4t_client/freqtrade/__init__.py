"""ML4T in a strategy of freqtrade: take or skip of its entries, and their stakes.

`class MyStrategy(ML4TMixin, IStrategy)` asks a running service while it trades, and reads what `ml4t replay --out`
wrote in a backtest. Nothing here imports freqtrade. `docs/python.md` of the orchestrator has a whole example.
"""

from ml4t_client.freqtrade.candles import bars_of, signals_of
from ml4t_client.freqtrade.mixin import ML4TMixin
from ml4t_client.freqtrade.settings import Settings
from ml4t_client.freqtrade.sources import BacktestStopped

__all__ = ["BacktestStopped", "ML4TMixin", "Settings", "bars_of", "signals_of"]
