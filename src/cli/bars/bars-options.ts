import type { BarKind, BarSpec, Imbalance, ImbalanceOptions, SideSource, TradeBarsOptions } from '../../bars/index.ts';
import { ConditionError, parseNumber } from '../../core/index.ts';
import { asRead, type BarOptions } from '../options.ts';

/** What the command line of `ml4t bars` says. */
export interface BarsOptions extends Omit<BarOptions, 'sort' | 'dedupe' | 'strict' | 'allowOhlcRepair'> {
  readonly by: BarKind;
  readonly size?: string;
  readonly imbalance?: Imbalance;
  readonly expectedTicks?: number;
  readonly expectedBars?: number;
  readonly imbalanceWindow?: number;
  readonly ticksBetween?: readonly [number, number];
  readonly sides: SideSource;
  readonly reorder?: string;
  readonly partial?: boolean;
  readonly bulkVolume?: boolean;
  readonly out?: string;
  readonly json?: boolean;
}

const SECONDS_PER_DAY = 86_400;
const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: SECONDS_PER_DAY };
const LENGTH_RULE = 'a time that divides a day: 30s, 1m, 4h, 1d, or seconds';
const LATE_RULE = 'a time of at most an hour: 500ms, 5s, 1m';
const MAX_LATE_MS = 3_600_000;
/** Maximum number of trades that imbalance bars average over: they are in memory. */
const MAX_WINDOW = 10_000_000;

/** What is asked of the trades. @throws {ConditionError} for options that do not go together. */
export function tradeOptions(options: BarsOptions, onProgress: TradeBarsOptions['onProgress']): TradeBarsOptions {
  const { sides, partial, bulkVolume, reorder } = options;
  const { rename, timeFormat, tz, decimal, symbol } = asRead(options);
  return {
    spec: specOf(options),
    sides,
    partial,
    bulkVolume,
    reorderNs: reorder === undefined ? 0n : lateNs(reorder),
    rename,
    timeFormat,
    tz,
    decimal,
    symbol,
    onProgress,
  };
}

function specOf(options: BarsOptions): BarSpec {
  const { by: kind, size } = options;
  if (kind === 'imbalance') return { kind, imbalance: imbalanceOf(options) };
  const named = Object.entries({
    '--imbalance': options.imbalance,
    '--expected-ticks': options.expectedTicks,
    '--expected-bars': options.expectedBars,
    '--imbalance-window': options.imbalanceWindow,
    '--ticks-between': options.ticksBetween?.join(),
  }).find(([, value]) => value !== undefined);
  if (named !== undefined) throw new ConditionError(named[0], 'used with --by imbalance', named[1]);
  if (kind === 'time') return { kind, lengthNs: lengthNs(size) };
  const threshold = size === undefined ? null : parseNumber(size);
  const isCount = kind === 'tick';
  const rule = isCount ? 'a number of trades, an integer >= 1' : 'a number > 0';
  if (threshold === null || !(threshold > 0) || (isCount && !Number.isSafeInteger(threshold)))
    throw new ConditionError('--size', rule, size);
  return { kind, threshold };
}

function imbalanceOf(options: BarsOptions): ImbalanceOptions {
  const { imbalance = 'tick', expectedTicks, expectedBars = 3, imbalanceWindow = 10_000, ticksBetween, size } = options;
  if (size !== undefined)
    throw new ConditionError(
      '--size',
      'left out with --by imbalance, whose bars have none; --expected-ticks begins',
      size,
    );
  if (expectedTicks === undefined)
    throw new ConditionError(
      '--expected-ticks',
      'the number of trades that the first imbalance bar is expected to have',
      undefined,
    );
  if (imbalanceWindow > MAX_WINDOW)
    throw new ConditionError('--imbalance-window', `an integer in [1, ${MAX_WINDOW}]`, imbalanceWindow);
  return {
    of: imbalance,
    expectedTicks,
    expectedBars,
    window: imbalanceWindow,
    ticksBetween: ticksBetween ?? [0, Infinity],
  };
}

/** Whole seconds that divide a day, so that bars begin at midnight UTC whatever the first trade is. */
function lengthNs(size: string | undefined): bigint {
  const [, digits, unit = 's'] = /^([1-9]\d{0,5})([smhd])?$/.exec(size?.trim() ?? '') ?? [];
  const seconds = digits === undefined ? 0 : Number(digits) * UNIT_SECONDS[unit];
  if (seconds === 0 || SECONDS_PER_DAY % seconds !== 0) throw new ConditionError('--size', LENGTH_RULE, size);
  return BigInt(seconds) * 1_000_000_000n;
}

function lateNs(text: string): bigint {
  const [, digits, unit] = /^(\d{1,7})(ms|s|m)$/.exec(text.trim()) ?? [];
  const ms = Number(digits) * (unit === 'ms' ? 1 : 1000 * (UNIT_SECONDS[unit] ?? Number.NaN));
  if (!(ms > 0 && ms <= MAX_LATE_MS)) throw new ConditionError('--reorder', LATE_RULE, text);
  return BigInt(ms) * 1_000_000n;
}
