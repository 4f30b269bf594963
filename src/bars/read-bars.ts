import { contained, DataError, formatIsoNanos } from '../core/index.ts';
import {
  allocateBarColumns,
  BAR_VALUES,
  type BarColumns,
  BarSeries,
  type ColumnValues,
  type FeatureName,
  gapsOf,
  NO_COLUMNS,
  SIGNAL_PROBABILITY,
  SIGNAL_STRENGTH,
} from '../domain/index.ts';
import { findBarFiles } from './bar-files.ts';
import { seriesOfPaths } from './catalog/catalog-series.ts';
import { barValues, type ColumnSource, columnSources, inlineSignalColumns } from './columns/file-columns.ts';
import type { WantedColumns } from './columns/find-columns.ts';
import { completeStrengths } from './columns/signal-values.ts';
import { withPlainFile } from './containers/plain-file.ts';
import { readCsv } from './csv/read-csv.ts';
import type { FileBars, ReadRowsOptions } from './file-bars.ts';
import type { FileLimits } from './file-bounds.ts';
import { sniffFile } from './file-layout.ts';
import { type AlignedLabels, alignLabels } from './labels/align-labels.ts';
import { readLabels } from './labels/read-labels.ts';
import { readParquet } from './parquet/read-parquet.ts';
import { checkChoices, type NamingOptions, type ReadOptions } from './read-options.ts';
import { measureSteps } from './rows/bar-steps.ts';
import { alignSignals, readSignals } from './signals.ts';
import { type BarWarning, barWarnings, refuseSteps, refuseSuspicions, stepWarning } from './suspicions/bar-warnings.ts';
import { findStepChanges } from './suspicions/step-changes.ts';
import type { TimeUnit } from './time-cells.ts';

export interface ReadBarsOptions extends ReadOptions {
  /**
   * File of the primary's signals (CSV, in the containers of bars too), read by the same options, or a catalog of NautilusTrader; they
   * replace those that came with the bars.
   */
  readonly signalsFile?: string | undefined;
  /**
   * File of labels that the user made himself (t0, t1, side, label, return), read by the same options; its events replace the signals that
   * came with the bars.
   */
  readonly labelsFile?: string | undefined;
  /** Widen high and low that do not enclose open and close, instead of refusing the row; default false. */
  readonly allowOhlcRepair?: boolean | undefined;
  /**
   * Numeric columns to read beside those of bars, of the bars' files or the signals'; by default none. `signal_strength` is the column
   * `strength` (or of that name) beside the signals, `signal_probability` the column `probability`.
   */
  readonly columns?: readonly FeatureName[] | undefined;
  /** Read the strength of signals where a file has it, wanted as a column or not; default false. */
  readonly strength?: boolean | undefined;
  /** Read the probability of signals where a file has it, wanted as a column or not; default false. */
  readonly probability?: boolean | undefined;
  /** The end of a bar that its time stamps; `open` shifts every time by the bar length. Default `close`. */
  readonly stamp?: 'close' | 'open' | undefined;
  /** UNIX ns; a bar that closes later is refused. Default: none is. */
  readonly now?: bigint | undefined;
  /** Refuse bars that look wrong, those of `BarReport.warnings`; default false. */
  readonly strict?: boolean | undefined;
  /** Bounds of each file; by default those of the settings `limits`. */
  readonly limits?: FileLimits | undefined;
  /** What it throws is ignored. Called while reading with the rows read and their number in all: a guess for CSV, null where there is no guess. */
  readonly onProgress?: ((done: number, total: number | null) => void) | undefined;
}

