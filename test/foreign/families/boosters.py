"""LightGBM and XGBoost, exported by onnxmltools, alone and in pipelines of scikit-learn; CatBoost by itself."""

import os
import tempfile

import catboost
import lightgbm
import numpy as np
import onnx
import onnxmltools
import xgboost
from onnxmltools.convert.common.data_types import FloatTensorType
from onnxmltools.convert.lightgbm.operator_converters.LightGbm import convert_lightgbm
from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost
from skl2onnx import to_onnx, update_registered_converter
from skl2onnx.common.shape_calculator import calculate_linear_classifier_output_shapes
from sklearn.calibration import CalibratedClassifierCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from families import Case
from rows import training

OPTIONS = {"nocl": [True, False], "zipmap": [True, False, "columns"]}
update_registered_converter(
    lightgbm.LGBMClassifier, "LightGbmLGBMClassifier", calculate_linear_classifier_output_shapes, convert_lightgbm, options=OPTIONS
)
update_registered_converter(
    xgboost.XGBClassifier, "XGBoostXGBClassifier", calculate_linear_classifier_output_shapes, convert_xgboost, options=OPTIONS
)


def light(n=4, missing=0.0, zipmap=True, opset=None, labels=(0, 1), **options):
    def make():
        x, y = training(n, 0, missing, labels)
        fitted = lightgbm.LGBMClassifier(verbose=-1, random_state=1, n_jobs=1, **options).fit(x, y)
        onx = onnxmltools.convert_lightgbm(
            fitted, initial_types=[("X", FloatTensorType([None, n]))], zipmap=zipmap, target_opset=opset
        )
        return onx, n, lambda rows: fitted.predict_proba(rows)[:, 1]

    return make


def light_booster(objective, **options):
    def make():
        x, y = training(4)
        booster = lightgbm.train(
            {"objective": objective, "verbose": -1, "seed": 1, "num_threads": 1, **options}, lightgbm.Dataset(x, y), 12
        )
        onx = onnxmltools.convert_lightgbm(booster, initial_types=[("X", FloatTensorType([None, 4]))], zipmap=False)
        return onx, 4, lambda rows: booster.predict(rows)

    return make


def categorical():
    x, y = training(4)
    x[:, 2] = np.digitize(x[:, 2], [-1, 0, 1])
    fitted = lightgbm.LGBMClassifier(n_estimators=15, verbose=-1, random_state=1, n_jobs=1).fit(x, y, categorical_feature=[2])
    onx = onnxmltools.convert_lightgbm(fitted, initial_types=[("X", FloatTensorType([None, 4]))])
    return onx, 4, None


def extreme_boost(n=4, missing=0.0, opset=None, booster=False, labels=(0, 1), **options):
    def make():
        x, y = training(n, 0, missing, labels)
        fitted = xgboost.XGBClassifier(random_state=1, n_jobs=1, **options).fit(x, y)
        model = fitted.get_booster() if booster else fitted
        onx = onnxmltools.convert_xgboost(model, initial_types=[("X", FloatTensorType([None, n]))], target_opset=opset)
        return onx, n, lambda rows: fitted.predict_proba(rows)[:, 1]

    return make


def cat(n=4, missing=0.0, labels=(0, 1), **options):
    def make():
        x, y = training(n, 0, missing, labels)
        fitted = catboost.CatBoostClassifier(
            verbose=0, allow_writing_files=False, random_seed=1, thread_count=1, **options
        ).fit(x, y)
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "model.onnx")
            fitted.save_model(path, format="onnx")
            onx = onnx.load(path)
        return onx, n, lambda rows: fitted.predict_proba(rows)[:, 1]

    return make


def in_pipeline(model, n=4):
    def make():
        x, y = training(n)
        fitted = model.fit(x, y)
        onx = to_onnx(fitted, x[:1], target_opset={"": 15, "ai.onnx.ml": 3})
        return onx, n, lambda rows: fitted.predict_proba(rows)[:, 1]

    return make


