"""The parts of NautilusTrader that the two generations have under different names."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any, Literal

if importlib.util.find_spec("nautilus_trader") is None:
    raise ImportError("ml4t_client.nautilus needs NautilusTrader: pip install 'nautilus_trader>=1.221'")

#: 1 for `TradingNode` (Cython), 2 for `LiveNode` (Rust).
GENERATION: Literal[1, 2] = 1 if importlib.util.find_spec("nautilus_trader.core.data") is not None else 2

_parts: Any
if GENERATION == 1:
    from ml4t_client.nautilus import first as _parts
else:
    from ml4t_client.nautilus import second as _parts

TradeSignal: Any = _parts.TradeSignal
EnrichedSignal: Any = _parts.EnrichedSignal
InstrumentId: Any = _parts.InstrumentId
Strategy: Any = _parts.Strategy
Actor: Any = _parts.Actor
publish = _parts.publish
subscribe = _parts.subscribe
request_bars = _parts.request_bars


def read_answers(path: str | Path) -> list[Any]:
    """The `EnrichedSignal` of a file that `ml4t replay --out answers.parquet` wrote. Takes pyarrow."""
    import pyarrow.parquet

    columns = [*_fields(), "ts_event", "ts_init"]
    table = pyarrow.parquet.read_table(path, columns=columns)
    times = {name: table.column(name).cast("int64").to_pylist() for name in ("ts_event", "ts_init")}
    rows = table.drop_columns(list(times)).to_pylist()
    return [
        EnrichedSignal(
            **{**row, "instrument_id": InstrumentId.from_str(row["instrument_id"])},
            **{name: values[i] for name, values in times.items()},
        )
        for i, row in enumerate(rows)
    ]


def _fields() -> list[str]:
    values: dict[str, Any] = EnrichedSignal().to_dict()
    return [name for name in values if name not in ("type", "ts_event", "ts_init")]
