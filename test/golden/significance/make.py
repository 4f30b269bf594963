"""Makes the golden file of O'Brien-Fleming spending and of the tests by cosines and by stretches, with NumPy and SciPy.

Spending: the recursion of Armitage, McPherson and Rowe on partial sums by Gauss-Legendre quadrature, the bounds by Brent's method; the
whole rate once more by SciPy's multivariate normal (Genz). Cosines: SciPy's discrete cosine transform. Stretches: SciPy's t test.
Run with the versions that `expected.json` records:  python test/golden/significance/make.py
"""

import json
import pathlib
import platform

import numpy as np
import scipy
import scipy.fft
import scipy.optimize
import scipy.stats

HERE = pathlib.Path(__file__).parent
VERSIONS = {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__}
NODES, WEIGHTS = np.polynomial.legendre.leggauss(240)


def spent(alpha, share):
    return 2 * scipy.stats.norm.sf(scipy.stats.norm.isf(alpha / 2) / np.sqrt(share))


def bounds_of(alpha, n_looks):
    """Bounds on z = sum / sqrt(share), one look after another."""
    bounds, sums, mass, last = [], None, None, 0.0
    for look in range(1, n_looks + 1):
        share = look / n_looks
        step = np.sqrt(share - last)
        wanted = spent(alpha, share) - (spent(alpha, last) if last > 0 else 0.0)

        def beyond(z):
            if sums is None:
                return scipy.stats.norm.sf(z)
            return float(mass @ scipy.stats.norm.sf((z * np.sqrt(share) - sums) / step))

        bound = scipy.optimize.brentq(lambda z: beyond(z) - wanted, -1, 9, xtol=1e-13)
        bounds.append(bound)
        low, high = -9 * np.sqrt(share), bound * np.sqrt(share)
        nodes = (high - low) / 2 * NODES + (high + low) / 2
        density = (scipy.stats.norm.pdf(nodes, scale=step) if sums is None else
                   scipy.stats.norm.pdf(nodes[:, None] - sums[None, :], scale=step) @ mass)
        sums, mass, last = nodes, density * WEIGHTS * (high - low) / 2, share
    return np.array(bounds)


def rate_of(bounds):
    """Chance that any look crosses, by the multivariate normal."""
    n = len(bounds)
    shares = np.arange(1, n + 1) / n
    covariance = np.sqrt(np.minimum.outer(shares, shares) / np.maximum.outer(shares, shares))
    normal = scipy.stats.multivariate_normal(cov=covariance, maxpts=4_000_000, abseps=1e-8, releps=1e-8, seed=1)
    return 1 - float(normal.cdf(bounds))


def spending():
    cases = []
    for alpha, n_looks in [(0.05, 4), (0.025, 4), (0.005, 4), (0.25, 4), (0.05, 1), (0.05, 2), (0.1, 7)]:
        bounds = bounds_of(alpha, n_looks)
        rate = rate_of(bounds)
        assert abs(rate - alpha) < 2e-5, (alpha, n_looks, rate)
        cases.append({"alpha": alpha, "n_looks": n_looks, "levels": scipy.stats.norm.sf(bounds).tolist()})
    return cases


def dependent(rng, n, persistence, mean):
    values = np.zeros(n)
    for k in range(n):
        values[k] = (persistence * values[k - 1] if k else 0) + rng.standard_normal()
    return np.round(values + mean, 6)


def mean_tests():
    rng = np.random.default_rng(18)
    cases = []
    for n, persistence, mean in [(100, 0.0, 0.3), (257, 0.9, 0.5), (400, 0.5, -0.1), (20, 0.0, 0.2), (999, 0.95, 1.0)]:
        values = dependent(rng, n, persistence, mean)
        weights = scipy.fft.dct(values - values.mean(), type=2)[1:13] / np.sqrt(2 * n)
        cosine = values.mean() / np.sqrt(np.mean(weights ** 2) / n)
        cuts = [k * n // 20 for k in range(21)]
        means = np.array([values[a:b].mean() for a, b in zip(cuts, cuts[1:])])
        stretches = scipy.stats.ttest_1samp(means, 0, alternative="greater")
        cases.append({
            "values": values.tolist(),
            "cosines": {"statistic": cosine, "p_value": scipy.stats.t.sf(cosine, 12)},
            "stretches": {"statistic": stretches.statistic, "p_value": stretches.pvalue},
        })
    return cases


expected = {"versions": VERSIONS, "spending": spending(), "mean_tests": mean_tests()}
(HERE / "expected.json").write_text(json.dumps(expected))
