"""An exchange of freqtrade whose markets are handed in, so that it asks nobody."""

from typing import Any

from freqtrade.exchange import Exchange
from freqtrade.resolvers import ExchangeResolver


def exchange_of(config: dict[str, Any]) -> Exchange:
    """The exchange of a configuration, with a spot market for each of its pairs."""
    exchange = ExchangeResolver.load_exchange(config, validate=False)
    pairs = config["exchange"]["pair_whitelist"]
    exchange._markets = {pair: _market(pair) for pair in pairs}
    return exchange


def _market(pair: str) -> dict[str, Any]:
    base, _, quote = pair.partition("/")
    return {
        "id": base + quote,
        "symbol": pair,
        "base": base,
        "quote": quote,
        "settle": None,
        "type": "spot",
        "spot": True,
        "margin": False,
        "swap": False,
        "future": False,
        "option": False,
        "contract": False,
        "active": True,
        "taker": 0.001,
        "maker": 0.001,
        "precision": {"amount": 1e-10, "price": 1e-10},
        "limits": {
            "amount": {"min": 1e-10, "max": None},
            "price": {"min": None, "max": None},
            "cost": {"min": 0.01, "max": None},
        },
        "info": {},
    }
