"""Reads answers of `ml4t replay --out` back with the catalog of NautilusTrader, 1.x or 2.x, and prints one JSON object a line.

`python read_answers.py CATALOG [FILE]`: the custom data EnrichedSignal in a catalog, or with 1.x in one file. Floats are printed so that every bit comes back.
"""

import json
import sys

from ml4t_client.nautilus import GENERATION, EnrichedSignal


def read_all(directory, files):
    if GENERATION == 1:
        from nautilus_trader.persistence.catalog import ParquetDataCatalog

        catalog = ParquetDataCatalog(directory)
        wrapped = catalog.query(EnrichedSignal, files=files) if files else catalog.custom_data(EnrichedSignal)
    else:
        from nautilus_trader.model import NautilusDataType
        from nautilus_trader.persistence import ParquetDataCatalog

        wrapped = ParquetDataCatalog(directory).query(NautilusDataType.Custom("EnrichedSignal"))
    return [each.data for each in wrapped]


for answer in read_all(sys.argv[1], sys.argv[2:]):
    fields = answer.to_dict()
    times = {"ts_event": str(answer.ts_event), "ts_init": str(answer.ts_init), "last_bar_ts": str(answer.last_bar_ts)}
    print(json.dumps({**fields, **times}))
