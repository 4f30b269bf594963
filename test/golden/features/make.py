"""Writes normal-cdf.json (scipy, mpmath) and regime.json (hmmlearn): figures that are not ours.

Run with numpy==2.4.6, scipy==1.17.1, mpmath==1.4.1, hmmlearn==0.3.3 (Python 3.11): python make.py
"""

import json
import pathlib

import hmmlearn
import mpmath
import numpy as np
import scipy
from hmmlearn.hmm import GaussianHMM
from scipy.stats import norm

HERE = pathlib.Path(__file__).parent
VERSIONS = {"numpy": np.__version__, "scipy": scipy.__version__, "mpmath": mpmath.__version__, "hmmlearn": hmmlearn.__version__}


def write(name: str, content: dict) -> None:
    text = json.dumps({"made_with": VERSIONS, **content})
    (HERE / name).write_text(text + "\n")


def normal_cdf() -> None:
    mpmath.mp.dps = 40
    grid = np.concatenate([np.arange(-8, 8.0001, 0.137), [-37.5, -20.0, -12.5, -1e-9, 0.0, 1e-300, 0.66, 0.67, 5.65, 5.66, 9.0, 40.0]])
    z = [float(value) for value in grid]
    write("normal-cdf.json", {"z": z, "scipy": [float(norm.cdf(x)) for x in z], "exact": [float(mpmath.ncdf(mpmath.mpf(x))) for x in z]})


def regime() -> None:
    rng = np.random.default_rng(20261123)
    state, returns = 0, []
    for _ in range(600):
        if rng.random() < (0.03 if state == 0 else 0.08):
            state = 1 - state
        returns.append(float(rng.normal(0, 0.001 if state == 0 else 0.004)))
    x = np.array(returns).reshape(-1, 1)
    start = {"calm_variance": 2e-6, "turbulent_variance": 9e-6, "stay_calm": 0.9, "stay_turbulent": 0.8, "start_turbulent": 0.3}
    # hmmlearn gathers no state weights unless means are fitted: an overwhelming prior keeps them at zero instead.
    rows = []
    for n_iter in (1, 5, 40):
        model = GaussianHMM(2, "diag", n_iter=n_iter, tol=-1, init_params="", params="stmc", means_prior=0, means_weight=1e15,
                            covars_prior=0, covars_weight=-1, min_covar=0, implementation="scaling")
        model.startprob_ = np.array([0.7, 0.3])
        model.transmat_ = np.array([[0.9, 0.1], [0.2, 0.8]])
        model.means_ = np.zeros((2, 1))
        model.covars_ = np.array([[2e-6], [9e-6]])
        model.fit(x)
        rows.append({
            "iterations": n_iter,
            "start_turbulent": float(model.startprob_[1]),
            "stay_calm": float(model.transmat_[0, 0]),
            "stay_turbulent": float(model.transmat_[1, 1]),
            "calm_variance": float(model.covars_[0].ravel()[0]),
            "turbulent_variance": float(model.covars_[1].ravel()[0]),
            "log_likelihood": float(model.score(x)),
        })
    write("regime.json", {"returns": returns, "start": start, "fits": rows})


normal_cdf()
regime()
