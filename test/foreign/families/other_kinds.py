"""Sound files that must be refused, each with a reason that says what it is."""

import lightgbm
import numpy as np
import onnxmltools
from onnx import TensorProto, helper, numpy_helper
from onnxmltools.convert.common.data_types import FloatTensorType as MlFloat
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC

from families import Case
from families.hand_made import ALL_MODES, classifier, ensemble5, model_of, scores
from rows import training


def sound(model, n=4, target=None, inputs=None, **options):
    def make():
        x, y = training(n)
        if target is not None:
            y = target(x, y)
        fitted = model.fit(x, y)
        settings = {id(fitted): options} if options else {}
        if inputs is not None:
            return to_onnx(fitted, initial_types=inputs, options=settings), n, None
        return to_onnx(fitted, x[:1], options=settings), n, None

    return make


def network():
    rng = np.random.default_rng(0)
    first = numpy_helper.from_array(rng.normal(size=(4, 8)).astype(np.float32), "w1")
    second = numpy_helper.from_array(rng.normal(size=(8, 1)).astype(np.float32), "w2")
    nodes = [
        helper.make_node("MatMul", ["X", "w1"], ["h"]),
        helper.make_node("Relu", ["h"], ["a"]),
        helper.make_node("MatMul", ["a", "w2"], ["z"]),
        helper.make_node("Sigmoid", ["z"], ["probability"]),
    ]
    return model_of(nodes, 4, [scores("probability", 1)], [first, second]), 4, None


def across_rows():
    axes = numpy_helper.from_array(np.array([0], np.int64), "axes")
    nodes = [
        helper.make_node("ReduceSum", ["X", "axes"], ["total"]),
        helper.make_node("Sub", ["X", "total"], ["shifted"]),
        helper.make_node("ReduceMean", ["shifted"], ["score"], axes=[1]),
        helper.make_node("Sigmoid", ["score"], ["probability"]),
    ]
    return model_of(nodes, 4, [scores("probability", 1)], [axes]), 4, None


def two_outputs():
    nodes = [
        helper.make_node("ReduceMean", ["X"], ["score"], axes=[1]),
        helper.make_node("Sigmoid", ["score"], ["p"]),
        helper.make_node("Sigmoid", ["p"], ["q"]),
    ]
    return model_of(nodes, 4, [scores("p", 1), scores("q", 1)]), 4, None


def texts():
    x, y = training(4)
    frame = [("category", StringTensorType([None, 1])), ("number", FloatTensorType([None, 1]))]
    import pandas as pd

    data = pd.DataFrame({"category": np.where(x[:, 0] > 0, "a", "b"), "number": x[:, 1]})
    steps = ColumnTransformer([("c", OneHotEncoder(), ["category"]), ("n", "passthrough", ["number"])])
    fitted = make_pipeline(steps, LogisticRegression()).fit(data, y)
    return to_onnx(fitted, initial_types=frame), 2, None


def light_many():
    x, _ = training(4)
    y = np.digitize(x[:, 0], [-0.5, 0.5])
    fitted = lightgbm.LGBMClassifier(n_estimators=4, verbose=-1, n_jobs=1).fit(x, y)
    return onnxmltools.convert_lightgbm(fitted, initial_types=[("X", MlFloat([None, 4]))]), 4, None


def light_regressor():
    x, _ = training(4)
    fitted = lightgbm.LGBMRegressor(n_estimators=4, verbose=-1, n_jobs=1).fit(x, 0.01 * x[:, 0])
    return onnxmltools.convert_lightgbm(fitted, initial_types=[("X", MlFloat([None, 4]))]), 4, None


def cases():
    three = lambda x, y: np.digitize(x[:, 0], [-0.5, 0.5])
    returns = lambda x, y: 0.5 + 0.01 * x[:, 0]
    two = [("a", FloatTensorType([None, 2])), ("b", FloatTensorType([None, 2]))]
    for name, make, refused in [
        ("three-classes-rf", sound(RandomForestClassifier(3, max_depth=3), target=three), "tells 3 classes apart"),
        ("three-classes-lr", sound(LogisticRegression(), target=three), "tells 3 classes apart"),
        ("three-classes-lgb", light_many, "tells 3 classes apart"),
        ("labels-one-two", sound(RandomForestClassifier(3, max_depth=3), target=lambda x, y: y + 1), "has the classes 1 and 2"),
        ("labels-words", sound(LogisticRegression(), target=lambda x, y: np.where(y == 1, "up", "down")), "has the classes down and up"),
        ("regressor-returns-rf", sound(RandomForestRegressor(3, max_depth=3), target=returns), "is a regressor"),
        ("regressor-returns-lr", sound(LinearRegression(), target=returns), "is a regressor"),
        ("regressor-returns-lgb", light_regressor, "is a regressor"),
        ("raw-scores-gb", sound(GradientBoostingClassifier(n_estimators=4), raw_scores=True, zipmap=False), "no probabilit"),
        ("raw-scores-lr", sound(LogisticRegression(), raw_scores=True, zipmap=False), "no probability"),
        ("neural-network", network, "neural network"),
        ("mlp", sound(MLPClassifier((5,), max_iter=30)), "neural network"),
        ("svc", sound(SVC(probability=True)), "support vector machine"),
        ("knn", sound(KNeighborsClassifier(3)), "nearest neighbours"),
        ("naive-bayes", sound(GaussianNB()), ""),
        ("k-means", sound(KMeans(2, n_init=1)), ""),
        ("texts", texts, "takes texts"),
        ("integers", sound(LogisticRegression(), inputs=[("X", Int64TensorType([None, 4]))]), "of another type than numbers"),
        ("two-wide-inputs", sound(make_pipeline(ColumnTransformer([("s", StandardScaler(), [0, 1, 2, 3])]), LogisticRegression()), inputs=two), "several inputs"),
        ("across-rows", across_rows, "across the rows"),
        ("two-outputs", two_outputs, "several outputs"),
        ("base-pair", classifier(ALL_MODES, "LOGISTIC", [0, 1], 200, base=[0.1, 0.2]), "base values"),
        ("ensemble5-softmax", ensemble5(ALL_MODES, 1, 2, 1, 100), "another one than ONNX names"),
        ("ensemble5-members", ensemble5(["BRANCH_LEQ"], 0, 1, 1, 102, members=True), "members of a set"),
        ("softmax-of-one", classifier(ALL_MODES, "SOFTMAX", [0], 201), "leaves out"),
    ]:
        yield Case(name, "other kinds", make, refused=refused or "it")
