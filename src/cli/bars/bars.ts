import { once } from 'node:events';
import { existsSync, realpathSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  BAR_KINDS,
  findTradeFiles,
  IMBALANCES,
  makeTradeBars,
  SIDE_SOURCES,
  type TradeBarsReport,
  writeTradeBars,
} from '../../bars/index.ts';
import { ConditionError } from '../../core/index.ts';
import { checkWritable } from '../../runtime/index.ts';
import { addFileOptions, positiveInteger } from '../options.ts';
import { print, printJson, say } from '../show/output.ts';
import { showProgress } from '../show/progress.ts';
import { type BarsOptions, tradeOptions } from './bars-options.ts';
import { tradeBarsLines, tradeBarsRecord } from './bars-report.ts';
import { endCleanly } from './end-cleanly.ts';

const EXAMPLES = `
Examples:
  ml4t bars BTCUSDT-aggTrades-2025-01.zip --by time --size 1m --out btc_1m.csv && ml4t train btc_1m.csv
  ml4t bars 'BTCUSDT-aggTrades-2025-*.zip' --by dollar --size 5000000 --out btc_dollar.parquet
  ml4t bars 20181201.csv.gz --symbol XBTUSD --by volume --size 1000000 --out xbt.csv     BitMEX: of one symbol
  ml4t bars trades.parquet --by tick --size 500 --bulk-volume --out ticks.csv           and how good bulk volume is
  ml4t bars trades.csv --by imbalance --expected-ticks 200 --ticks-between 50,2000 > imbalance.csv
  ml4t bars trades.csv --by tick --size 100 --rename Last=price,Lots=size --tz America/New_York --out bars.csv

Bars have taker_buy_volume, which VPIN and order flow read. A bar by time closes at the end of its interval, others at their last
trade; what is not finished at the end is dropped (--partial keeps it). Files are read in the order in which they are named.`;

export function barsCommand(): Command {
  const command = new Command('bars')
    .description(
      'Make bars of trades, with the volume that takers bought, from files of any size as exchanges publish them.',
    )
    .argument(
      '<trades...>',
      'trades as CSV, CSV.gz, zip or Parquet; several files, in the order of time, are one series',
    )
    .addOption(new Option('--by <kind>', 'what ends a bar').choices(BAR_KINDS).makeOptionMandatory())
    .option('--size <x>', 'size of a bar: a time (30s, 1m, 4h, or seconds), a number of trades, a volume, or a value')
    .addOption(
      new Option('--imbalance <of>', 'what imbalance bars count on each side (default: tick)').choices(IMBALANCES),
    )
    .option(
      '--expected-ticks <n>',
      'number of trades that the first imbalance bar is expected to have',
      positiveInteger,
    )
    .option(
      '--expected-bars <n>',
      'number of latest bars that the next is expected to be like (default: 3)',
      positiveInteger,
    )
    .option(
      '--imbalance-window <n>',
      'number of latest trades that the expected imbalance is the mean of (default: 10000)',
      positiveInteger,
    )
    .option('--ticks-between <range>', 'bounds of the expected number of trades, e.g. 50,2000', numberRange)
    .addOption(
      new Option('--sides <of>', 'whose side the column of sides has; tick_rule reads none')
        .choices(SIDE_SOURCES)
        .default('taker'),
    )
    .option(
      '--reorder <time>',
      'put trades in place that come late by at most a time, e.g. 5s; by default they are refused',
    )
    .option('--partial', 'keep the last bar, which is not finished')
    .option('--bulk-volume', 'compare bulk volume classification with what takers bought, on bars of several sizes')
    .option('--out <file>', 'where the bars go, Parquet where it ends with .parquet, else CSV (default: CSV on stdout)')
    .option('--json', 'with --out: one JSON object on stdout');
  return addFileOptions(command).addHelpText('after', EXAMPLES).action(makeBars);
}

async function makeBars(paths: readonly string[], options: BarsOptions): Promise<void> {
  const { out, json: isJson = false } = options;
  if (out === undefined && isJson)
    throw new ConditionError('--json', 'used with --out, because the bars go to stdout', 'alone');
  if (out !== undefined) await checkOut(paths, out);
  const progress = showProgress();
  const asked = tradeOptions(options, (done, total) => progress.update('reading', done, total));
  try {
    const report = await endCleanly((cancel) => {
      const made = { ...asked, cancel };
      return out === undefined ? makeTradeBars(paths, made, writeStdout) : writeTradeBars(paths, out, made);
    });
    progress.stop();
    if (isJson) printJson(tradeBarsRecord(report, options));
    else show(report, options);
  } finally {
    progress.stop();
  }
}

/** @throws {ConditionError} when the bars would take the place of trades. @throws {DataError} FILE_UNWRITABLE, before long work. */
async function checkOut(paths: readonly string[], out: string): Promise<void> {
  const place = existsSync(out) ? realpathSync(out) : null;
  const files = place === null ? [] : await findTradeFiles(paths);
  if (files.some(({ path }) => realpathSync(path) === place))
    throw new ConditionError('--out', 'another file than those of the trades', out);
  await checkWritable(out);
}

/** Where bars are on stdout, what is said of them goes to stderr. */
function show(report: TradeBarsReport, options: BarsOptions): void {
  const lines = tradeBarsLines(report, options);
  if (options.out === undefined) for (const line of lines) say(line);
  else print(...lines);
}

async function writeStdout(piece: Uint8Array): Promise<void> {
  if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
}

/** `50,2000` */
function numberRange(text: string): [number, number] {
  const [least, most, ...rest] = text.split(',').map((part) => positiveInteger(part.trim()));
  if (most === undefined || rest.length > 0 || least > most)
    throw new InvalidArgumentError('It must be two integers, the smaller first, e.g. 50,2000.');
  return [least, most];
}
