"""scikit-learn, exported by skl2onnx."""

import numpy as np
import pandas as pd
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.feature_selection import SelectKBest, VarianceThreshold
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV, SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    Binarizer,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)
from sklearn.tree import DecisionTreeClassifier

from families import Case
from rows import training


def exported(model, n=4, *, opset=None, zipmap=True, double=False, missing=0.0, labels=(0, 1), seed=0, frame=False):
    """Fits a model, exports it, and keeps what it says itself."""

    def make():
        x, y = training(n, seed, missing, labels)
        fitted = model.fit(x, y)
        options = {} if zipmap else {id(fitted): {"zipmap": False}}
        sample = x[:1].astype(np.float64) if double else x[:1]
        if frame:
            sample = pd.DataFrame(sample, columns=frame)
        known = {"": opset, "ai.onnx.ml": 3} if opset else None
        onx = to_onnx(fitted, sample, options=options, target_opset=known)
        return onx, n, lambda rows: fitted.predict_proba(rows)[:, 1]

    return make


def trees():
    for n_trees, depth in [(1, 2), (5, 4), (20, 6), (60, None), (10, 1), (150, 3)]:
        for zipmap in (True, False):
            yield f"rf-{n_trees}-{depth}-{'map' if zipmap else 'tensor'}", exported(
                RandomForestClassifier(n_trees, max_depth=depth, random_state=1), zipmap=zipmap
            ), {}
    for opset in (9, 11, 12, 13, 15, 17, 18, 21):
        yield f"rf-opset-{opset}", exported(RandomForestClassifier(8, max_depth=5, random_state=2), opset=opset, zipmap=False), {}
    for seed in range(4):
        yield f"extra-trees-{seed}", exported(ExtraTreesClassifier(12, max_depth=3 + seed, random_state=seed), 3 + seed), {}
    for depth in (1, 3, 8, None):
        yield f"tree-{depth}", exported(DecisionTreeClassifier(max_depth=depth, random_state=0), 5, zipmap=depth != 3), {}
    yield "rf-double", exported(RandomForestClassifier(10, max_depth=6, random_state=3), double=True, opset=15), {}
    yield "rf-double-tensor", exported(RandomForestClassifier(10, random_state=3), double=True, opset=17, zipmap=False), {}
    yield "rf-minus-one", exported(RandomForestClassifier(6, max_depth=4, random_state=1), labels=(-1, 1)), {}
    yield "rf-bool", exported(RandomForestClassifier(6, max_depth=4, random_state=1), labels=(False, True)), {}
    yield "rf-wide", exported(RandomForestClassifier(20, max_depth=5, random_state=1), 40), {}
    yield "rf-one-feature-pair", exported(RandomForestClassifier(6, max_depth=4, random_state=1), 2), {}


def boosted():
    for n_trees, depth, rate in [(1, 1, 1.0), (10, 3, 0.1), (60, 2, 0.3), (200, 3, 0.05), (25, 6, 0.2)]:
        yield f"gb-{n_trees}-{depth}", exported(
            GradientBoostingClassifier(n_estimators=n_trees, max_depth=depth, learning_rate=rate, random_state=1)
        ), {}
    yield "gb-exponential", exported(GradientBoostingClassifier(loss="exponential", n_estimators=10, random_state=1)), {}
    yield "gb-zero-init", exported(GradientBoostingClassifier(init="zero", n_estimators=10, random_state=1), zipmap=False), {}
    yield "gb-opset-12", exported(GradientBoostingClassifier(n_estimators=12, random_state=1), opset=12, zipmap=False), {}
    for n_rounds, leaves, missing in [(1, 3, 0), (10, 31, 0), (50, 8, 0.1), (100, 31, 0.2), (20, 4, 0), (30, 15, 0.05)]:
        yield f"hgb-{n_rounds}-{leaves}", exported(
            HistGradientBoostingClassifier(max_iter=n_rounds, max_leaf_nodes=leaves, random_state=1), missing=missing
        ), {"missing": missing > 0}
    for name, options in {
        "l2": {"l2_regularization": 5.0},
        "depth": {"max_depth": 2},
        "rate": {"learning_rate": 0.5},
        "bins": {"max_bins": 12},
        "early": {"early_stopping": True},
        "monotone": {"monotonic_cst": [1, 0, 0, -1]},
    }.items():
        yield f"hgb-{name}", exported(HistGradientBoostingClassifier(max_iter=20, random_state=1, **options), zipmap=False), {}
    yield "hgb-opset-15", exported(HistGradientBoostingClassifier(max_iter=20, random_state=1), opset=15), {}


