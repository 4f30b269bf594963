"""A notebook as it is before the README's section begins: bars, events, a fitted LightGBM. Then the README's own lines.

Arguments: a CSV file of bars, and `export` or `live`. The lines come from standard input, and see `bars`, `events` and `model`.
"""

import json
import sys

import lightgbm
import numpy as np
import pandas as pd

COLUMNS = ["mom_5", "mom_20", "vol_20", "trend"]


def prepare(path: str) -> dict[str, object]:
    frame = pd.read_csv(path)
    bars = frame.set_index(pd.to_datetime(frame.pop("ts_event"), utc=True))
    close = bars["close"]
    moves = close.pct_change()
    features = pd.DataFrame(
        {"mom_5": close.pct_change(5), "mom_20": close.pct_change(20), "vol_20": moves.rolling(20).std(), "trend": close / close.rolling(50).mean() - 1}
    )
    side = np.sign(close.ewm(span=10).mean() - close.ewm(span=30).mean())
    events = features[(side.diff().abs() > 0) & features.notna().all(axis=1)].assign(signal=side.astype(int))
    paid = ((close.shift(-10) / close - 1).loc[events.index] * events["signal"] > 0).astype(int)
    known = events.index < "2025-06-30"
    model = lightgbm.LGBMClassifier(n_estimators=40, num_leaves=7, verbose=-1)
    model.fit(events.loc[known, COLUMNS].astype("float32"), paid[known])
    return {"pd": pd, "bars": bars, "events": events, "model": model, "columns": COLUMNS}


scope = prepare(sys.argv[1])
exec(compile(sys.stdin.read(), "README.md", "exec"), scope)  # noqa: S102 - the README's own lines
if sys.argv[2] == "live":
    signal_id = scope["answer"]["signal_id"]
    print(json.dumps({"answer": scope["answer"], "detail": scope["client"].explain(signal_id)}))
