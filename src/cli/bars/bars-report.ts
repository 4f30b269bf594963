import type { BulkFigures, TradeBarsReport } from '../../bars/index.ts';
import { count, formatIsoNanos } from '../../core/index.ts';
import { table } from '../show/output.ts';
import { tone } from '../show/tone.ts';
import type { BarsOptions } from './bars-options.ts';

/** Share of bars of a single trade from which imbalance bars are said to have collapsed. */
const COLLAPSED = 0.5;
/** Multiple of the expected number of trades from which the length of imbalance bars is said to have run away. */
const RUN_AWAY = 20;

/** What was made of the trades, as lines for a terminal. */
export function tradeBarsLines(report: TradeBarsReport, options: BarsOptions): string[] {
  const { nBars, nTrades, firstTs, lastTs, tradesPerBar, symbol, files } = report;
  const what = files.length === 1 ? files[0] : `${files[0]} and ${files.length - 1} more`;
  const about = [...(symbol === null ? [] : [symbol]), ...report.recognised].join('; ');
  const { least, mean, most } = tradesPerBar;
  return [
    `${options.out ?? 'stdout'}: ${counted(nBars, 'bar')} by ${sizeText(options)}, of ${counted(nTrades, 'trade')} from ${formatIsoNanos(firstTs)} to ${formatIsoNanos(lastTs)}`,
    `  ${what}${about === '' ? '' : `: ${about}`}`,
    `  trades a bar: ${count(mean < 10 ? Number(mean.toFixed(1)) : Math.round(mean))} in the mean, ${count(least)} to ${count(most)}`,
    ...notes(report).map((note) => `  ${note}`),
    ...warnings(report, options).map((text) => `  ${tone(`warning: ${text}`, 'warning')}`),
    ...(report.bulk === null ? [] : bulkLines(report.bulk, options)),
  ];
}

/** The same as a JSON object. Times are UNIX ns. */
export function tradeBarsRecord(report: TradeBarsReport, options: BarsOptions): object {
  const { sides, leftOut, missing, longestSilence, tradesPerBar, bulk } = report;
  return {
    path: options.out,
    by: options.by,
    size: options.size ?? null,
    imbalance: options.by === 'imbalance' ? (options.imbalance ?? 'tick') : null,
    files: report.files,
    recognised: report.recognised,
    symbol: report.symbol,
    n_trades: report.nTrades,
    first_trade: report.firstTs,
    last_trade: report.lastTs,
    n_bars: report.nBars,
    first_bar: report.firstClose,
    last_bar: report.lastClose,
    trades_per_bar: tradesPerBar,
    n_unfinished: report.nOpen,
    unfinished_bar: report.nOpen === 0 ? 'none' : report.isPartialKept ? 'kept' : 'dropped',
    n_empty: report.nEmpty,
    n_same_time: report.nSameTime,
    n_single_trade: report.nSingle,
    n_side_exact: sides.nExact,
    n_side_tick_rule: sides.nTickRule,
    n_side_unknown: sides.nUnknown,
    n_zero_size: leftOut.nZeroSize,
    n_suspicious: leftOut.nSuspicious,
    n_other_symbols: leftOut.nOthers,
    n_reordered: report.nReordered,
    n_missing: missing.nTrades,
    n_missing_gaps: missing.nGaps,
    longest_silence_ns: longestSilence.ns,
    longest_silence_from: longestSilence.fromTs,
    warnings: warnings(report, options),
    bulk_volume: bulk === null ? null : bulk.map((figures) => bulkRecord(figures)),
  };
}

/** What was done with what is no plain trade, each in a sentence. */
function notes(report: TradeBarsReport): string[] {
  const { leftOut, longestSilence, nEmpty, nOpen, nReordered, nSameTime } = report;
  const silence = `${duration(longestSilence.ns)} from ${formatIsoNanos(longestSilence.fromTs)}`;
  const unfinished = report.isPartialKept
    ? 'was kept, closed at its last trade'
    : 'was dropped: --partial keeps it, files that follow finish it';
  return [
    sideText(report),
    ...(nOpen === 0 ? [] : [`the last bar is not finished (${counted(nOpen, 'trade')}) and ${unfinished}`]),
    ...(longestSilence.ns === 0n ? [] : [`longest time without a trade: ${silence}`]),
    ...(nEmpty === null || nEmpty === 0
      ? []
      : [`${counted(nEmpty, 'interval')} without a trade: no bar is made of nothing`]),
    ...(nSameTime === 0
      ? []
      : [`${counted(nSameTime, 'bar')} closed at the time of the one before, and stamped 1 ns behind it`]),
    ...(leftOut.nZeroSize === 0 ? [] : [`${counted(leftOut.nZeroSize, 'trade')} of size 0 left out`]),
    ...(leftOut.nSuspicious === 0 ? [] : [`${counted(leftOut.nSuspicious, 'trade')} marked as suspicious left out`]),
    ...(leftOut.nOthers === 0 ? [] : [`${counted(leftOut.nOthers, 'trade')} of other symbols left out`]),
    ...(nReordered === 0 ? [] : [`${counted(nReordered, 'trade')} came late and were put in place`]),
  ];
}

