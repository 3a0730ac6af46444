"""Writes models (NAME.onnx) and what ONNX Runtime makes of them (NAME.bin) beside itself.

NAME.bin: int32 rows, inputs, outputs; float32 features [rows][inputs]; float32 scores [rows][outputs],
all little-endian. A model of several inputs takes the features one input after the other.
Needs numpy, onnx, onnxruntime, scikit-learn, skl2onnx, onnxmltools, xgboost. Run: python make_fixtures.py
"""
import os
import warnings

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

warnings.filterwarnings("ignore")
here = os.path.dirname(os.path.abspath(__file__))
F = np.float32


def save(name, model, x, output=None):
    data = model.SerializeToString()
    session = ort.InferenceSession(data, providers=["CPUExecutionProvider"])
    feed, at = {}, 0
    for i in session.get_inputs():
        width = int(np.prod([d for d in i.shape[1:]]))
        feed[i.name] = x[:, at:at + width].reshape([len(x)] + list(i.shape[1:]))
        at += width
    assert at == x.shape[1]
    names = [o.name for o in session.get_outputs()]
    if output is None:
        floats = [o.name for o in session.get_outputs() if o.type in ("tensor(float)", "seq(map(int64,tensor(float)))")]
        output = floats[0]
    score = session.run([output], feed)[0]
    if isinstance(score, list): score = np.array([[r[k] for k in sorted(r)] for r in score], F)
    score = score.reshape(len(x), -1).astype(F)
    with open(os.path.join(here, name + ".onnx"), "wb") as f: f.write(data)
    with open(os.path.join(here, name + ".bin"), "wb") as f:
        f.write(np.array([len(x), x.shape[1], score.shape[1]], "<i4").tobytes())
        f.write(x.astype("<f4").tobytes() + score.astype("<f4").tobytes())
    print(name, names, output, score.shape, len(data), sorted({n.op_type for n in onnx.load_from_string(data).graph.node}))


def graph(nodes, inputs, outputs, constants, opset=13):
    g = helper.make_graph(nodes, "g", inputs, outputs, [numpy_helper.from_array(v, k) for k, v in constants.items()])
    m = helper.make_model(g, opset_imports=[helper.make_opsetid("", opset), helper.make_opsetid("ai.onnx.ml", 3)], ir_version=8)
    onnx.checker.check_model(m)
    return m


def value(name, *shape): return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))


def mlp():
    """16-64-64-32-1, ReLU and a sigmoid, weights of a fixed generator: the network of the benchmark."""
    layers = (16, 64, 64, 32, 1)
    rng = np.random.Generator(np.random.PCG64([20240917, 5]))
    nodes, constants, x = [], {}, "x"
    for i, (a, b) in enumerate(zip(layers[:-1], layers[1:])):
        constants[f"w{i}"] = rng.normal(0, np.sqrt(2 / a), (a, b)).astype(F)
        constants[f"b{i}"] = rng.normal(0, 0.1, b).astype(F)
        last = i == len(layers) - 2
        nodes.append(helper.make_node("Gemm", [x, f"w{i}", f"b{i}"], [f"z{i}"]))
        x = "score" if last else f"a{i}"
        nodes.append(helper.make_node("Sigmoid" if last else "Relu", [f"z{i}"], [x]))
    rows = np.random.Generator(np.random.PCG64([20240917, 6])).standard_normal((100, 16), dtype=F)
    save("mlp", graph(nodes, [value("x", "n", 16)], [value("score", "n", 1)], constants), rows)


def zoo():
    """All dense operators in one network with two inputs."""
    r = np.random.default_rng(1)
    def w(*shape): return r.normal(0, 0.7, shape).astype(F)
    c = {"mean": F([[10.5, -3, 0.25]]), "width": F([0.01, 2, 5]), "one": F([1]), "w1": w(9, 4), "b1": w(9), "w2": w(9, 6),
         "b2": w(6), "s": np.abs(w(6)) + F(0.5), "t": w(6), "m": w(6), "v": np.abs(w(6)) + F(0.1), "w3": w(6, 8), "low": F(-0.75),
         "high": F(0.9), "shape": np.array([-1, 2, 4], np.int64), "row": w(2, 1), "c1": w(8), "c2": w(8), "w4": w(8, 5),
         "half": F([0.5])}
    n = helper.make_node
    nodes = [
        n("Sub", ["a", "mean"], ["a0"]), n("Div", ["a0", "width"], ["a1"]), n("Concat", ["a1", "b"], ["x"], axis=1),
        n("Gemm", ["x", "w1", "b1"], ["g1"], transB=1, alpha=0.5, beta=2.0), n("Elu", ["g1"], ["h1"], alpha=1.5),
        n("MatMul", ["h1", "w2"], ["p2"]), n("Add", ["b2", "p2"], ["g2"]),
        n("BatchNormalization", ["g2", "s", "t", "m", "v"], ["n2"], epsilon=1e-3), n("Selu", ["n2"], ["h2"]),
        n("MatMul", ["h2", "w3"], ["g3"]), n("LeakyRelu", ["g3"], ["h3"], alpha=0.2), n("Clip", ["h3", "low", "high"], ["h4"]),
        n("Reshape", ["h4", "shape"], ["r4"]), n("Mul", ["r4", "row"], ["r5"]), n("Flatten", ["r5"], ["h5"], axis=1),
        n("Mul", ["c1", "c2"], ["c3"]), n("Tanh", ["c3"], ["c4"]), n("Add", ["h5", "c4"], ["h6"]), n("Tanh", ["h6"], ["h7"]),
        n("Sub", ["one", "h7"], ["h8"]), n("Sigmoid", ["h5"], ["gate"]), n("Mul", ["h8", "gate"], ["h9"]),
        n("Identity", ["h9"], ["h10"]), n("Dropout", ["h10"], ["h11"]), n("Cast", ["h11"], ["h12"], to=1),
        n("MatMul", ["h12", "w4"], ["z"]), n("Softmax", ["z"], ["q"]), n("Add", ["q", "half"], ["q1"]), n("Div", ["one", "q1"], ["score"])]
    x = np.random.default_rng(2).normal(size=(60, 4)).astype(F)
    x[:, 0] = F(10.5) + x[:, 0] * F(0.02)
    save("zoo", graph(nodes, [value("a", "n", 3), value("b", "n", 1)], [value("score", "n", 5)], c), x)