def linear():
    for c in (0.01, 1.0, 100.0):
        for zipmap in (True, False):
            yield f"lr-{c}-{'map' if zipmap else 'tensor'}", exported(LogisticRegression(C=c), zipmap=zipmap), {}
    yield "lr-no-intercept", exported(LogisticRegression(fit_intercept=False)), {}
    yield "lr-l1", exported(LogisticRegression(l1_ratio=1.0, C=0.1, solver="liblinear")), {}
    yield "lr-wide", exported(LogisticRegression(), 30), {}
    yield "lr-narrow", exported(LogisticRegression(), 2), {}
    yield "lr-minus-one", exported(LogisticRegression(), labels=(-1, 1)), {}
    yield "lr-bool", exported(LogisticRegression(), labels=(False, True), zipmap=False), {}
    yield "lr-double", exported(LogisticRegression(), zipmap=False, double=True), {}
    yield "lr-double-tensor", exported(LogisticRegression(), double=True, zipmap=False, opset=15), {}
    yield "lr-cv", exported(LogisticRegressionCV(Cs=3, cv=3, use_legacy_attributes=False, scoring="neg_log_loss", l1_ratios=(0,))), {}
    for opset in (9, 12, 15, 18, 21):
        yield f"lr-opset-{opset}", exported(LogisticRegression(), opset=opset, zipmap=False), {}
    yield "sgd", exported(SGDClassifier(loss="log_loss", random_state=1)), {}
    yield "sgd-huber", exported(SGDClassifier(loss="modified_huber", random_state=1)), {"refused": "may"}
    yield "lda", exported(LinearDiscriminantAnalysis()), {}
    yield "lda-tensor", exported(LinearDiscriminantAnalysis(), zipmap=False), {}


def pipelines():
    steps = {
        "standard": StandardScaler(),
        "center": StandardScaler(with_std=False),
        "min-max": MinMaxScaler(),
        "robust": RobustScaler(),
        "max-abs": MaxAbsScaler(),
        "normalize-l1": Normalizer("l1"),
        "normalize-l2": Normalizer("l2"),
        "normalize-max": Normalizer("max"),
        "pca": PCA(3),
        "best": SelectKBest(k=2),
        "variance": VarianceThreshold(),
        "binary": Binarizer(threshold=0.1),
        "polynomial": PolynomialFeatures(2),
        "clip": MinMaxScaler(clip=True),
    }
    for name, step in steps.items():
        yield f"pipe-{name}-lr", exported(make_pipeline(step, LogisticRegression()), 5), {}
    for name in ("standard", "min-max", "pca", "polynomial"):
        forest = RandomForestClassifier(8, max_depth=4, random_state=1)
        yield f"pipe-{name}-rf", exported(make_pipeline(steps[name], forest), zipmap=False), {}
    for name in ("standard", "robust"):
        yield f"pipe-{name}-gb", exported(make_pipeline(steps[name], GradientBoostingClassifier(n_estimators=8))), {}
        yield f"pipe-{name}-hgb", exported(make_pipeline(steps[name], HistGradientBoostingClassifier(max_iter=8))), {}
    yield "pipe-impute-lr", exported(make_pipeline(SimpleImputer(), LogisticRegression()), missing=0.1), {"missing": True}
    yield "pipe-median-scale-lr", exported(
        make_pipeline(SimpleImputer(strategy="median"), StandardScaler(), LogisticRegression()), missing=0.1
    ), {"missing": True}
    yield "pipe-scale-lr-double", exported(make_pipeline(StandardScaler(), LogisticRegression()), zipmap=False, double=True, opset=15), {}
    yield "pipe-scale-rf-double", exported(
        make_pipeline(StandardScaler(), RandomForestClassifier(5, max_depth=4, random_state=1)), zipmap=False, double=True, opset=15
    ), {}
    columns = ColumnTransformer([("a", StandardScaler(), [0, 2]), ("b", MinMaxScaler(), [1])], remainder="passthrough")
    yield "pipe-columns-lr", exported(make_pipeline(columns, LogisticRegression())), {}
    names = ["volatility", "momentum", "spread", "flow"]
    by_name = ColumnTransformer([("a", StandardScaler(), names[:2]), ("b", "passthrough", names[2:])])
    yield "frame-lr", framed(make_pipeline(by_name, LogisticRegression()), names), {"tags": ["names"]}
    yield "frame-rf", framed(make_pipeline(by_name, RandomForestClassifier(5, max_depth=3, random_state=1)), names), {"tags": ["names"]}


