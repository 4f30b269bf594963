"""Spreads and flows by OrderFlowKit, each on one window of bars, for a long trade."""

from orderflowkit.metrics.liquidity.amihud import amihud_illiquidity
from orderflowkit.metrics.order_flow.imbalance import imbalance_ratio
from orderflowkit.metrics.spread.corwin_schultz import corwin_schultz_spread
from orderflowkit.metrics.spread.roll import roll_spread


def amihud(bars, n):
    """The mean over the bars with volume: the library gives none where a bar of the window has no volume."""
    ratios = amihud_illiquidity(bars.close, bars.volume, window=1)
    return ratios.tail(n).mean()


def order_flow_imbalance(bars, n):
    buys = bars.taker_buy_volume.rolling(n).sum()
    sells = (bars.volume - bars.taker_buy_volume).rolling(n).sum()
    return imbalance_ratio(buys, sells).iloc[-1]


REFERENCES = {
    "amihud_illiquidity": amihud,
    "corwin_schultz_spread": lambda bars, n: corwin_schultz_spread(bars.high, bars.low).rolling(n).mean().iloc[-1],
    "roll_spread": lambda bars, n: roll_spread(bars.close, window=n).iloc[-1] / bars.close.iloc[-1],
    "order_flow_imbalance": order_flow_imbalance,
}


def library_of(_base):
    return "OrderFlowKit"
