"""What `ml4t replay --out` wrote, read again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from ml4t_client.answer import Answer, from_node, from_wire
from ml4t_client.arrow import arrow
from ml4t_client.types import EnrichedSignal


@dataclass(frozen=True, slots=True)
class ReplayedSignal:
    """One answer of a replay, and how its trade ended.

    Attributes:
        answer: As the service gives it.
        outcome: How the trade ended, `take_profit`, `stop_loss` or another word of the labels; None while it is open,
            and in a file of answers only (Parquet).
        gross_return: Of the trade in its own direction, before costs; None as `outcome`.
        exit_ts: When the bar of its exit closed, UNIX nanoseconds; None as `outcome`.
        in_sample: Whether the model learned from this time or later; None in a file of answers only.
    """

    answer: Answer
    outcome: str | None
    gross_return: float | None
    exit_ts: int | None
    in_sample: bool | None


def read_replay(path: str | Path) -> list[ReplayedSignal]:
    """The signals of a replay, in order.

    Args:
        path: What `ml4t replay --out` named: NDJSON with outcomes, or answers as Parquet, which takes pyarrow.

    Raises:
        ModuleNotFoundError: The file is Parquet, and pyarrow is not installed; the message says what to run.
        ValueError: The file or a line of it is none of a replay; both are named.
        OSError: The file cannot be read.
    """
    path = Path(path)
    return list(_of_parquet(path) if path.suffix == ".parquet" else _of_lines(path))


def _of_lines(path: Path) -> Iterator[ReplayedSignal]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield _of_record(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(
                    f"{path}, line {number}: no record of ml4t replay --out ({type(error).__name__}: {error})"
                ) from error


def _of_record(record: Mapping[str, Any]) -> ReplayedSignal:
    return ReplayedSignal(
        from_wire(cast(EnrichedSignal, record), "replay"),
        record["outcome"],
        record["return"],
        record["exit_ts"],
        record["in_sample"],
    )


def _of_parquet(path: Path) -> Iterable[ReplayedSignal]:
    try:
        table = arrow("parquet").read_table(path)
        # A time of pyarrow loses its nanoseconds in Python.
        for name in ("ts_event", "ts_init"):
            table = table.set_column(table.schema.get_field_index(name), name, table.column(name).cast("int64"))
        rows = table.to_pylist()
        return [ReplayedSignal(from_node(SimpleNamespace(**row), "replay"), None, None, None, None) for row in rows]
    except (ValueError, KeyError, AttributeError) as error:  # an ArrowInvalid is a ValueError
        raise ValueError(f"{path}: no answers of ml4t replay --out ({type(error).__name__}: {error})") from error
