"""A fast mean above a slow one, asked about: ML4T says which crossings to take, and with what stake."""

from freqtrade.strategy import IStrategy
from ml4t_client.freqtrade import ML4TMixin
from pandas import DataFrame


class EmaCross(ML4TMixin, IStrategy):
    """Your strategy, with the mixin before `IStrategy`. It says when; stakes and refusals are the mixin's."""

    INTERFACE_VERSION = 3
    timeframe = "15m"
    startup_candle_count = 200  # a model reads 100 candles at least: earlier signals have no answer
    process_only_new_candles = True
    minimal_roi = {}
    stoploss = -0.10

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe["fast"] = dataframe["close"].ewm(span=5, adjust=False).mean()
        dataframe["slow"] = dataframe["close"].ewm(span=20, adjust=False).mean()
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        is_above = dataframe["fast"] > dataframe["slow"]
        dataframe.loc[is_above & ~is_above.shift(1, fill_value=True), "enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        is_above = dataframe["fast"] > dataframe["slow"]
        dataframe.loc[~is_above & is_above.shift(1, fill_value=False), "exit_long"] = 1
        return dataframe
