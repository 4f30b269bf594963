import {
  BAR_BLOCKS,
  type Cell,
  cellsOf,
  checksumOf,
  decodeBars,
  decodeIds,
  encodeBars,
  encodeIds,
  trustedRow,
} from '../../codec/index.ts';
import { GatheredBars } from './gathered-bars.ts';

/** Number of runs of one instrument that are put together in a block. */
const BLOCK_RUNS = 64;
/** Length of a run that is as good as a block, bars. */
const LONG_RUN = 64;
/** Maximum number of instruments whose runs are collected; the one that waited longest is dropped, and its runs stay single. */
const MAX_COLLECTING = 4096;

/** Several runs of one series, all those with ids from `firstRun` to `lastRun`, once more in one row. */
export interface BarBlock {
  /** Of the series. */
  readonly key: string;
  readonly firstRun: number;
  readonly lastRun: number;
  readonly nRuns: number;
  /** The latest time in any of the series' runs before this block; null where there is none. */
  readonly reach: bigint | null;
  readonly ids: Float64Array;
  /** In the order of their ids; a taker volume of NaN is none. */
  readonly bars: ReturnType<typeof decodeBars>;
}

/** A run on its way into a block. */
interface Collected {
  readonly firstId: number;
  readonly columns: Uint8Array;
}

interface Collecting {
  readonly reach: bigint | null;
  readonly runs: Collected[];
}

/**
 * Bars come one at a time, and a start would read thousands of rows of each instrument. So they are put together as they are
 * written: each block repeats 64 runs in one row. What is not in a block is read run by run: losing what was collected, by a
 * restart or a transaction that failed, costs nothing but time.
 */
export class BlockCollector {
  readonly #collecting = new Map<string, Collecting>();

  /** Takes a run that is being written. @param reach - latest time in the instrument's runs before. @returns a row to write. */
  add(instrumentId: string, firstId: number, columns: Uint8Array, nBars: number, reach: bigint | null): Cell[] | null {
    if (nBars >= LONG_RUN) {
      this.#collecting.delete(instrumentId);
      return null;
    }
    const known = this.#collecting.get(instrumentId) ?? { reach, runs: [] };
    known.runs.push({ firstId, columns: new Uint8Array(columns) }); // a copy: its memory goes back to the other thread
    if (known.runs.length < BLOCK_RUNS) {
      this.#collecting.set(instrumentId, known);
      for (const oldest of this.#collecting.keys()) {
        if (this.#collecting.size <= MAX_COLLECTING) break;
        this.#collecting.delete(oldest);
      }
      return null;
    }
    this.#collecting.delete(instrumentId);
    return blockRow(instrumentId, known);
  }

  clear(): void {
    this.#collecting.clear();
  }
}

function blockRow(instrumentId: string, { runs, reach }: Collecting): Cell[] {
  const series = runs.map(({ columns }) => decodeBars(columns));
  const n = series.reduce((sum, { length }) => sum + length, 0);
  const gathered = new GatheredBars(n);
  const ids = new Float64Array(n);
  let at = 0;
  series.forEach((run, k) => {
    for (let i = 0; i < run.length; i++, at++) {
      gathered.put(at, run, i);
      ids[at] = runs[k].firstId + i;
    }
  });
  const lastRun = runs[runs.length - 1].firstId;
  const cells = cellsOf(BAR_BLOCKS, {
    instrument_id: instrumentId,
    first_run: runs[0].firstId,
    n_runs: runs.length,
    reach,
    ids: encodeIds(ids),
    columns: encodeBars(gathered.series('any')),
  });
  return [lastRun, ...cells, checksumOf(BAR_BLOCKS, lastRun, cells)];
}

/** The block a row holds. Its `seq` is its last run. @throws {JournalError} `JOURNAL_DAMAGED` when it is not as it was written. */
export function toBlock(cells: readonly Cell[]): BarBlock {
  const row = trustedRow(BAR_BLOCKS, cells);
  return {
    key: row.instrument_id,
    firstRun: Number(row.first_run),
    lastRun: Number(cells[0]),
    nRuns: Number(row.n_runs),
    reach: row.reach,
    ids: decodeIds(row.ids),
    bars: decodeBars(row.columns),
  };
}
