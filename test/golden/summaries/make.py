"""Makes the golden file of the summaries: what NumPy, SciPy and statsmodels say of the same events.

The resamples are drawn here once more, with the generator of the program written again, so that intervals agree to rounding.
Run with the versions that `expected.json` records:  python test/golden/summaries/make.py
"""

import json
import pathlib
import platform

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
M32 = 0xFFFFFFFF
DAY_NS = 86_400_000_000_000


class Xoshiro:
    """xoshiro128** 1.1 (Blackman, Vigna), state filled by SplitMix32 with the constants of MurmurHash3's finaliser."""

    def __init__(self, seed):
        self.state = []
        for _ in range(4):
            seed = (seed + 0x9E3779B9) & M32
            z = seed
            z = ((z ^ (z >> 16)) * 0x85EBCA6B) & M32
            z = ((z ^ (z >> 13)) * 0xC2B2AE35) & M32
            self.state.append(z ^ (z >> 16))

    def u32(self):
        s = self.state
        x = (s[1] * 5) & M32
        result = ((((x << 7) | (x >> 25)) & M32) * 9) & M32
        t = (s[1] << 9) & M32
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = ((s[3] << 11) | (s[3] >> 21)) & M32
        return result

    def uniform(self):
        high = self.u32() >> 5
        low = self.u32() >> 6
        return (high * 67108864 + low) / 9007199254740992

    def below(self, n):
        limit = 2**32 - 2**32 % n
        while True:
            x = self.u32()
            if x < limit:
                return x % n


def resampled_ticks(rng, n, mean_block):
    """Ticks of one stationary resample, one by one."""
    ticks = []
    while len(ticks) < n:
        length = 1 + int(np.floor(np.log(1 - rng.uniform()) / np.log1p(-1 / mean_block)))
        start = rng.below(n)
        ticks.extend((start + i) % n for i in range(min(length, n - len(ticks))))
    return ticks


