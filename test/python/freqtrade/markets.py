"""An exchange of freqtrade whose markets are handed in, so that it asks nobody."""

from typing import Any

from freqtrade.exchange import Exchange
from freqtrade.resolvers import ExchangeResolver


def exchange_of(config: dict[str, Any]) -> Exchange:
    """The exchange of a configuration, with a market for each of its pairs."""
    exchange = ExchangeResolver.load_exchange(config, validate=False)
    pairs = config["exchange"]["pair_whitelist"]
    exchange._markets = {pair: _market(pair) for pair in pairs}
    exchange._leverage_tiers = {pair: [_TIER] for pair in pairs}
    return exchange


#: Of futures: any position, up to a leverage of 10.
_TIER = {"minNotional": 0, "maxNotional": 1e9, "maintenanceMarginRate": 0.01, "maxLeverage": 10, "maintAmt": 0.0}


def _market(pair: str) -> dict[str, Any]:
    symbol, _, settle = pair.partition(":")
    base, _, quote = symbol.partition("/")
    is_future = settle != ""
    return {
        "id": base + quote,
        "symbol": pair,
        "base": base,
        "quote": quote,
        "settle": settle or None,
        "type": "swap" if is_future else "spot",
        "spot": not is_future,
        "margin": False,
        "swap": is_future,
        "future": False,
        "option": False,
        "contract": is_future,
        "linear": True if is_future else None,
        "inverse": False if is_future else None,
        "contractSize": 1.0 if is_future else None,
        "active": True,
        "taker": 0.001,
        "maker": 0.001,
        "precision": {"amount": 1e-10, "price": 1e-10},
        "limits": {
            "amount": {"min": 1e-12, "max": None},
            "price": {"min": None, "max": None},
            "cost": {"min": 0.01, "max": None},
            "leverage": {"min": 1, "max": 10},
        },
        "info": {},
    }
