import { ConditionError, checkNotEmpty, MismatchError } from '../../core/index.ts';
import type { BarSeries } from '../bar-series.ts';
import { SIDES, type Side, sideRule, WINDOW_BARS } from '../constants.ts';

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
  /** Which of the instrument's series the bars are of, e.g. `BTC-PERP.HYPERLIQUID-1-MINUTE-LAST-EXTERNAL`; null or absent for none. */
  readonly barType?: string | null;
  /** Idempotency key of the sender; derived from instrument, bar type where there is one, timestamp and signal when absent. */
  readonly signalId?: string;
}

/** Signal of a primary strategy for one instrument at one time, with the bars it is based on. Immutable. */
export class SignalEvent {
  readonly instrumentId: string;
  readonly signal: Side;
  readonly timestamp: bigint;
  readonly bars: BarSeries;
  readonly strength: number;
  /** Null where none was said. */
  readonly barType: string | null;
  readonly #signalId: string | undefined;

  /** @throws {ConditionError} naming the field, the rule and the value received. */
  constructor(input: SignalEventInput) {
    checkSignal(input);
    const { bars, strength = 1, barType = null } = input;
    if (bars.length < WINDOW_BARS) throw new ConditionError('bars', `at least ${WINDOW_BARS} bars`, bars.length);
    const lastBar = bars.tsEvent[bars.length - 1];
    if (input.timestamp < lastBar)
      throw new MismatchError('timestamp', `not before the last bar (${lastBar})`, input.timestamp);
    this.instrumentId = input.instrumentId;
    this.signal = input.signal;
    this.timestamp = input.timestamp;
    this.bars = bars;
    this.strength = strength;
    this.barType = barType;
    this.#signalId = input.signalId;
    Object.freeze(this);
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
  barType = null,
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
  if (signalId !== undefined) checkNotEmpty('signalId', signalId);
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
