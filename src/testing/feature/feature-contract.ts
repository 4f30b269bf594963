import { ConditionError, show } from '../../core/index.ts';
import {
  type BarSeries,
  DEFAULT_VPIN_OPTIONS,
  isFeatureName,
  type Own,
  type RegimeModel,
  toOwn,
  WINDOW_BARS,
} from '../../domain/index.ts';
import { computeFeatures, type FeatureDefinition } from '../../features/index.ts';
import { type ContractCase, ContractError } from '../contract-case.ts';
import { bitsOfBars, changeBars, copyBars, ordinaryBars, stillBars, withoutTaker } from './feature-bars.ts';

/** Number of bars of the seeded series, beside twice what the feature needs. */
const N_BARS = 400;
const SEED = 1;
/** Longest lookback that is tried, in bars. */
const MAX_LOOKBACK = 100_000;
/** Number of rows that are looked at one by one. */
const N_ROWS = 24;
const REGIME: RegimeModel = { calmVariance: 1e-6, turbulentVariance: 1.6e-5, stayCalm: 0.97, stayTurbulent: 0.95 };

/**
 * What every feature promises, one case a promise: it is pure, does not look ahead, sees no more than its `lookback`, gives the
 * same bits live as in a training, is finite, stays within its `range`, and flips with the side where it is `directional`.
 *
 * @example
 * for (const { name, run } of featureContract(myFeature)) test(name, run); // vitest, node:test, ...
 *
 * @param given - a feature, or what `fromModule` gives: one, or a list.
 * @param bars - bars to try it on, in any unit, at least twice as many as the feature needs, and 200; by default seeded ones, with
 * taker volume. @throws {ConditionError} for fewer bars.
 */
export function featureContract(
  given: FeatureDefinition | Own<FeatureDefinition | readonly FeatureDefinition[]>,
  bars?: BarSeries,
): readonly ContractCase[] {
  const { value } = toOwn<FeatureDefinition | readonly FeatureDefinition[]>(given);
  return [value].flat().flatMap((feature) => casesOf(feature, bars));
}

/** Number of bars that a signal has for a feature: a window, or more where it looks further back. */
function windowOf({ lookback }: FeatureDefinition): number {
  return Number.isSafeInteger(lookback) && lookback <= MAX_LOOKBACK ? Math.max(WINDOW_BARS, lookback) : WINDOW_BARS;
}

function casesOf(feature: FeatureDefinition, given: BarSeries | undefined): readonly ContractCase[] {
  const least = 2 * windowOf(feature);
  const bars = given ?? ordinaryBars(N_BARS + least, SEED);
  if (bars.length < least) throw new ConditionError('bars', `at least ${least} bars`, bars.length);
  const subject = new Subject(feature, bars);
  const promises: readonly [string, (subject: Subject) => void][] = [
    ['declares a name and a lookback', declares],
    ['is pure', isPure],
    ['does not look ahead', doesNotLookAhead],
    ['sees no more than its lookback', keepsToItsLookback],
    ['gives the same bits live as in a training', isSameLive],
    ['is finite, also where nothing moves', staysFinite],
    ['stays within its range', staysInRange],
    ['flips with the side where it is directional', flips],
  ];
  return promises.map(([name, check]) => ({
    name: `${feature.name}: ${name}`,
    run: async () => check(subject),
  }));
}

/** A feature and the bars that it is tried on. */
class Subject {
  readonly feature: FeatureDefinition;
  readonly bars: BarSeries;
  /** Number of bars of a signal. */
  readonly window: number;
  /** Every row with a full window. */
  readonly everyRow: Int32Array;
  /** Some of them, with bars before and behind. */
  readonly someRows: readonly number[];

  constructor(feature: FeatureDefinition, bars: BarSeries) {
    const window = windowOf(feature);
    const n = bars.length - window + 1;
    this.feature = feature;
    this.bars = bars;
    this.window = window;
    this.everyRow = Int32Array.from({ length: n }, (_, k) => k + window - 1);
    this.someRows = Array.from({ length: N_ROWS }, (_, k) => window + Math.floor((k * (n - 2)) / N_ROWS));
  }

  /** The feature at rows of a series. @throws {ContractError} where it gives no value. */
  at(bars: BarSeries, rows: Int32Array, side = 1, regime: RegimeModel | null = REGIME): Float64Array {
    const sides = new Int8Array(rows.length).fill(side);
    try {
      return computeFeatures([this.feature], bars, rows, sides, { regime, vpin: DEFAULT_VPIN_OPTIONS });
    } catch (cause) {
      throw new ContractError(`a feature must give a value at every bar, but ${messageOf(cause)}`, { cause });
    }
  }

  /** The bits of the feature at one row of a series. */
  bitsAt(bars: BarSeries, row: number): bigint {
    return bitsOf(this.at(bars, Int32Array.of(row)))[0];
  }

  /** @throws {ContractError} with what was promised and what happened. */
  fail(promise: string, happened: string): never {
    throw new ContractError(`${this.feature.name} must ${promise}, but ${happened}`);
  }
}

