"""FastAPI as its tutorial has it: pydantic models of the bodies, pandas, a plain function in the thread pool."""

from typing import Annotated

import numpy as np
import pandas as pd
from fastapi import FastAPI
from pydantic import BaseModel, Field
from scipy.stats import norm
from scoring import LOOKBACK, N_BUCKETS, open_model

WINDOW = 100
Column = Annotated[list[float], Field(min_length=WINDOW)]


class Bars(BaseModel):
    """Bars as columns, the oldest first."""

    ts_event: Annotated[list[int], Field(min_length=WINDOW)]
    open: Column
    high: Column
    low: Column
    close: Column
    volume: Column


class Signal(BaseModel):
    """A signal with its bars."""

    signal_id: str
    instrument_id: str
    signal: int
    timestamp: int
    bars: Bars


class Answer(BaseModel):
    """What the model thinks of a signal."""

    signal_id: str
    confidence: float
    toxicity: float
    features: dict[str, float]


app = FastAPI()
model = open_model()


def features_of(bars: pd.DataFrame, side: int) -> dict[str, float]:
    """Return the features of the last bar, in the order of the model's columns."""
    log_close = np.log(bars["close"])
    volatility = log_close.diff().rolling(LOOKBACK).std()
    move = log_close.diff(LOOKBACK)
    trend_strength = (move.abs() / (volatility * np.sqrt(LOOKBACK))).fillna(0.0)
    volume_ratio = (bars["volume"] / bars["volume"].rolling(LOOKBACK).mean()).fillna(1.0)
    columns = {
        "volatility": volatility,
        "momentum": side * move,
        "trend_strength": trend_strength,
        "volume_ratio": volume_ratio,
    }
    return {name: float(column.iloc[-1]) for name, column in columns.items()}


def vpin(bars: pd.DataFrame) -> float:
    """VPIN of the window in equal-volume buckets, bars split in bulk."""
    change = bars["close"].diff()
    imbalance = (2 * pd.Series(norm.cdf(change / change.std())) - 1).fillna(0.0)
    volume = bars["volume"]
    total = volume.sum()
    if not total > 0:
        return 0.0
    edges = np.linspace(0, total, N_BUCKETS + 1)
    filled = np.append(0, volume.cumsum())
    signed = np.append(0, (imbalance * volume).cumsum())
    return float(np.abs(np.diff(np.interp(edges, filled, signed))).sum() / total)


@app.post("/v1/signals")
def answer(signal: Signal) -> Answer:
    """Answer a signal."""
    bars = pd.DataFrame(signal.bars.model_dump()).tail(WINDOW)
    features = features_of(bars, signal.signal)
    row = np.array([list(features.values())], np.float32)
    (probabilities,) = model.run(["probabilities"], {"X": row})
    return Answer(
        signal_id=signal.signal_id,
        confidence=float(probabilities[0, 1]),
        toxicity=vpin(bars),
        features=features,
    )
