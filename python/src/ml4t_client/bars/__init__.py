"""Bars as the service takes them, from what Python keeps them in."""

from ml4t_client.bars.columns import Bars, BarTable, bar_columns, sendable
from ml4t_client.bars.times import nanoseconds

__all__ = ["BarTable", "Bars", "bar_columns", "nanoseconds", "sendable"]
