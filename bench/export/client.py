"""Reads all decisions of a source, and says what it read and how much memory it took."""

import hashlib
import json
import resource
import sys
import time

from ml4t_client import read_decisions
from ml4t_client.arrow import arrow

arrow("parquet"), arrow("compute")


def resident() -> int:
    """Memory of this process now, kB."""
    with open("/proc/self/status") as file:
        return int(next(line for line in file if line.startswith("VmRSS")).split()[1])


before = resident()
began = time.monotonic()
source, command = sys.argv[1], sys.argv[2:]
reader = read_decisions(source, columns=["seq", "answer_hash", "answer"] if "--answers" in command else None, command=[word for word in command if word != "--answers"] or ["ml4t"])
digest = hashlib.sha256()
rows = wrong = peak = 0
for batch in reader:
    rows += batch.num_rows
    hashes = batch.column("answer_hash").to_pylist()
    for number, hashed in zip(batch.column("seq").to_pylist(), hashes, strict=True):
        digest.update(f"{number} {hashed}\n".encode())
    if "answer" in batch.schema.names:
        texts = batch.column("answer").to_pylist()
        wrong += sum(hashlib.sha256(text.encode()).hexdigest() != hashed for text, hashed in zip(texts, hashes, strict=True))
    peak = max(peak, resident())
print(
    json.dumps(
        {
            "rows": rows,
            "wrong": wrong,
            "digest": digest.hexdigest(),
            "seconds": round(time.monotonic() - began, 1),
            "grown_mb": round((peak - before) / 1024, 1),
            "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        }
    )
)
