import { ConditionError, checkNotEmpty, MismatchError } from '../../core/index.ts';
import type { BarSeries } from '../bar-series.ts';
import { probabilityRule, SIDES, type Side, sideRule, WINDOW_BARS } from '../constants.ts';
import { SIGNAL_PROBABILITY } from '../feature-names.ts';

export interface SignalEventInput {
  /** E.g. `BTC-PERP.HYPERLIQUID`; not empty. */
  readonly instrumentId: string;
  readonly signal: Side;
  /** Time of the signal, UNIX nanoseconds; not before the last bar. */
  readonly timestamp: bigint;
  /** The recent bars, at least 100, oldest first. */
  readonly bars: BarSeries;
  /** How strong the signal is, (0, 1]; 1 when absent. It enters the size and nothing else. */
  readonly strength?: number;
  /**
   * Probability that a trade in the direction of the signal wins, [0, 1], by a model outside of this program; null or absent for none.
   * It is the column `signal_probability` of the event: a model that reads it calibrates it, and no other uses it.
   */
  readonly probability?: number | null;
  /** Which of the instrument's series the bars are of, e.g. `BTC-PERP.HYPERLIQUID-1-MINUTE-LAST-EXTERNAL`; null or absent for none. */
  readonly barType?: string | null;
  /** Columns of the caller as known at the signal, by name; null or absent for none. They go before those of the bars; one that is not finite is missing. */
  readonly features?: Readonly<Record<string, number>> | null;
  /** Bars of other instruments by id, none of them closed after the signal; absent for none. */
  readonly context?: ReadonlyMap<string, BarSeries>;
  /** Idempotency key of the sender; derived from instrument, bar type where there is one, timestamp and signal when absent. */
  readonly signalId?: string;
}

const NO_CONTEXT: ReadonlyMap<string, BarSeries> = new Map();

/** Signal of a primary strategy for one instrument at one time, with the bars it is based on. Immutable. */
export class SignalEvent {
  readonly instrumentId: string;
  readonly signal: Side;
  readonly timestamp: bigint;
  readonly bars: BarSeries;
  readonly strength: number;
  /** Null where none was said. */
  readonly barType: string | null;
  readonly features: Readonly<Record<string, number>> | null;
  readonly context: ReadonlyMap<string, BarSeries>;
  readonly #signalId: string | undefined;

  /** @throws {ConditionError} naming the field, the rule and the value received. */
  constructor(input: SignalEventInput) {
    checkSignal(input);
    const { bars, strength = 1, barType = null, context = NO_CONTEXT } = input;
    if (bars.length < WINDOW_BARS) throw new ConditionError('bars', `at least ${WINDOW_BARS} bars`, bars.length);
    const lastBar = bars.tsEvent[bars.length - 1];
    if (input.timestamp < lastBar)
      throw new MismatchError('timestamp', `not before the last bar (${lastBar})`, input.timestamp);
    checkContext(context, input.timestamp);
    this.instrumentId = input.instrumentId;
    this.signal = input.signal;
    this.timestamp = input.timestamp;
    this.bars = bars;
    this.strength = strength;
    this.barType = barType;
    this.features = featuresOf(input);
    this.context = context;
    this.#signalId = input.signalId;
    Object.freeze(this);
  }

  /** As it was sent, [0, 1]; null for none. It is one of the features too, `signal_probability`. */
  get probability(): number | null {
    return probabilityIn(this.features);
  }

  get signalId(): string {
    return this.#signalId ?? deriveSignalId(this);
  }
}

/** Checks all of a signal but its bars. @throws {ConditionError} naming the field, the rule and the value received. */
export function checkSignal({
  instrumentId,
  signal,
  timestamp,
  strength = 1,
  probability = null,
  barType = null,
  features = null,
  signalId,
}: Omit<SignalEventInput, 'bars'>): void {
  checkNotEmpty('instrumentId', instrumentId);
  if (!SIDES.includes(signal)) throw new ConditionError('signal', sideRule(signal), signal);
  if (typeof timestamp !== 'bigint') {
    throw new ConditionError('timestamp', 'a bigint of UNIX nanoseconds', timestamp);
  }
  const isStrength = typeof strength === 'number' && strength > 0 && strength <= 1;
  if (!isStrength) throw new ConditionError('strength', 'a number in (0, 1]', strength);
  if (barType !== null) checkNotEmpty('barType', barType);
  if (features !== null) checkFeatures(features);
  checkProbability('probability', probability);
  const beside = probabilityIn(features);
  checkProbability(`features.${SIGNAL_PROBABILITY}`, beside);
  if (probability !== null && beside !== null && probability !== beside)
    throw new MismatchError('probability', `the same as features.${SIGNAL_PROBABILITY} (${beside})`, probability);
  if (signalId !== undefined) checkNotEmpty('signalId', signalId);
}

/** Checks a probability; null is none. @throws {ConditionError} */
export function checkProbability(field: string, value: number | null): void {
  if (value === null || (typeof value === 'number' && value >= 0 && value <= 1)) return;
  throw new ConditionError(field, probabilityRule(value), value);
}

/** The probability among the columns of a signal; null where it is missing. */
function probabilityIn(features: Readonly<Record<string, number>> | null): number | null {
  const value = features?.[SIGNAL_PROBABILITY];
  return value === undefined || Number.isNaN(value) ? null : value;
}

/** The columns of a signal, the probability among them. + 0 turns -0 into 0, because text does not keep the sign of zero. */
function featuresOf({ probability = null, features = null }: SignalEventInput): SignalEvent['features'] {
  return probability === null ? features : { ...features, [SIGNAL_PROBABILITY]: probability + 0 };
}

function checkFeatures(features: Readonly<Record<string, number>>): void {
  if (typeof features !== 'object') throw new ConditionError('features', 'an object of numbers by name', features);
  for (const [name, value] of Object.entries(features)) {
    if (typeof value !== 'number') throw new ConditionError(`features.${name}`, 'a number', value);
  }
}

function checkContext(context: ReadonlyMap<string, BarSeries>, timestamp: bigint): void {
  for (const [instrument, { tsEvent }] of context) {
    const last = tsEvent.at(-1);
    if (last !== undefined && last > timestamp)
      throw new MismatchError(`context.${instrument}`, `bars not after the signal (${timestamp})`, last);
  }
}

/** The id of a signal that came without one: instrument, bar type where one was said, timestamp and signal. */
export function deriveSignalId({
  instrumentId,
  barType = null,
  timestamp,
  signal,
}: Pick<SignalEventInput, 'instrumentId' | 'barType' | 'timestamp' | 'signal'>): string {
  const series = barType === null ? instrumentId : `${instrumentId}:${barType}`;
  return `${series}:${timestamp}:${signal}`;
}
