"""The recorded decisions of a service as Arrow, a batch in memory at a time."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ml4t_client.address import Address, address_of
from ml4t_client.arrow import arrow
from ml4t_client.calls import Call, call_of
from ml4t_client.download import download
from ml4t_client.errors import ClientError

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

#: Columns that are UNIX nanoseconds in the file, and times in what is read of it.
TIMES = ("timestamp", "last_bar_ts", "outcome_exit_ts")
#: The text that `answer_hash` is of: most of the file, and wanted only to check it.
ANSWER = "answer"
#: Rows of a batch: as many as a page of the file, so that no more is unpacked at once.
_ROWS = 1000
#: Bytes that are read of a column at once; without it pyarrow reads whole columns of a group of rows ahead.
_BUFFER = 1 << 16


def read_decisions(
    source: str | os.PathLike[str],
    *,
    columns: Sequence[str] | None = None,
    after_seq: int = 0,
    token: str | None = None,
    timeout: float = 60.0,
    ssl_context: ssl.SSLContext | None = None,
    command: Sequence[str] = ("ml4t",),
) -> pa.RecordBatchReader:
    """Every recorded decision, with its features and its outcome, in the order of the numbers (`seq`).

    The reader holds a batch at a time, so a journal of any length fits. `.read_pandas()` and `.read_all()` read all of
    it at once; pandas, polars and DuckDB take the reader as it is.

    Args:
        source: A running service (`http://127.0.0.1:8787`), the data directory of one that may run or not (`.ml4t`),
            or a file of `ml4t journal export F.parquet`.
        columns: Those to read, in this order; by default all but `answer`, the text of the answer, whose SHA-256 is
            `answer_hash`.
        after_seq: Decisions with a higher number only; 0 for all.
        token: As of `Client`; of a service only.
        timeout: Seconds until the answer of a service begins, and without a byte of it after which it is given up.
        ssl_context: As of `Client`; of a service only.
        command: The program that reads a data directory, and what stands before its arguments: `("npx", "ml4t")`.

    Returns:
        Times are `timestamp[ns, UTC]`; each feature is a column `feature_NAME`, null where the model was not asked, or
        has no such feature; the fields of the outcome are null while it is open.

    Raises:
        ModuleNotFoundError: pyarrow is not installed.
        RefusedError: The service refused.
        NoAnswerError: It did not answer, or broke off.
        ClientError: The data directory or the file cannot be read, or a column is not there.
    """
    arrow()  # before anything is fetched for it
    text = os.fspath(source)
    if text.startswith(("http://", "https://")):
        return decisions_of(address_of(text, token, ssl_context), columns, after_seq, timeout)
    if Path(text).is_file():
        return reader_of(text, columns, after_seq)
    with unfinished() as file:
        _export(text, file, after_seq, command)
        return reader_of(file, columns, after_seq)


def decisions_of(
    address: Address, columns: Sequence[str] | None, after_seq: int, timeout: float
) -> pa.RecordBatchReader:
    """`read_decisions` of a running service."""
    arrow()
    with unfinished() as file:
        download(export_call(after_seq), address, file, timeout)
        return reader_of(file, columns, after_seq)


@contextmanager
def unfinished() -> Iterator[BinaryIO]:
    """A file without a name for a table that comes; whoever reads the table closes it."""
    file = tempfile.TemporaryFile(prefix="ml4t-")  # noqa: SIM115
    try:
        yield file
    except BaseException:
        file.close()
        raise


def reader_of(source: str | BinaryIO, columns: Sequence[str] | None, after_seq: int) -> pa.RecordBatchReader:
    """Reads a Parquet file of decisions, and closes it. Raises ClientError where it is none, or lacks a column."""
    return _reader(_opened(source), columns, after_seq)


def export_call(after_seq: int) -> Call[None]:
    """The call that a table of decisions answers."""
    return call_of("exportDecisions", lambda _: None, query={"format": "parquet", "after_seq": after_seq})


def _opened(source: str | BinaryIO) -> pq.ParquetFile:
    try:
        return arrow("parquet").ParquetFile(source, buffer_size=_BUFFER, pre_buffer=False)
    except arrow().ArrowInvalid as fault:
        raise ClientError(f"this is no whole Parquet file of `ml4t journal export`: {fault}") from fault


def _reader(file: pq.ParquetFile, columns: Sequence[str] | None, after_seq: int) -> pa.RecordBatchReader:
    library = arrow()
    there = file.schema_arrow
    names = [name for name in there.names if name != ANSWER] if columns is None else list(columns)
    for name in names:
        if name not in there.names:
            raise ClientError(f"no column {name!r} is among the decisions; there are {', '.join(there.names)}")
    time = library.timestamp("ns", tz="UTC")
    schema = library.schema([library.field(name, time if name in TIMES else there.field(name).type) for name in names])

    def batches() -> Iterator[pa.RecordBatch]:
        read = names if "seq" in names else [*names, "seq"]
        try:
            for batch in file.iter_batches(_ROWS, columns=read, use_threads=False):
                later = batch.filter(arrow("compute").greater(batch.column("seq"), after_seq))
                cells = [later.column(name).cast(schema.field(name).type) for name in names]
                yield library.record_batch(cells, schema=schema)
        finally:
            file.close(force=True)

    return library.RecordBatchReader.from_batches(schema, batches())


def _export(directory: str, file: BinaryIO, after_seq: int, command: Sequence[str]) -> None:
    """Writes the Parquet file of a data directory, by the program that knows how a journal is read."""
    if not Path(directory).is_dir():
        raise ClientError(
            f"{directory} is no data directory, no file of `ml4t journal export`, and no url like http://127.0.0.1:8787"
        )
    program = shutil.which(command[0])
    if program is None:
        raise ClientError(
            f"{command[0]} is not on the PATH; name it, command=('npx', 'ml4t'), or ask the running service by its url"
        )
    args = ["journal", "export", "-", "--format", "parquet", "--after-seq", str(after_seq), "--data-dir", directory]
    done = subprocess.run([program, *command[1:], *args], stdout=file, stderr=subprocess.PIPE, check=False)
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise ClientError(f"{' '.join(command)} journal export failed: {said}")
