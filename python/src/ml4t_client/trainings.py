"""What a training leaves behind, as Arrow: its events (`--dump-dataset`) and its report (`--json`)."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ml4t_client.arrow import arrow
from ml4t_client.errors import ClientError

if TYPE_CHECKING:
    import pyarrow as pa

_TIMES = ("t0", "t1", "other_t1")
_INTEGERS = ("side", "label", "other_label", "fold", "take")
_TEXTS = ("instrument",)


def read_dataset(path: str | os.PathLike[str]) -> pa.Table:
    """Every labelled event of a training, in the order of `t0`: what `ml4t train BARS --dump-dataset FILE` wrote.

    Args:
        path: The file. Of a pooled training it has the column `instrument`.

    Returns:
        Times (`t0`, `t1`, `other_t1`) are `timestamp[ns, UTC]`, `side`, `label`, `other_label`, `fold` and `take`
        integers, all else, features included, doubles with all their digits; null where there is no value: in `fold`,
        `raw_probability` and `probability` of an event that was never judged out of sample.

    Raises:
        ModuleNotFoundError: pyarrow is not installed.
        ClientError: The file cannot be read, or is none of a training.
    """
    csv = arrow("csv")
    library = arrow()
    head = _head(path)
    missing = [name for name in ("t0", "t1", "side", "label", "return", "weight") if name not in head]
    if missing:
        raise ClientError(f"{os.fspath(path)} is no file of `ml4t train --dump-dataset`: it has no column {missing[0]}")
    types = {name: _type_of(name) for name in head}
    options = csv.ConvertOptions(column_types=types, null_values=[""], strings_can_be_null=True)
    try:
        table = csv.read_csv(os.fspath(path), convert_options=options)
    except library.ArrowInvalid as fault:
        raise ClientError(f"{os.fspath(path)} cannot be read as a data set of a training: {fault}") from fault
    time = library.timestamp("ns", tz="UTC")
    return table.cast(
        library.schema(
            [library.field(field.name, time if field.name in _TIMES else field.type) for field in table.schema]
        )
    )


def read_report(report: str | os.PathLike[str] | Mapping[str, object]) -> dict[str, pa.Table]:
    """The report of a training as tables by name: what `ml4t train BARS --json` printed.

    Args:
        report: The file it was written to, or the object that was read from it.

    Returns:
        `summary`, one row with every figure that stands alone (`accuracy`, `verdict`; one inside another is named
        `decision_w`), and a table for each list: `folds`, `warnings`, `feature_importance` (`feature`, `value`), and
        with `--report` also `deciles` (the reliability) and `permutation_importance_features`.

    Raises:
        ModuleNotFoundError: pyarrow is not installed.
        ClientError: The file is none of a training.
    """
    library = arrow()
    record = report if isinstance(report, Mapping) else _read_json(report)
    if "folds" not in record or "verdict" not in record:
        raise ClientError("this is no report of `ml4t train --json`: it has no folds and no verdict")
    summary: dict[str, object] = {}
    tables: dict[str, pa.Table] = {}
    _unfold("", record, summary, tables)
    return {"summary": library.Table.from_pylist([summary]), **tables}


def _unfold(prefix: str, record: Mapping[str, object], summary: dict[str, object], tables: dict[str, pa.Table]) -> None:
    """Sorts the fields of an object into single figures and tables."""
    library = arrow()
    for key, value in record.items():
        name = f"{prefix}{key}"
        if name in _BY_NAME and isinstance(value, Mapping):
            tables[name] = library.table({"feature": list(value.keys()), "value": list(value.values())})
        elif isinstance(value, Mapping):
            _unfold(f"{name}_", value, summary, tables)
        elif isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
            tables[name] = library.Table.from_pylist(value)
        else:
            summary[name] = value


#: Figures by the name of a feature, which anyone may choose.
_BY_NAME = frozenset({"feature_importance"})


def _head(path: str | os.PathLike[str]) -> list[str]:
    try:
        with Path(path).open(encoding="utf-8") as file:
            return file.readline().rstrip("\r\n").split(",")
    except (OSError, UnicodeDecodeError) as fault:
        raise ClientError(f"{os.fspath(path)} cannot be read: {fault}") from fault


def _type_of(name: str) -> pa.DataType:
    library = arrow()
    if name in _TEXTS:
        return library.string()
    return library.int64() if name in _TIMES + _INTEGERS else library.float64()


def _read_json(path: str | os.PathLike[str]) -> Mapping[str, object]:
    try:
        record = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise ClientError(f"{os.fspath(path)} cannot be read as JSON: {fault}") from fault
    if not isinstance(record, dict):
        raise ClientError(f"{os.fspath(path)} holds no JSON object")
    return record
