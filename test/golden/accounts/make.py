"""Makes the golden file of accounts: marked to market tick by tick and trade by trade from the definitions, with NumPy, pandas and SciPy.

Nothing is summed up as the product does it: at every tick every trade is valued by itself. Sharpe ratios are pandas' mean and standard
deviation, moments and tails SciPy's; PSR and MinTRL are equations 9 and 11 of Bailey and Lopez de Prado (2012).
Run with the versions that `expected.json` records:  python test/golden/accounts/make.py
"""

import json
import pathlib
import platform

import numpy as np
import pandas as pd
import scipy
import scipy.stats

HERE = pathlib.Path(__file__).parent
VERSIONS = {
    "python": platform.python_version(),
    "numpy": np.__version__,
    "pandas": pd.__version__,
    "scipy": scipy.__version__,
}


def market(rng, n_hours, chances):
    """Hours from 2024-03-01 on in which instruments have bars by chance, as ticks of a common time."""
    hours = [np.flatnonzero(rng.random(n_hours) < chance) for chance in chances]
    common = np.unique(np.concatenate(hours))
    start = pd.Timestamp("2024-03-01", tz="UTC").value
    ts = [int(start + (hour + 1) * 3_600_000_000_000) for hour in common]
    ticks = [np.searchsorted(common, own) for own in hours]
    closes = [np.round(100 * np.exp(np.cumsum(rng.standard_normal(len(own)) * 0.01)), 4) for own in hours]
    return ts, ticks, closes


def trades_on(rng, ticks, closes, n, longest):
    rows = []
    for _ in range(n):
        i = int(rng.integers(len(ticks)))
        entry = int(rng.integers(len(ticks[i]) - longest - 1))
        own, other = (int(x) for x in rng.integers(1, longest + 1, 2))
        side = int(rng.choice([-1, 1]))
        move = lambda bars: closes[i][entry + bars] / closes[i][entry] - 1
        rows.append({
            "t0": int(ticks[i][entry]), "own_end": int(ticks[i][entry + own]), "other_end": int(ticks[i][entry + other]),
            "instrument": i, "side": side,
            # Booked at a barrier, not at the close of its bar.
            "ret": round(side * move(own) + 0.002 * rng.standard_normal(), 8),
            "other_ret": round(-side * move(other) + 0.002 * rng.standard_normal(), 8),
            "cost": [0.0002, 0.0005][i],
        })
    return pd.DataFrame(rows).sort_values("t0", kind="stable").reset_index(drop=True)


def equity_of(ts, ticks, closes, trades, is_other):
    """Worth of the account at every tick, in stakes."""
    filled = [pd.Series(close, index=own).reindex(range(len(ts))).ffill().to_numpy() for own, close in zip(ticks, closes)]
    equity = np.zeros(len(ts))
    n_open = np.zeros(len(ts), dtype=int)
    for (_, trade), other in zip(trades.iterrows(), is_other):
        start = int(trade["t0"])
        end = int(trade["other_end"] if other else trade["own_end"])
        side = -trade["side"] if other else trade["side"]
        price = filled[int(trade["instrument"])]
        for tick in range(len(ts)):
            if tick >= end:
                equity[tick] += (trade["other_ret"] if other else trade["ret"]) - trade["cost"]
            elif tick >= start:
                equity[tick] += side * (price[tick] / price[start] - 1) - trade["cost"]
            n_open[tick] += start <= tick <= end
    return equity, n_open


def outcome(ts, ticks, closes, all_trades, rows, is_other):
    equity, n_open = equity_of(ts, ticks, closes, all_trades.iloc[rows], is_other)
    first = int(all_trades["t0"].min())
    last = int(all_trades[["own_end", "other_end"]].to_numpy().max())
    path = pd.Series(equity[first:last + 1], index=pd.to_datetime(ts[first:last + 1], utc=True))
    # A bar that closes at midnight belongs to the day before.
    by_day = path.groupby((path.index - pd.Timedelta(1, "ns")).floor("D")).last()
    days = by_day.diff().fillna(by_day.iloc[0])
    span = (days.index[-1] - days.index[0]).days + 1
    falls = np.maximum(path.cummax(), 0) - path
    capital = float((n_open[first:last + 1] + np.maximum(0, -path)).max())
    result = {
        "n_trades": len(rows), "n_days": len(days), "max_open_trades": int(n_open.max()), "net_return": float(path.iloc[-1]),
        "capital_needed": capital, "return_on_capital": float(path.iloc[-1]) / capital, "max_drawdown": float(falls.max()),
        "drawdown_of_capital": float(falls.max()) / capital,
        "sharpe": None, "skewness": None, "kurtosis": None, "psr": None, "min_trl": None,
    }
    if len(days) < 20:
        return result
    ratio = days.mean() / days.std()
    skewness, kurtosis = scipy.stats.skew(days), scipy.stats.kurtosis(days, fisher=False)
    spread = 1 - skewness * ratio + (kurtosis - 1) / 4 * ratio ** 2
    result.update({
        "sharpe": ratio * np.sqrt(365.25 * len(days) / span),
        "skewness": skewness,
        "kurtosis": kurtosis,
        "psr": scipy.stats.norm.cdf(ratio * np.sqrt(len(days) - 1) / np.sqrt(spread)),
        "min_trl": 1 + spread * (scipy.stats.norm.isf(0.05) / ratio) ** 2 if ratio > 0 else None,
    })
    return result


def case(name, seed, n_hours, chances, n_trades, longest):
    rng = np.random.default_rng(seed)
    ts, ticks, closes = market(rng, n_hours, chances)
    trades = trades_on(rng, ticks, closes, n_trades, longest)
    take = (rng.random(n_trades) < 0.4).astype(int)
    flips = (rng.random(n_trades) < 0.5).astype(int)
    every = np.arange(n_trades)
    own = np.zeros(n_trades, dtype=int)
    return {
        "name": name,
        "ts_event": [str(each) for each in ts],
        "ticks": [each.tolist() for each in ticks],
        "closes": [each.tolist() for each in closes],
        "trades": {column: trades[column].tolist() for column in trades},
        "take": take.tolist(),
        "flips": flips.tolist(),
        "every": outcome(ts, ticks, closes, trades, every, own),
        "taken": outcome(ts, ticks, closes, trades, np.flatnonzero(take), own),
        "coin": outcome(ts, ticks, closes, trades, every, flips),
    }


expected = {
    "versions": VERSIONS,
    "cases": [
        case("one instrument, two months", 1, 24 * 60, [0.7], 120, 30),
        case("two instruments with holes, five weeks", 2, 24 * 35, [0.8, 0.3], 80, 12),
        case("19 days", 3, 24 * 19, [0.9], 40, 10),
        case("months of few bars, long trades", 4, 24 * 90, [0.05], 60, 25),
    ],
}
(HERE / "expected.json").write_text(json.dumps(expected))