def modes():
    """Every node mode and aggregate, values on the thresholds, missing values tracked or not."""
    kinds = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"]
    x = np.array([[a, b] for a in (-1, 0, 0.5, np.nextafter(F(0.5), F(1)), np.nextafter(F(0.5), F(0)), 2, np.nan)
                  for b in (-1, 0.5, 3, np.nan)], F)
    for name, aggregate, targets in (("modes_sum", "SUM", 2), ("modes_min", "MIN", 1), ("modes_max", "MAX", 1), ("modes_average", "AVERAGE", 1)):
        k = {key: [] for key in ("treeids", "nodeids", "featureids", "modes", "values", "truenodeids", "falsenodeids", "missing_value_tracks_true")}
        t = {key: [] for key in ("treeids", "nodeids", "ids", "weights")}
        tree = 0
        for mode in kinds:
            for missing in (0, 1):
                for node in range(7):
                    leaf = node > 2
                    for key, v in zip(k, (tree, node, node % 2, "LEAF" if leaf else mode, 0.5, 0 if leaf else 2 * node + 1, 0 if leaf else 2 * node + 2, missing)):
                        k[key].append(v)
                    if leaf:
                        for target in range(targets):
                            for key, v in zip(t, (tree, node, target, float(F(2.0 ** (node - 4) + 0.37 * tree + target)))): t[key].append(v)
                tree += 1
        args = {"nodes_" + a: b for a, b in k.items()} | {"target_" + a: b for a, b in t.items()}
        node = helper.make_node("TreeEnsembleRegressor", ["x"], ["y"], domain="ai.onnx.ml", n_targets=targets, aggregate_function=aggregate,
                                base_values=[0.25] * targets, **args)
        save(name, graph([node], [value("x", "n", 2)], [value("y", "n", targets)], {}), x)


def trained():
    from skl2onnx import to_onnx
    from sklearn.ensemble import (ExtraTreesRegressor, GradientBoostingClassifier, GradientBoostingRegressor,
                                  RandomForestClassifier)
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    r = np.random.default_rng(3)
    x = r.normal(size=(400, 5)).astype(F)
    x[:, 1] = x[:, 1] * F(0.01) + F(5.28)
    s = x[:, 0] + 60 * (x[:, 1] - 5.28) * x[:, 2]
    two, three = (s > 0).astype(int), np.digitize(s, (-0.5, 0.5))
    new = np.random.default_rng(4).normal(size=(70, 5)).astype(F)
    new[:, 1] = new[:, 1] * F(0.01) + F(5.28)
    hollow = new.copy()
    hollow[::3, 2] = np.nan
    hollow[1::7, 0] = np.nan
    mlps = dict(hidden_layer_sizes=(12, 7), max_iter=80, random_state=0)
    small = dict(n_estimators=12, max_depth=3, random_state=0)
    for name, model, y, rows, options in (
            ("sklearn_mlp", make_pipeline(StandardScaler(), MLPClassifier(**mlps)), two, new, {"zipmap": False}),
            ("sklearn_mlp_three", make_pipeline(StandardScaler(), MLPClassifier(activation="tanh", **mlps)), three, new, {"zipmap": False}),
            ("sklearn_mlp_regressor", make_pipeline(StandardScaler(), MLPRegressor(activation="logistic", **mlps)), s, new, {}),
            ("sklearn_boosting", GradientBoostingClassifier(**small), two, new, {"zipmap": False}),
            ("sklearn_boosting_zipmap", GradientBoostingClassifier(**small), two, new, {}),
            ("sklearn_boosting_three", GradientBoostingClassifier(**small), three, new, {"zipmap": False}),
            ("sklearn_boosting_regressor", GradientBoostingRegressor(**small), s, new, {}),
            ("sklearn_forest", RandomForestClassifier(**small), two, new, {"zipmap": False}),
            ("sklearn_forest_three", RandomForestClassifier(**small), three, new, {"zipmap": False}),
            ("sklearn_extra_trees", ExtraTreesRegressor(**small), np.stack([s, s * s], 1), new, {})):
        model.fit(x, y)
        options = {id(model.steps[-1][1] if hasattr(model, "steps") else model): options} if options else None
        save(name, to_onnx(model, x[:1], options=options, target_opset={"": 15, "ai.onnx.ml": 3}), rows)
    import xgboost
    from onnxmltools import convert_xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType
    args = dict(n_estimators=12, max_depth=3, random_state=0, n_jobs=1)
    for name, model, y in (("xgboost_two", xgboost.XGBClassifier(**args), two), ("xgboost_three", xgboost.XGBClassifier(**args), three),
                           ("xgboost_regressor", xgboost.XGBRegressor(**args), s)):
        model.fit(x, y)
        save(name, convert_xgboost(model, initial_types=[("x", FloatTensorType([None, 5]))], target_opset=15), hollow)


mlp()
zoo()
modes()
trained()
