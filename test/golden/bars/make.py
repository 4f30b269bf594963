"""Makes the NautilusTrader-shaped Parquet fixtures and what they hold. Run: python make.py (pyarrow 26.0.1).

Prices and volumes are fixed-point integers, little-endian two's complement in a fixed-size binary column: 8 bytes in
units of 1e-9, 16 bytes in units of 1e-16 (NautilusTrader, crates/serialization/src/arrow/bar.rs). The expected doubles
are those nearest to the exact values, by Python's fractions.
"""

import json
import random
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).parent
START = 1_700_000_000_000_000_001
STEP = 60_000_000_000
ROWS = 40


def make(width: int, decimals: int) -> dict:
    rng = random.Random(width)
    scale = 10**decimals
    # One price in ten carries float noise in its last digits, as old catalogs do; volumes go beyond 64 bits at 16 bytes.
    noise = lambda: rng.choice([0] * 9 + [rng.randrange(1, 50)])
    columns = {name: [] for name in ("open", "high", "low", "close", "volume")}
    for _ in range(ROWS):
        low = rng.randrange(10**6, 10**7) * (scale // 100) + noise()
        width_of_bar = rng.randrange(10**3) * (scale // 100)
        columns["low"].append(low)
        columns["high"].append(low + width_of_bar + 100)
        columns["open"].append(low + rng.randrange(width_of_bar + 1))
        columns["close"].append(low + rng.randrange(width_of_bar + 1))
        columns["volume"].append(rng.randrange(10**9 if width == 8 else 10**12) * scale + noise())
    times = [START + i * STEP for i in range(ROWS)]
    fields = [pa.field(name, pa.binary(width), nullable=False) for name in columns]
    fields += [pa.field(name, pa.uint64(), nullable=False) for name in ("ts_event", "ts_init")]
    metadata = {
        "bar_type": "BTC/USDT.BINANCE-1-MINUTE-LAST-EXTERNAL",
        "instrument_id": "BTC/USDT.BINANCE",
        "price_precision": "2",
        "size_precision": "0",
    }
    arrays = [
        pa.array([raw.to_bytes(width, "little", signed=name != "volume") for raw in raws], pa.binary(width))
        for name, raws in columns.items()
    ]
    arrays += [pa.array(times, pa.uint64())] * 2
    table = pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=metadata))
    pq.write_table(table, HERE / f"nautilus-{8 * width}-bit.parquet", compression="zstd", row_group_size=25)
    values = {name: [float(Fraction(raw, scale)) for raw in raws] for name, raws in columns.items()}
    return {"ts_event": [str(time) for time in times], **values}


expected = {f"nautilus-{8 * width}-bit": make(width, decimals) for width, decimals in ((8, 9), (16, 16))}
(HERE / "expected.json").write_text(json.dumps(expected))