def auc(label, score):
    ranks = scipy.stats.rankdata(score)
    n1 = label.sum()
    n0 = len(label) - n1
    return (ranks[label == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * n0)


def losses(label, probability):
    return -np.where(label == 1, np.log(probability), np.log(1 - probability))


def recalibration(label, probability):
    x = sm.add_constant(np.log(probability / (1 - probability)))
    intercept, slope = sm.Logit(label, x).fit(disp=0, tol=1e-13, maxiter=100).params
    return slope, intercept


def headlines(e, rows):
    label, probability, benchmark = e["label"][rows], e["probability"][rows], e["benchmark"][rows]
    excess, take = e["excess"][rows], e["take"][rows]
    known = ~np.isnan(excess)
    slope, intercept = recalibration(label, probability)
    return [
        auc(label, probability),
        1 - losses(label, probability).mean() / losses(label, benchmark).mean(),
        slope,
        intercept,
        1e4 * excess[known].mean(),
        1e4 * excess[known & (take == 1)].mean(),
    ]


def interval_case(seed, n_ticks, step_ns, n_resamples):
    """Overlapping events whose outcomes hang together over time, judged by probabilities in steps."""
    rng = np.random.default_rng(seed)
    level = np.zeros(n_ticks)
    for i in range(1, n_ticks):
        level[i] = 0.97 * level[i - 1] + 0.2 * rng.standard_normal()
    t0 = np.flatnonzero(rng.random(n_ticks - 12) < 0.25)
    end = t0 + rng.integers(1, 11, len(t0))
    said = np.round(np.clip(0.42 + 0.12 * rng.standard_normal(len(t0)), 0.05, 0.95) * 20) / 20
    label = (rng.random(len(t0)) < np.clip(said + 0.15 * level[t0], 0.02, 0.98)).astype(int)
    excess = np.round(0.001 * rng.standard_normal(len(t0)) + 0.0004 * (label - 0.42), 7)
    excess[rng.random(len(t0)) < 0.03] = np.nan
    e = {
        "t0": t0, "end": end, "label": label, "probability": said, "excess": excess,
        "benchmark": np.round(np.clip(0.42 + 0.02 * level[t0], 0.1, 0.9), 6),
        "take": (said > 0.45).astype(int),
    }
    first, last = t0[0], end.max()
    n = int(last - first + 1)
    days = (n - 1) * step_ns / DAY_NS
    span = (end - t0).max()
    block = max(n / days if days >= 30 else n / 30, 2 * span)
    rows_at = [np.flatnonzero(t0 - first == tick) for tick in range(n)]
    draws = Xoshiro(0x5EED)
    samples = np.array([headlines(e, np.concatenate([rows_at[t] for t in resampled_ticks(draws, n, block)]))
                        for _ in range(n_resamples)])
    n_blocks = int(n / block)
    lags = np.arange(-span + 1, span)
    kept = ((1 - abs(lags) / span) * (1 - 1 / block) ** abs(lags)).sum() / span
    tail = scipy.stats.norm.cdf(-np.sqrt(n_blocks / (n_blocks - 1) / kept) * scipy.stats.t.ppf(0.975, n_blocks - 1))
    values = headlines(e, np.arange(len(t0)))
    return {
        "step_ns": step_ns, "n_ticks": n_ticks, "n_resamples": n_resamples, "mean_block": block,
        **{name: [None if isinstance(x, float) and np.isnan(x) else x for x in column.tolist()]
           for name, column in e.items()},
        "intervals": [[value, *np.quantile(samples[:, j], [tail, 1 - tail])] for j, value in enumerate(values)],
    }


def uniqueness(t0, end, instrument):
    """Average uniqueness of each event, concurrency within its instrument: AFML snippets 4.1 and 4.2."""
    out = np.zeros(len(t0))
    for i in np.unique(instrument):
        own = np.flatnonzero(instrument == i)
        concurrency = np.zeros(end.max() + 1)
        for k in own:
            concurrency[t0[k]:end[k] + 1] += 1
        for k in own:
            out[k] = (1 / concurrency[t0[k]:end[k] + 1]).mean()
    return out


def calibration_error(label, probability):
    bins = np.minimum(9, np.floor(probability * 10).astype(int))
    return sum(abs(probability[bins == b].mean() - label[bins == b].mean()) * (bins == b).sum()
               for b in np.unique(bins)) / len(label)


def error_by_chance(t0, end, instrument, probability):
    """Mean absolute value of a normal error with the variance of calibrated labels, as few as are independent."""
    bins = np.minimum(9, np.floor(probability * 10).astype(int))
    each = len(t0) / uniqueness(t0, end, instrument).sum()
    variances = [(probability[bins == b] * (1 - probability[bins == b])).sum() for b in np.unique(bins)]
    return sum(scipy.stats.halfnorm.mean(scale=np.sqrt(each * v)) for v in variances) / len(t0)


def deciles(probability):
    order = np.argsort(probability, kind="stable")
    n = len(order)
    groups, start = [], 0
    for decile in range(1, 11):
        stop = decile * n // 10
        if stop <= start:
            continue
        while stop < n and probability[order[stop]] == probability[order[stop - 1]]:
            stop += 1
        groups.append(order[start:stop])
        start = stop
    return groups


def calibration_case():
    """Two folds, one over- and one underconfident, whose errors cancel when they are put together; two instruments."""
    rng = np.random.default_rng(21)
    n = 2000
    t0 = np.sort(rng.integers(0, 5000, n))
    end = t0 + rng.integers(1, 9, n)
    instrument = rng.integers(0, 2, n)
    fold = np.repeat([1, 2], n // 2)
    probability = np.round(np.clip(0.4 + 0.1 * rng.standard_normal(n), 0.05, 0.95), 3)
    label = (rng.random(n) < np.clip(probability + np.where(fold == 1, 0.15, -0.15), 0, 1)).astype(int)
    folds = [np.flatnonzero(fold == f) for f in (1, 2)]
    slope, intercept = recalibration(label, probability)
    bins = []
    for rows in deciles(probability):
        n_eff = uniqueness(t0[rows], end[rows], instrument[rows]).sum()
        m, p = max(1, int(np.floor(n_eff + 0.5))), probability[rows].mean()
        bins.append({
            "n": len(rows), "n_effective": n_eff, "mean_probability": p, "hit_rate": label[rows].mean(),
            "consistency_low": scipy.stats.binom.ppf(0.025, m, p) / m,
            "consistency_high": scipy.stats.binom.ppf(0.975, m, p) / m,
        })
    return {
        "t0": t0.tolist(), "end": end.tolist(), "instrument": instrument.tolist(), "fold": fold.tolist(),
        "probability": probability.tolist(), "label": label.tolist(),
        "pooled_error": calibration_error(label, probability),
        "error": sum(len(r) * calibration_error(label[r], probability[r]) for r in folds) / n,
        "error_by_chance": sum(len(r) * error_by_chance(t0[r], end[r], instrument[r], probability[r]) for r in folds) / n,
        "n_effective": uniqueness(t0, end, instrument).sum(),
        "slope": slope, "intercept": intercept, "bins": bins,
    }


def broecker_smith():
    """Consistency resampling as published: forecasts drawn again, their outcomes by their own probability, the same bins."""
    rng = np.random.default_rng(22)
    n = 3000
    probability = np.round(rng.beta(4, 6, n), 4)
    groups = deciles(probability)
    edges = [probability[g].max() for g in groups]
    rates = []
    for _ in range(4000):
        drawn = probability[rng.integers(0, n, n)]
        hit = rng.random(n) < drawn
        at = np.searchsorted(edges, drawn)
        count = np.bincount(at, minlength=len(edges))
        rates.append(np.bincount(at, weights=hit, minlength=len(edges)) / count)
    low, high = np.quantile(rates, [0.025, 0.975], axis=0)
    return {"probability": probability.tolist(), "low": low.tolist(), "high": high.tolist()}


def skill_case():
    """Log-loss skill of a few overlapping events with the delta method, by statsmodels' HAC errors."""
    rng = np.random.default_rng(23)
    n = 260
    t0 = np.arange(n) * 2
    end = t0 + 5
    probability = np.round(np.clip(0.45 + 0.15 * rng.standard_normal(n), 0.05, 0.95), 4)
    label = (rng.random(n) < probability).astype(int)
    benchmark = np.round(np.full(n, 0.45) + 0.01 * rng.standard_normal(n), 4)
    own, other = losses(label, probability), losses(label, benchmark)
    skill = 1 - own.mean() / other.mean()
    lag = 4  # an event spans six bars, in which two later ones begin; twice that
    h = lag + 1
    fit = sm.OLS(other - own - skill * other, np.ones(n)).fit(cov_type="HAC", cov_kwds={"maxlags": lag})
    correction = (n + 1 - 2 * h + h * (h - 1) / n) / n
    half = scipy.stats.t.ppf(0.975, n - 1) * fit.bse[0] / np.sqrt(correction) / other.mean()
    return {
        "t0": t0.tolist(), "end": end.tolist(), "probability": probability.tolist(), "label": label.tolist(),
        "benchmark": benchmark.tolist(), "skill": skill, "low": skill - half, "high": skill + half,
    }


def plain(value):
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(each) for each in value]
    return value.item() if isinstance(value, np.generic) else value


if __name__ == "__main__":
    golden = {
        "versions": VERSIONS,
        "intervals": [interval_case(1, 1600, 3_600_000_000_000, 200), interval_case(2, 1200, 900_000_000_000, 200)],
        "calibration": calibration_case(),
        "broecker_smith": broecker_smith(),
        "skill": skill_case(),
    }
    (HERE / "expected.json").write_text(json.dumps(plain(golden), separators=(",", ":")) + "\n")
