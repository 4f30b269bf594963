"""Makes the golden file of the three tests, the coin, timing and pays_up_to: written from the definitions, with statsmodels.

Newey-West errors are statsmodels' HAC of a regression on a constant, times the correction of Harvey, Leybourne and Newbold;
tails are SciPy's t. Run with the versions that `expected.json` records:  python test/golden/claims/make.py
"""

import json
import math
import pathlib
import platform
import warnings

import numpy as np
import scipy
import scipy.stats
import statsmodels
import statsmodels.api as sm

HERE = pathlib.Path(__file__).parent
VERSIONS = {
    "python": platform.python_version(),
    "numpy": np.__version__,
    "scipy": scipy.__version__,
    "statsmodels": statsmodels.__version__,
}
LEVEL = 0.05


def mean_test(values, lag):
    n = len(values)
    lag = min(lag, n - 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = sm.OLS(values, np.ones(n)).fit(
            cov_type="HAC", cov_kwds={"kernel": "bartlett", "maxlags": lag, "use_correction": False})
    h = lag + 1
    error = float(np.sqrt(fit.cov_params()[0, 0]) / np.sqrt((n + 1 - 2 * h + h * (h - 1) / n) / n))
    t = float(np.mean(values)) / error
    return {"mean": float(np.mean(values)), "error": error, "statistic": t,
            "p_value": float(scipy.stats.t.sf(t, n - 1)), "n": n, "lag": lag}


def overlap_lag(t0, end):
    return 2 * max(sum(1 for later in range(k + 1, len(t0)) if t0[later] <= end[k]) for k in range(len(t0)))


def test_of(values, lag):
    result = mean_test(values, lag)
    return {name: result[name] for name in ["statistic", "p_value", "n", "lag"]}


def column(returns, lag):
    result = mean_test(returns * 1e4, lag)
    half = scipy.stats.t.ppf(0.975, len(returns) - 1) * result["error"]
    return {"mean_bps": result["mean"], "low": result["mean"] - half, "high": result["mean"] + half,
            "t": result["statistic"], "n": len(returns)}


def columns(ret, other, lag):
    return {"booked": column(ret, lag), "coin": column((ret + other) / 2, lag), "excess": column((ret - other) / 2, lag)}


def uniqueness(t0, end, instrument, rows):
    """AFML snippet 4.2, bar by bar."""
    total = 0.0
    for k in rows:
        mean = 0.0
        for bar in range(t0[k], end[k] + 1):
            open_trades = sum(1 for j in rows if instrument[j] == instrument[k] and t0[j] <= bar <= end[j])
            mean += 1 / open_trades
        total += mean / (end[k] - t0[k] + 1)
    return total


def draw(seed, n, knows, timed, n_instruments, one_sided, span, level, coin_pays):
    """Events whose label depends on a feature that the probability knows; the other side pays about the opposite."""
    rng = np.random.default_rng(seed)
    t0 = np.sort(rng.integers(0, 3 * n, n))
    end = t0 + 1 + rng.integers(0, span, n)
    instrument = rng.integers(0, n_instruments, n)
    side = np.ones(n, dtype=int) if one_sided else rng.choice([-1, 1], n)
    risk = np.round(np.exp(rng.normal(-6, 0.4, n)), 8)
    known = rng.standard_normal(n)
    base = np.round(np.full(n, 0.36) + 0.02 * rng.random(n), 4)
    label = (rng.random(n) < np.clip(0.36 + knows * known + timed, 0.02, 0.98)).astype(int)
    other_label = (rng.random(n) < np.clip(0.36 - knows * known - timed, 0.02, 0.98)).astype(int)
    noise = 0.2 * rng.standard_normal((2, n))
    ret = np.round(risk * (np.where(label == 1, 2.0, -1.0) + noise[0] + coin_pays), 8)
    other = np.round(risk * (np.where(other_label == 1, 2.0, -1.0) + noise[1] + coin_pays), 8)
    probability = np.round(np.clip(base + 0.6 * knows * known + 0.02 * rng.standard_normal(n), 0.01, 0.99), 4)
    win, loss, coin = (np.round(c * (1 + 0.05 * rng.standard_normal(n)), 4) for c in [2.0, 1.0, 0.05])
    alpha, beta = np.where(t0 < 1.5 * n, 0.0, 0.01), np.where(t0 < 1.5 * n, 1.0, 0.8)
    promised = alpha + beta * (probability * win - (1 - probability) * loss - coin) + level
    return {"t0": t0, "end": end, "instrument": instrument, "side": side, "label": label, "other_label": other_label,
            "ret": ret, "other_ret": other, "risk": risk, "probability": probability, "base_rate": base,
            "win": win, "loss": loss, "coin": coin, "alpha": alpha + level, "beta": beta,
            "expected_r": np.round(promised, 10), "is_answered": (rng.random(n) < 0.97).astype(int)}


def own_means(values, instrument):
    """Mean of each value's own instrument."""
    return np.array([np.mean(values[instrument == i]) for i in instrument])


def judge(d, costs, reference):
    t0, end, instrument, n = d["t0"], d["end"], d["instrument"], len(d["t0"])
    lag = overlap_lag(t0, end)
    y, z, p, b, risk = d["label"], d["other_label"], d["probability"], d["base_rate"], d["risk"]
    excess, booked = (d["ret"] - d["other_ret"]) / 2 / risk, d["ret"] / risk

    def cost_of(bps):
        return np.array([bps[i] for i in instrument]) / 1e4 / risk

    def take_of(cost):
        return ((d["is_answered"] == 1) & (d["expected_r"] - cost > 0)).astype(int)

    def money(take, cost):
        rows = np.flatnonzero(take)
        if len(rows) < 30 or uniqueness(t0, end, instrument, rows) < 30:
            return {"statistic": 0, "p_value": 1, "n": n, "lag": lag}
        return max((test_of(take * (gross - cost), lag) for gross in [excess, booked]), key=lambda t: t["p_value"])

    def passes(bps, take=None):
        cost = cost_of(bps)
        return money(take_of(cost) if take is None else take, cost)["p_value"] < LEVEL

    own = cost_of(costs)
    take = take_of(own)
    choice = take
    if np.mean(take) > 0.95:
        star = (d["loss"] + d["coin"] + (own - d["alpha"]) / d["beta"]) / (d["win"] + d["loss"])
        star = np.maximum(star, 0)  # no probability is lower
        bet = 2 * scipy.stats.norm.cdf((p - star) / np.sqrt(p * (1 - p))) - 1
        choice = np.where((take == 1) & (p > star), bet, 0)
    tests = {
        "information": test_of((p - b) * (y - z) / 2, lag),
        "selection": test_of((choice - np.mean(choice)) * (excess - np.mean(excess)), lag),
        "money": money(take, own),
    }
    better = (y - z) / 2
    spread = test_of((p - b - np.mean(p - b)) * (better - np.mean(better)), lag)
    verdict = "none"
    for name, word in [] if spread["p_value"] >= LEVEL else [("information", "information"), ("selection", "selection"), ("money", "edge")]:
        if tests[name]["p_value"] >= LEVEL:
            break
        verdict = word

    smallest = min(costs)
    pays, would = 0.0, None
    if passes(costs):
        pays = smallest
        for j in range(60):
            step = 0.05 * 1.25 ** j
            if step <= smallest:
                continue
            if not passes([max(c, step) for c in costs]):
                break
            pays = step
    else:
        would = 0.0
        for step in [0.0] + [0.05 * 1.25 ** j for j in range(60)]:
            if step >= smallest and step > 0 or not passes([step] * len(costs)):
                break
            would = step
    if verdict != "edge":
        pays = 0.0
    everything = np.ones(n, dtype=int)
    primary = 0.0
    for step in [0.0] + [0.05 * 1.25 ** j for j in range(60)]:
        if not passes([step] * len(costs), everything):
            break
        primary = step

    side, difference = d["side"], d["side"] * excess
    if abs(sum(side)) == n:
        events, bars = mean_test(excess, lag), mean_test(reference["excess"], reference["lag"])
        timing_mean = events["mean"] - side[0] * bars["mean"]
        t = timing_mean / math.hypot(events["error"], bars["error"])
        timing = {"statistic": t, "p_value": float(scipy.stats.t.sf(t, min(n, bars["n"]) - 1)), "drift_bps": None,
                  "timing_bps": timing_mean * np.mean(risk) * 1e4}
    else:
        within = lambda v: v - own_means(v, instrument)
        timing = test_of(within(side) * within(difference), lag)
        in_bps = side * (d["ret"] - d["other_ret"]) / 2 * 1e4
        timing = {"statistic": timing["statistic"], "p_value": timing["p_value"],
                  "drift_bps": np.mean(own_means(side, instrument) * own_means(in_bps, instrument)),
                  "timing_bps": np.mean(within(side) * within(in_bps))}
    rows = np.flatnonzero(take)
    surprise = y - b
    with_lags = mean_test(surprise, lag)
    h = with_lags["lag"] + 1
    long_run = with_lags["error"] ** 2 * n * ((n + 1 - 2 * h + h * (h - 1) / n) / n)
    rate = np.mean(b)
    entropy = -rate * math.log(rate) - (1 - rate) * math.log(1 - rate)
    squares = np.sort((excess - np.mean(excess)) ** 2)[::-1]
    return {
        "verdict": verdict, "tests": tests, "selected_by": "bet" if np.mean(take) > 0.95 else "take",
        "information_spread": spread,
        "probability_skill": test_of((y - b) * (p - b) / (b * (1 - b)), lag),
        "pays_up_to": pays, "would_pay_up_to": would, "primary_pays_up_to": primary,
        "primary_pays": bool(passes(costs, everything)), "timing": timing,
        "money": columns(d["ret"], d["other_ret"], lag),
        "taken": None if len(rows) == 0 else columns(
            d["ret"][rows], d["other_ret"][rows], overlap_lag(t0[rows], end[rows])),
        "n_taken": len(rows), "n_effective": uniqueness(t0, end, instrument, range(n)),
        "n_effective_taken": uniqueness(t0, end, instrument, rows),
        "detectable_skill": (1.645 + 0.842) ** 2 / (2 * (n * np.var(surprise) / long_run) * entropy),
        "max_open_trades": max(sum(1 for k in range(n) if t0[k] <= bar <= end[k]) for bar in range(max(end) + 1)),
        "top_share": sum(squares[:math.ceil(n / 100)]) / sum(squares),
    }


def line(x, y):
    slope, intercept = np.polyfit(x, y, 1)
    return float(intercept), float(slope)


def decision():
    """Payoffs by volatility and how promises were kept, by numpy's polyfit."""
    rng = np.random.default_rng(9)
    n = 700
    instrument = (rng.random(n) < 0.2).astype(int)
    volatility = np.round(np.exp(rng.normal(-6, 0.5, n)), 8)
    volatility[::50] = 0
    logs = np.log(np.where(volatility > 0, volatility, np.min(volatility[volatility > 0])))
    risk = np.round(2 * np.exp(rng.normal(-6, 0.3, n)), 8)
    label = (rng.random(n) < 0.4).astype(int)
    own = np.where(label == 1, 2 + 0.3 * (logs + 6), -1 + 0.1 * (logs + 6)) + 0.2 * rng.standard_normal(n)
    ret, other = np.round(risk * own, 8), np.round(risk * (0.1 - own + 0.1 * rng.standard_normal(n)), 8)
    in_r, coin = ret / risk, (ret + other) / 2 / risk

    def payoff(rows):
        wins, losses = rows & (label == 1), rows & (label == 0)
        own_logs = np.log(np.where(volatility > 0, volatility, np.min(volatility[rows & (volatility > 0)])))
        return {"low": np.min(own_logs[rows]), "high": np.max(own_logs[rows]),
                "win": line(own_logs[wins], in_r[wins]), "win_mean": np.mean(in_r[wins]),
                "loss": line(own_logs[losses], -in_r[losses]), "loss_mean": np.mean(-in_r[losses]),
                "coin": line(own_logs[rows], coin[rows])}

    keeping = []
    for slope, level in [(0.5, 0.02), (-0.4, 0.1), (1.7, -0.1)]:
        promised = np.round(0.3 * rng.standard_normal(600), 6)
        realised = np.round(level + slope * promised + 0.5 * rng.standard_normal(600), 6)
        intercept, fitted = line(promised, realised)
        beta = min(1.0, max(0.0, fitted))
        keeping.append({"promised": promised, "realised": realised, "beta": beta,
                        "alpha": np.mean(realised) - beta * np.mean(promised)})
    return {"instrument": instrument, "volatility": volatility, "risk": risk, "label": label, "ret": ret,
            "other_ret": other, "all": payoff(np.ones(n, dtype=bool)), "first": payoff(instrument == 0),
            "keeping": keeping}


CASES = [
    # name, costs in bp, arguments of draw
    ("an edge", [1.0], dict(seed=1, n=400, knows=0.2, timed=0.04, n_instruments=1, one_sided=False, span=6, level=0.0,
                            coin_pays=0.03)),
    ("two instruments, two costs", [0.5, 3.0], dict(seed=2, n=500, knows=0.22, timed=0.0, n_instruments=2,
                                                    one_sided=False, span=5, level=0.0, coin_pays=0.0)),
    ("knows, does not pay", [20.0], dict(seed=3, n=500, knows=0.2, timed=0.0, n_instruments=1, one_sided=False, span=4,
                                         level=0.0, coin_pays=0.0)),
    ("nearly all are taken", [0.1], dict(seed=4, n=300, knows=0.15, timed=0.1, n_instruments=1, one_sided=False, span=9,
                                         level=1.2, coin_pays=0.1)),
    ("one side only", [0.5], dict(seed=5, n=400, knows=0.1, timed=0.08, n_instruments=1, one_sided=True, span=6,
                                  level=0.0, coin_pays=0.0)),
    ("nothing", [1.0], dict(seed=6, n=300, knows=0.0, timed=0.0, n_instruments=1, one_sided=False, span=12, level=0.1,
                            coin_pays=0.0)),
]


def plain(value):
    if isinstance(value, dict):
        return {name: plain(inside) for name, inside in value.items()}
    if isinstance(value, list):
        return [plain(inside) for inside in value]
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


def main():
    cases = []
    for name, costs, arguments in CASES:
        trades = draw(**arguments)
        rng = np.random.default_rng(100 + arguments["seed"])
        bars = np.convolve(rng.standard_normal(203), np.ones(4) / 2, "valid")
        reference = {"excess": np.round(bars * 0.5, 6), "lag": 6}
        judged = judge(trades, costs, reference)
        cases.append({"name": name, "costs": costs, "trades": trades, "reference": reference, "expected": judged})
    (HERE / "expected.json").write_text(json.dumps({"versions": VERSIONS, "cases": plain(cases), "decision": plain(decision())}) + "\n")


if __name__ == "__main__":
    main()