def framed(model, names):
    """A pipeline over named columns, each of which is an input of the file."""

    def make():
        x, y = training(len(names))
        frame = pd.DataFrame(x, columns=names)
        fitted = model.fit(frame, y)
        initial = [(name, FloatTensorType([None, 1])) for name in names]
        onx = to_onnx(fitted, initial_types=initial)
        return onx, len(names), lambda rows: fitted.predict_proba(pd.DataFrame(rows, columns=names))[:, 1]

    return make


def calibrated():
    bases = {
        "lr": LogisticRegression(),
        "rf": RandomForestClassifier(6, max_depth=4, random_state=1),
        "gb": GradientBoostingClassifier(n_estimators=6, random_state=1),
        "hgb": HistGradientBoostingClassifier(max_iter=6, random_state=1),
        "tree": DecisionTreeClassifier(max_depth=4, random_state=1),
    }
    for name, base in bases.items():
        for method in ("sigmoid", "isotonic"):
            yield f"calibrated-{method}-{name}", exported(CalibratedClassifierCV(base, method=method, cv=3)), {}
    for method in ("sigmoid", "isotonic"):
        one = CalibratedClassifierCV(bases["rf"], method=method, cv=2, ensemble=False)
        yield f"calibrated-{method}-one", exported(one, zipmap=False), {}
        scaled = CalibratedClassifierCV(make_pipeline(StandardScaler(), LogisticRegression()), method=method, cv=2)
        yield f"calibrated-{method}-pipe", exported(scaled), {}
        outside = make_pipeline(StandardScaler(), CalibratedClassifierCV(bases["lr"], method=method, cv=2))
        yield f"pipe-calibrated-{method}", exported(outside), {}
    yield "calibrated-sigmoid-opset-15", exported(CalibratedClassifierCV(bases["rf"], cv=2), opset=15), {}


def composed():
    forest = RandomForestClassifier(4, max_depth=3, random_state=1)
    soft = VotingClassifier([("a", LogisticRegression()), ("b", forest)], voting="soft", flatten_transform=False)
    yield "voting", exported(soft), {}
    weighted = VotingClassifier(
        [("a", LogisticRegression()), ("b", forest)], voting="soft", flatten_transform=False, weights=np.array([2, 1])
    )
    yield "voting-weighted", exported(weighted), {}
    yield "bagging", exported(BaggingClassifier(n_estimators=3, random_state=1)), {}
    yield "bagging-lr", exported(BaggingClassifier(LogisticRegression(), n_estimators=3, random_state=1), zipmap=False), {}
    stacked = StackingClassifier([("a", LogisticRegression()), ("b", forest)], LogisticRegression(), cv=2)
    yield "stacking", exported(stacked), {}


def cases():
    groups = {
        "scikit-learn trees": trees,
        "scikit-learn boosting": boosted,
        "scikit-learn linear": linear,
        "scikit-learn pipelines": pipelines,
        "CalibratedClassifierCV": calibrated,
        "scikit-learn ensembles": composed,
    }
    for group, each in groups.items():
        for name, make, more in each():
            yield Case(name, group, make, **more)