/** Figures of the bars that were read. */
export interface BarReport {
  /** The files in time order. */
  readonly files: readonly string[];
  readonly nRows: number;
  /** Number of bars whose high or low was widened. */
  readonly nRepaired: number;
  /** The bar length: the most common step between bars, ns; 0 for a single bar. */
  readonly barNs: bigint;
  /** Number of steps longer than `barNs`. */
  readonly nGaps: number;
  /** Added to every time, ns: `barNs` for bars stamped at their open, else 0. */
  readonly shiftNs: bigint;
  /** Whether any bar has volume; a file without the column has zeros. */
  readonly hasVolume: boolean;
  readonly hasTakerBuyVolume: boolean;
  readonly firstTs: bigint;
  readonly lastTs: bigint;
  /** Unit of the times in the files; `mixed` when files differ. */
  readonly timeUnit: TimeUnit | 'mixed';
  /** What was recognised, in short phrases for one line: `Binance klines without a header`, `newest first, turned round`. */
  readonly recognised: readonly string[];
  /** Where each wanted column was read, in their order. */
  readonly columns: readonly ColumnSource[];
  /** Names of numeric columns that nothing reads, those of the signals too. */
  readonly unusedColumns: readonly string[];
  /** Number of rows left out by `dedupe`. */
  readonly nDuplicates: number;
  /** What looks wrong, in time order: a step of prices like that of a split, a bad print (at most 100, the largest), bars of another length. */
  readonly warnings: readonly BarWarning[];
}

export interface BarFile {
  /** On shared memory, with the wanted columns that are in their files. */
  readonly bars: BarSeries;
  /** (nBars,) -1, 0 or 1, of a `signal` or `side` column or of the signals file; null without either. */
  readonly side: Int8Array | null;
  /**
   * (nBars,) of each wanted column that came with the signals, strength and probability included; NaN where there is no signal, or no value. It is
   * read instead of a column of the bars with the same name.
   */
  readonly sent: ColumnValues;
  /** Labels of the labels file at their bars; null without one. */
  readonly labels: AlignedLabels | null;
  readonly report: BarReport;
}

/**
 * Reads bars from CSV (also .gz) and Parquet, NautilusTrader's catalog included, into columns on shared memory, with the side
 * of the primary at each bar where there is one. Several files become one run in time order.
 *
 * @param paths - files, patterns, or directories of Parquet files.
 * @throws {DataError} one sentence naming the file, and for a bad row its line, the broken rule and the value.
 * @throws {ConditionError} for an option that is none of its choices.
 */
