"""`EmaCross` on both sides, with a leverage."""

from EmaCross import EmaCross
from pandas import DataFrame


class BothSides(EmaCross):
    """Long above, short below; always in one of both."""

    can_short = True

    def leverage(self, pair: str, **kwargs: object) -> float:
        return 3.0

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe = super().populate_entry_trend(dataframe, metadata)
        is_below = dataframe["fast"] <= dataframe["slow"]
        dataframe.loc[is_below & ~is_below.shift(1, fill_value=True), "enter_short"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe = super().populate_exit_trend(dataframe, metadata)
        is_above = dataframe["fast"] > dataframe["slow"]
        dataframe.loc[is_above & ~is_above.shift(1, fill_value=False), "exit_short"] = 1
        return dataframe