function declares(subject: Subject): void {
  const { name, lookback, directional, needs } = subject.feature;
  if (!isFeatureName(name)) subject.fail('have a name of lower-case letters, digits and _', `it is ${show(name)}`);
  if (!(Number.isInteger(lookback) && lookback >= 1 && lookback <= MAX_LOOKBACK))
    subject.fail(`look back 1 to ${MAX_LOOKBACK} bars`, `its lookback is ${show(lookback)}`);
  if (typeof directional !== 'boolean') subject.fail('be directional or not', `directional is ${show(directional)}`);
  if (!Array.isArray(needs)) subject.fail('list what it needs', `needs is ${show(needs)}`);
}

function isPure(subject: Subject): void {
  const bars = copyBars(subject.bars);
  const before = bitsOfBars(bars);
  const first = bitsOf(subject.at(bars, subject.everyRow));
  const isUnchanged = bitsOfBars(bars) === before;
  if (!isUnchanged) subject.fail('leave the bars as they are', 'it wrote to them');
  const second = bitsOf(subject.at(bars, subject.everyRow));
  const differing = first.findIndex((bits, k) => bits !== second[k]);
  if (differing >= 0)
    subject.fail('give the same bits twice', `at bar ${subject.everyRow[differing]} the second call gave others`);
}

function doesNotLookAhead(subject: Subject): void {
  for (const row of subject.someRows) {
    const expected = subject.bitsAt(copyBars(subject.bars), row);
    const changed = subject.bitsAt(changeBars(subject.bars, row + 1, subject.bars.length), row);
    if (changed !== expected) subject.fail('not look ahead', `later bars changed its value at bar ${row}`);
    const cut = subject.bitsAt(copyBars(subject.bars, 0, row + 1), row);
    if (cut !== expected) subject.fail('not look ahead', `at bar ${row} it is another without the bars behind it`);
  }
}

function keepsToItsLookback(subject: Subject): void {
  const { lookback } = subject.feature;
  for (const row of subject.someRows) {
    const start = row - lookback + 1;
    const expected = subject.bitsAt(copyBars(subject.bars), row);
    if (subject.bitsAt(changeBars(subject.bars, 0, start), row) !== expected)
      subject.fail(
        `see no more than its lookback of ${lookback} bars`,
        `bars before ${start} changed its value at bar ${row}`,
      );
  }
}

function isSameLive(subject: Subject): void {
  const training = bitsOf(subject.at(copyBars(subject.bars), subject.everyRow));
  // From the last row to the first, so that a value that is carried from bar to bar is noticed.
  for (const row of subject.someRows.toReversed()) {
    const window = copyBars(subject.bars, row - subject.window + 1, row + 1);
    const live = subject.bitsAt(window, subject.window - 1);
    if (live !== training[row - subject.window + 1])
      subject.fail('give the same bits live as in a training', `at bar ${row} the two differ`);
  }
}

function staysFinite(subject: Subject): void {
  const { needs } = subject.feature;
  const still = stillBars(subject.bars.length);
  const series: [string, BarSeries][] = [
    ['of the bars it was tried on', copyBars(subject.bars)],
    ['of a price that stands still, without volume', still],
  ];
  if (!needs.includes('taker_buy_volume'))
    series.push(['of bars without taker volume (or declare needs: [taker_buy_volume])', withoutTaker(subject.bars)]);
  for (const [what, bars] of series) {
    for (const regime of [REGIME, null]) {
      const values = subject.at(bars, subject.everyRow, 1, regime);
      const wrong = values.findIndex((value) => !Number.isFinite(value));
      if (wrong >= 0) subject.fail('be finite', `it is ${values[wrong]} at bar ${subject.everyRow[wrong]} ${what}`);
    }
  }
}

function staysInRange(subject: Subject): void {
  const { range, directional } = subject.feature;
  if (range === null) return;
  const [low, high] = range;
  const values = subject.at(copyBars(subject.bars), subject.everyRow, directional ? 1 : 0);
  const wrong = values.findIndex((value) => !(value >= low && value <= high));
  if (wrong >= 0)
    subject.fail(`stay within [${low}, ${high}]`, `it is ${values[wrong]} at bar ${subject.everyRow[wrong]}`);
}

function flips(subject: Subject): void {
  const { directional } = subject.feature;
  const bars = copyBars(subject.bars);
  const long = subject.at(bars, subject.everyRow, 1);
  const expected = long.map((value) => (directional ? -value + 0 : value));
  const short = subject.at(bars, subject.everyRow, -1);
  const wrong = short.findIndex((value, k) => !Object.is(value, expected[k]));
  if (wrong < 0) return;
  const promise = directional ? 'flip with the side of the trade' : 'not depend on the side of the trade';
  subject.fail(
    promise,
    `at bar ${subject.everyRow[wrong]} it is ${long[wrong]} for long and ${short[wrong]} for short`,
  );
}

function bitsOf(values: Float64Array): BigUint64Array {
  return new BigUint64Array(values.buffer, values.byteOffset, values.length);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