export async function readBars(paths: readonly string[], options: ReadBarsOptions = {}): Promise<BarFile> {
  const { signalsFile, labelsFile, limits } = options;
  checkChoices(options);
  const barFiles = await findBarFiles(paths);
  const wanted = wantedColumns(options);
  const series = signalsFile === undefined ? null : await seriesOfPaths(paths);
  const signals =
    signalsFile === undefined ? null : await readSignals(signalsFile, { ...options, wanted, series }, limits);
  const labelled = labelsFile === undefined ? null : await readLabels(labelsFile, options, limits);
  const elsewhere = [...(signals?.names ?? []), ...(labelled?.names ?? [])];
  const files = await readFiles(barFiles, { ...options, elsewhere }, wanted);
  const sources = columnSources(wanted.columns, files, signals);
  files.sort((a, b) => (a.columns.tsEvent[0] < b.columns.tsEvent[0] ? -1 : 1));
  await checkNoOverlap(files);
  const { columns, side } = concatenate(files);
  const { tsEvent } = columns;
  const steps = gapsOf(tsEvent);
  const changes = findStepChanges(steps, startsOf(files));
  const { barNs, nGaps } = measureSteps(steps);
  const stamp = commonStamp(files, options.stamp ?? 'close');
  const shiftNs = stamp === 'open' ? barNs : 0n;
  if (stamp === 'open' && barNs === 0n) {
    throw new DataError(
      'NOT_ENOUGH_BARS',
      `${files[0].path} has one bar, whose length is not known: it cannot be shifted`,
    );
  }
  const stepWarnings = changes.map((change) => stepWarning(tsEvent, change));
  if (stamp === 'open') refuseSteps(files.map(({ path }) => path).join(', '), stepWarnings);
  if (shiftNs !== 0n) for (let i = 0; i < tsEvent.length; i++) tsEvent[i] += shiftNs;
  if (options.now !== undefined) await checkNoFuture(files, tsEvent, options.now);
  const units = new Set(files.map((file) => file.timeUnit));
  const report: BarReport = {
    files: files.map((file) => file.path),
    nRows: tsEvent.length,
    nRepaired: files.reduce((sum, file) => sum + file.nRepaired, 0),
    barNs,
    nGaps,
    shiftNs,
    hasVolume: columns.volume.some((volume) => volume > 0),
    hasTakerBuyVolume: columns.takerBuyVolume !== null,
    firstTs: tsEvent[0],
    lastTs: tsEvent[tsEvent.length - 1],
    timeUnit: units.size === 1 ? files[0].timeUnit : 'mixed',
    recognised: [
      ...new Set(files.flatMap(({ recognised }) => recognised)),
      ...(files[0].stampedAt === 'open' ? ['stamped at the open, moved to the close'] : []),
    ],
    columns: sources,
    unusedColumns: [
      ...new Set([...files.flatMap(({ unusedColumns }) => unusedColumns), ...(signals?.unusedColumns ?? [])]),
    ],
    nDuplicates: files.reduce((sum, file) => sum + file.nDuplicates, 0),
    warnings: [...barWarnings(columns), ...stepWarnings].sort((a, b) => (a.ts < b.ts ? -1 : 1)),
  };
  if (options.strict === true) refuseSuspicions(report.files.join(', '), report.warnings);
  // Every file was checked by itself, and where one follows another.
  const bars = BarSeries.fromChecked({ ...columns, columns: barValues(files, sources) });
  if (labelled !== null)
    return { bars, side: null, sent: NO_COLUMNS, labels: alignLabels(bars, labelled, shiftNs), report };
  const ofSignals = (signals?.stampedAt ?? stamp) === 'open' ? barNs : 0n;
  const given =
    signals === null ? { side, values: inlineSignalColumns(files) } : alignSignals(bars, signals, ofSignals);
  completeStrengths(given.values, given.side);
  return { bars, side: given.side, sent: given.values, labels: null, report };
}

function wantedColumns({ columns = [], strength = false, probability = false }: ReadBarsOptions): WantedColumns {
  const ofSignals = [...(strength ? [SIGNAL_STRENGTH] : []), ...(probability ? [SIGNAL_PROBABILITY] : [])];
  return { columns, ofSignals };
}

async function readFiles(
  paths: readonly string[],
  options: ReadBarsOptions & NamingOptions,
  wanted: WantedColumns,
): Promise<FileBars[]> {
  const files: FileBars[] = [];
  let before = 0;
  const report = contained(options.onProgress ?? (() => undefined), () => undefined); // the reading goes on
  for (const path of paths) {
    const rowOptions: ReadRowsOptions = {
      allowOhlcRepair: options.allowOhlcRepair ?? false,
      rename: options.rename,
      elsewhere: options.elsewhere,
      timeFormat: options.timeFormat,
      tz: options.tz,
      sort: options.sort,
      dedupe: options.dedupe,
      symbol: options.symbol,
      stamp: options.stamp ?? 'close',
      wanted,
      // With several files the rows still to come are unknown until the last is open.
      onRows: (done, total) => report(before + done, total === null || paths.length > 1 ? null : before + total),
    };
    const file = await withPlainFile(path, options.limits, async (plain) => {
      const layout = await sniffFile(path, options.limits, options, plain.file);
      const read = layout.format === 'csv' ? await readCsv(layout, rowOptions) : await readParquet(layout, rowOptions);
      return { ...read, recognised: [...plain.notes, ...read.recognised] };
    });
    files.push(file);
    before += file.columns.close.length;
  }
  report(before, before);
  return files;
}

/**
 * The end of a bar that all files stamp: what they are known to stamp, else what the caller says.
 *
 * @throws {DataError} UNKNOWN_FORMAT when some stamp the open and others the close.
 */