def lights():
    for n_trees, leaves in [(1, 2), (5, 31), (30, 8), (100, 31), (300, 15), (50, 63)]:
        yield f"lgb-{n_trees}-{leaves}", light(n_estimators=n_trees, num_leaves=leaves), {}
        yield f"lgb-{n_trees}-{leaves}-tensor", light(n_estimators=n_trees, num_leaves=leaves, zipmap=False), {}
    for depth in (1, 3, 6):
        yield f"lgb-depth-{depth}", light(n_estimators=20, max_depth=depth), {}
    for share in (0.05, 0.3):
        yield f"lgb-missing-{share}", light(n_estimators=40, missing=share, zipmap=share > 0.1), {"missing": True}
    yield "lgb-zero-missing", light(n_estimators=20, zero_as_missing=True), {}
    yield "lgb-no-missing", light(n_estimators=20, use_missing=False), {}
    for kind in ("dart", "rf"):
        more = {"bagging_freq": 1, "bagging_fraction": 0.6} if kind == "rf" else {}
        yield f"lgb-{kind}", light(n_estimators=10, boosting_type=kind, zipmap=False, **more), {}
    yield "lgb-goss", light(n_estimators=10, data_sample_strategy="goss"), {}
    for opset in (9, 11, 13, 15):
        yield f"lgb-opset-{opset}", light(n_estimators=8, opset=opset, zipmap=False), {}
    yield "lgb-unbalanced", light(n_estimators=20, is_unbalance=True), {}
    yield "lgb-linear-rate", light(n_estimators=20, learning_rate=0.9, reg_lambda=3.0), {}
    yield "lgb-wide", light(25, n_estimators=20), {}
    yield "lgb-monotone", light(n_estimators=20, monotone_constraints=[1, 0, 0, 0]), {}
    yield "lgb-categorical", categorical, {}
    yield "lgb-minus-one", light(n_estimators=8, labels=(-1, 1)), {}
    yield "lgb-booster", light_booster("binary"), {}
    yield "lgb-booster-deep", light_booster("binary", num_leaves=90, min_data_in_leaf=2), {}
    boosted = lightgbm.LGBMClassifier(n_estimators=8, verbose=-1, random_state=1, n_jobs=1)
    yield "lgb-pipe", in_pipeline(make_pipeline(StandardScaler(), boosted)), {}
    yield "lgb-calibrated-sigmoid", in_pipeline(CalibratedClassifierCV(boosted, cv=2)), {}
    yield "lgb-calibrated-isotonic", in_pipeline(CalibratedClassifierCV(boosted, cv=2, method="isotonic")), {}


def extremes():
    for n_trees, depth in [(1, 1), (5, 3), (30, 6), (100, 4), (200, 2)]:
        yield f"xgb-{n_trees}-{depth}", extreme_boost(n_estimators=n_trees, max_depth=depth), {}
        yield f"xgb-booster-{n_trees}-{depth}", extreme_boost(n_estimators=n_trees, max_depth=depth, booster=True), {}
    for share in (0.05, 0.3):
        yield f"xgb-missing-{share}", extreme_boost(n_estimators=30, missing=share), {"missing": True}
    for base in (0.1, 0.5, 0.9):
        yield f"xgb-base-{base}", extreme_boost(n_estimators=10, base_score=base), {}
    for method in ("exact", "approx", "hist"):
        yield f"xgb-{method}", extreme_boost(n_estimators=10, tree_method=method), {}
    yield "xgb-lossguide", extreme_boost(n_estimators=10, grow_policy="lossguide", max_leaves=20), {}
    yield "xgb-subsample", extreme_boost(n_estimators=10, subsample=0.7), {}
    yield "xgb-forest", extreme_boost(n_estimators=2, num_parallel_tree=8, subsample=0.7), {"refused": "base values"}
    yield "xgb-wide", extreme_boost(25, n_estimators=20), {}
    yield "xgb-weight", extreme_boost(n_estimators=20, scale_pos_weight=4), {}
    for opset in (9, 12, 15):
        yield f"xgb-opset-{opset}", extreme_boost(n_estimators=8, opset=opset), {}
    boosted = xgboost.XGBClassifier(n_estimators=8, max_depth=3, random_state=1, n_jobs=1)
    yield "xgb-pipe", in_pipeline(make_pipeline(StandardScaler(), boosted)), {}
    yield "xgb-calibrated-sigmoid", in_pipeline(CalibratedClassifierCV(boosted, cv=2)), {}


def cats():
    for n_trees, depth in [(1, 1), (5, 3), (20, 6), (100, 4), (60, 2)]:
        yield f"cat-{n_trees}-{depth}", cat(iterations=n_trees, depth=depth), {}
    yield "cat-plain", cat(iterations=10, boosting_type="Plain", bootstrap_type="Bernoulli", subsample=0.6), {}
    yield "cat-one-side", cat(iterations=10, depth=8), {}
    yield "cat-rate", cat(iterations=15, learning_rate=0.7, l2_leaf_reg=1), {}
    yield "cat-wide", cat(25, iterations=15), {}
    yield "cat-balanced", cat(iterations=15, auto_class_weights="Balanced"), {}
    yield "cat-entropy", cat(iterations=15, loss_function="CrossEntropy"), {}
    for mode in ("Min", "Max"):
        yield f"cat-missing-{mode}", cat(iterations=15, missing=0.1, nan_mode=mode), {"missing": True}


def cases():
    for group, each in {"LightGBM": lights, "XGBoost": extremes, "CatBoost": cats}.items():
        for name, make, more in each():
            yield Case(name, group, make, **more)
