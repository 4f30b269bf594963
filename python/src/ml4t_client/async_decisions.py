"""The recorded decisions of a service as Arrow, fetched on the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ml4t_client.address import Address
from ml4t_client.arrow import arrow
from ml4t_client.async_download import download
from ml4t_client.decisions import export_call, reader_of, unfinished

if TYPE_CHECKING:
    import pyarrow as pa


async def decisions_of(
    address: Address, columns: Sequence[str] | None, after_seq: int, timeout: float
) -> pa.RecordBatchReader:
    """`read_decisions` of a running service, which lets others run while the table comes."""
    await asyncio.to_thread(arrow, "parquet")  # before anything is fetched for it; the first import takes a while
    with unfinished() as file:
        await download(export_call(after_seq), address, file, timeout)
        return await asyncio.to_thread(reader_of, file, columns, after_seq)
