import { alignSignals, type BarFile, type BarReport, readBars, readSignals } from '../bars/index.ts';
import type { BarSeries } from '../domain/index.ts';

/** Bars with the signals that came along. */
export interface LoadedBars {
  readonly bars: BarSeries;
  /** (nBars,) sides of a `signal` column or of the signals file; null for the built-in primary. */
  readonly sides: Int8Array | null;
  readonly report: BarReport;
}

export interface LoadOptions {
  readonly signalsFile?: string | undefined;
  readonly stamp: 'close' | 'open';
  readonly allowOhlcRepair?: boolean | undefined;
  /** Called while reading: bytes done, bytes in all. */
  readonly onProgress?: (done: number, total: number | null) => void;
}

/** Reads bars, and the signals file when there is one. A bar from the future is refused. */
export async function loadBars(paths: readonly string[], options: LoadOptions): Promise<LoadedBars> {
  const { signalsFile, stamp, allowOhlcRepair = false, onProgress } = options;
  const file: BarFile = await readBars(paths, {
    stamp,
    allowOhlcRepair,
    now: BigInt(Date.now()) * 1_000_000n,
    ...(onProgress && { onProgress }),
  });
  const { bars, report } = file;
  if (signalsFile === undefined) return { bars, sides: file.signals, report };
  const signals = await readSignals(signalsFile, report.shiftNs);
  return { bars, sides: alignSignals(bars, signals), report };
}