function sideText({ nTrades, sides: { nExact, nTickRule, nUnknown } }: TradeBarsReport): string {
  const unknown =
    nUnknown === 0 ? '' : `, ${counted(nUnknown, 'trade')} before any change of price counted half bought`;
  if (nExact === nTrades) return 'taker volume: by the side that the files say of every trade';
  if (nExact === 0)
    return `taker volume: estimated, the side of every trade is that of the last change of price (tick rule)${unknown}`;
  const share = ((100 * nTickRule) / nTrades).toFixed(1);
  return `taker volume: the files say the side of ${counted(nExact, 'trade')}; that of ${count(nTickRule)} (${share} %) is by the tick rule${unknown}`;
}

function warnings(report: TradeBarsReport, options: BarsOptions): string[] {
  const { missing, nSingle, nBars } = report;
  const { by } = options;
  const skipped =
    missing.nTrades === 0
      ? []
      : [`ids skip ${counted(missing.nTrades, 'trade')} in ${counted(missing.nGaps, 'place')}: the files have holes`];
  const isCollapsed = by === 'imbalance' && nSingle > COLLAPSED * nBars;
  const collapsed = isCollapsed
    ? [
        `${count(nSingle)} of ${counted(nBars, 'bar')} are of a single trade: the expected length collapsed, --ticks-between bounds it`,
      ]
    : [];
  return [...skipped, ...collapsed, ...runAway(report, options)];
}

/** Long imbalance bars make longer ones expected, until none ends any more. */
function runAway({ tradesPerBar: { most }, nOpen }: TradeBarsReport, { by, expectedTicks }: BarsOptions): string[] {
  const longest = Math.max(most, nOpen);
  if (by !== 'imbalance' || expectedTicks === undefined || longest <= RUN_AWAY * expectedTicks) return [];
  const what = nOpen > most ? 'the unfinished bar' : 'a bar';
  return [
    `${what} has ${count(longest)} trades, where ${count(expectedTicks)} were expected at first: the expected length ran away, --ticks-between bounds it`,
  ];
}

function bulkLines(bulk: readonly BulkFigures[], { size }: BarsOptions): string[] {
  if (bulk.length === 0) return ['  bulk volume: too few bars to compare, the first 100 of a size have no full window'];
  const percent = (share: number | null): string => (share === null ? '–' : `${(100 * share).toFixed(1)} %`);
  const rows = bulk.map((figures) => [
    size === undefined ? 'as made' : `${figures.factor} x ${size}`,
    count(figures.nBars),
    figures.correlation === null ? '–' : figures.correlation.toFixed(3),
    `±${figures.chanceCorrelation.toFixed(3)}`,
    percent(figures.sideRight),
    percent(figures.volumeRight),
    percent(figures.halvesRight),
  ]);
  const header = ['bars', 'n', 'correlation', 'by chance', 'side right', 'volume right', 'halved'];
  return [
    '',
    'bulk volume classification against the taker volume by the sides that the files say',
    ...table(header, rows).map((line) => `  ${line}`),
    '  correlation: of bought less sold, as a share of the volume; by chance, at 95 %. side right: of the larger side, a coin gets 50 %.',
    '  volume right: share of the volume on its own side; halved: of bars cut in half, which a coin for each trade comes to in long ones.',
  ];
}

function bulkRecord(figures: BulkFigures): object {
  const { factor, nBars, correlation, chanceCorrelation, sideRight, volumeRight, halvesRight } = figures;
  return {
    factor,
    n_bars: nBars,
    correlation,
    correlation_by_chance: chanceCorrelation,
    side_right: sideRight,
    side_right_coin: 0.5,
    volume_right: volumeRight,
    volume_right_halved: halvesRight,
  };
}

function sizeText({ by, size, imbalance = 'tick' }: BarsOptions): string {
  if (by === 'imbalance') return `${imbalance} imbalance`;
  if (by === 'time') return /^\d+$/.test(size ?? '') ? `time (${size} s)` : `time (${size})`;
  return `${by} (${size})`;
}

function counted(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** `3.2 s`, `14 min`, `2.5 h`, `3.1 days`. */
function duration(ns: bigint): string {
  const seconds = Number(ns) / 1e9;
  if (seconds < 120) return `${seconds.toPrecision(3)} s`;
  if (seconds < 7200) return `${(seconds / 60).toPrecision(3)} min`;
  return seconds < 172_800 ? `${(seconds / 3600).toPrecision(3)} h` : `${(seconds / 86_400).toPrecision(3)} days`;
}
