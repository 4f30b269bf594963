"""What onnxruntime says."""

import numpy as np
import onnxruntime as ort


def session_of(data):
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    return ort.InferenceSession(data, options, providers=["CPUExecutionProvider"])


def fed(session, x):
    inputs = session.get_inputs()
    type_of = {"tensor(double)": np.float64, "tensor(float)": np.float32}
    if len(inputs) == 1:
        return {inputs[0].name: x.astype(type_of.get(inputs[0].type, np.float32))}
    return {each.name: x[:, [j]].astype(type_of.get(each.type, np.float32)) for j, each in enumerate(inputs)}


def positive(output):
    """(n,) probability of class 1 of an output: maps, two columns, or one."""
    if isinstance(output, list):
        return np.array([row[max(row)] for row in output], np.float64)
    columns = np.asarray(output)
    return (columns[:, -1] if columns.ndim == 2 else columns).astype(np.float64)


def probability(data, x):
    """(n,) probability of class 1, row by row, so that no row can depend on another."""
    session = session_of(data)
    name = probability_output(session)
    rows = [positive(session.run([name], fed(session, x[k : k + 1]))[0]) for k in range(len(x))]
    return np.concatenate(rows)


def probability_output(session):
    names = [each.name for each in session.get_outputs() if each.type not in ("tensor(int64)", "tensor(string)", "tensor(bool)")]
    return names[-1]