function commonStamp(files: readonly FileBars[], stated: 'open' | 'close'): 'open' | 'close' {
  const [first, ...others] = files.map(({ stampedAt }) => stampedAt ?? stated);
  const at = others.findIndex((stamp) => stamp !== first);
  if (at < 0) return first;
  throw new DataError(
    'UNKNOWN_FORMAT',
    `${files[at + 1].path} stamps the ${others[at]} of a bar, and ${files[0].path} the ${first}; read them apart`,
  );
}

async function checkNoOverlap(files: readonly FileBars[]): Promise<void> {
  for (let k = 1; k < files.length; k++) {
    const previous = files[k - 1].columns.tsEvent;
    const last = previous[previous.length - 1];
    const first = files[k].columns.tsEvent[0];
    if (first > last) continue;
    throw new DataError(
      'BAD_ROW',
      `${await files[k].locate(0)}: ${files[k].timeName} must be after the last bar of ${files[k - 1].path} (${formatIsoNanos(last)}), was ${formatIsoNanos(first)}`,
    );
  }
}

async function checkNoFuture(files: readonly FileBars[], tsEvent: BigInt64Array, now: bigint): Promise<void> {
  if (tsEvent[tsEvent.length - 1] <= now) return;
  const index = tsEvent.findIndex((ts) => ts > now);
  let row = index;
  for (const file of files) {
    if (row < file.columns.close.length) {
      const rule = `not in the future (now is ${formatIsoNanos(now)})`;
      const where = await file.locate(row);
      throw new DataError(
        'BAD_ROW',
        `${where}: ${file.timeName} must be ${rule}, was a bar that closes ${formatIsoNanos(tsEvent[index])}`,
      );
    }
    row -= file.columns.close.length;
  }
}

/** Joins checked files into one run; a single file without a copy. */
function concatenate(files: readonly FileBars[]): { columns: BarColumns; side: Int8Array | null } {
  if (files.length === 1) return files[0];
  const n = files.reduce((sum, file) => sum + file.columns.close.length, 0);
  const hasTaker = files.every((file) => file.columns.takerBuyVolume !== null);
  refuseSomeVolumes(files);
  const columns = allocateBarColumns(n, hasTaker, true);
  const side = haveSides(files) ? new Int8Array(n) : null;
  let at = 0;
  for (const file of files) {
    columns.tsEvent.set(file.columns.tsEvent, at);
    for (const name of BAR_VALUES) columns[name].set(file.columns[name], at);
    if (file.columns.takerBuyVolume !== null) columns.takerBuyVolume?.set(file.columns.takerBuyVolume, at);
    if (file.side !== null) side?.set(file.side, at);
    at += file.columns.close.length;
  }
  return { columns, side };
}

/** @throws {DataError} when only some files have volumes: one that is not known is not zero. */
function refuseSomeVolumes(files: readonly FileBars[]): void {
  const without = files.find(({ hasVolume }) => !hasVolume);
  const having = files.find(({ hasVolume }) => hasVolume);
  if (without === undefined || having === undefined) return;
  throw new DataError(
    'MISSING_COLUMN',
    `${without.path} has no volumes, and ${having.path} has: read them apart, or leave the column out of all`,
  );
}

/** Whether all files have sides. @throws {DataError} when only some have: a missing side is not a flat one. */
function haveSides(files: readonly FileBars[]): boolean {
  const without = files.find((file) => file.side === null);
  if (without !== undefined && files.some((file) => file.side !== null)) {
    throw new DataError(
      'MISSING_COLUMN',
      `${without.path} has no signal column, but other files read with it have one`,
    );
  }
  return without === undefined;
}

/** The index of the first bar of each file. */
function startsOf(files: readonly FileBars[]): number[] {
  let next = 0;
  return files.map(({ columns }) => {
    next += columns.close.length;
    return next - columns.close.length;
  });
}
