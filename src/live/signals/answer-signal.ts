import { DataError, MismatchError } from '../../core/index.ts';
import {
  type AnswerEdition,
  type BarSeries,
  type EnrichedSignalEvent,
  SignalEvent,
  WINDOW_BARS,
} from '../../domain/index.ts';
import type { InferenceResult, SignalJudge } from '../../inference/index.ts';
import { lastingAnswer, type NamedValues, type WarmingUpSignal, warmingUpAnswer } from '../../wire/index.ts';

/** All of a signal but its bars. */
export interface BarelessSignal extends Omit<WarmingUpSignal, 'nBars' | 'lastBarTs'> {
  /** Values of columns that were read for it, NaN for one that is missing; null where none were. */
  readonly features: NamedValues | null;
}

/** Bars that a signal is judged by. */
export interface SignalBars {
  readonly bars: BarSeries;
  /** Bars of other instruments by id; absent for none. */
  readonly context?: ReadonlyMap<string, BarSeries>;
  /** The bar that it was due did not come. */
  readonly lacksBar?: boolean;
}

/** What an answer to an event is like. */
interface EventAnswer {
  /** Whose fields it has. */
  readonly edition?: AnswerEdition | undefined;
  /** Whether the bar that it was due did not come. */
  readonly lacksBar?: boolean;
}

/** What is answered to a new signal, and the inference behind it. */
export interface AnsweredSignal {
  readonly result: InferenceResult;
  /** Null where too few bars are held to judge the signal. */
  readonly enriched: EnrichedSignalEvent | null;
  /** The lasting part of the answer, one JSON object. */
  readonly answer: string;
  readonly latencyNs: number;
  /** SHA-256 of the answer, where it is known already. */
  readonly answerHash?: string;
}

/**
 * Answers a signal by the bars held of its instrument; by fewer than a window has it cannot be judged.
 *
 * @param read - its own bars, that had closed by its timestamp, and those of other instruments. @param edition - whose fields the
 * answer has.
 * @throws {MismatchError} for bars by which a figure is not finite.
 */
export function answerSignal(
  judge: SignalJudge,
  signal: BarelessSignal,
  read: SignalBars,
  edition?: AnswerEdition,
): AnsweredSignal {
  const { bars, lacksBar = false } = read;
  const event = eventOf(signal, read);
  if (event !== null) return answerEvent(judge, event, { edition, lacksBar });
  const nBars = bars.length;
  return answerWarmingUp(judge, { ...signal, nBars, lastBarTs: nBars === 0 ? null : bars.tsEvent[nBars - 1] });
}

/** A signal with its bars; null where they are fewer than a window has. @throws {ConditionError} */
export function eventOf(signal: BarelessSignal, { bars, context }: SignalBars): SignalEvent | null {
  if (bars.length < WINDOW_BARS) return null;
  return new SignalEvent({ ...signal, bars, ...(context && { context }) });
}

/** Answers a signal with its bars. @throws {MismatchError} as {@link answerSignal}. */
function answerEvent(
  judge: SignalJudge,
  event: SignalEvent,
  { edition, lacksBar = false }: EventAnswer = {},
): AnsweredSignal {
  const { enriched, result } = judge.judge(event, lacksBar);
  const answer = written(() => lastingAnswer(enriched, edition));
  return { result, enriched, answer, latencyNs: enriched.latencyNs };
}

/** Prices near the largest double have ranges that add up to more. @throws {MismatchError} for a figure that is not finite. */
function written(write: () => string): string {
  try {
    return write();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw overflowingBars(error.message);
  }
}

/** The refusal of a signal by whose bars something cannot be written down. */
export function overflowingBars(what: string): MismatchError {
  return new MismatchError('bars', 'such that every number of the answer and its record is finite', what);
}

/** Answers a signal while its instrument warms up: the size is 0. */
function answerWarmingUp(judge: SignalJudge, signal: WarmingUpSignal): AnsweredSignal {
  const { result, sized } = judge.judgeWarmingUp(signal, signal.nBars);
  const answer = warmingUpAnswer(signal, {
    ...result,
    ...result.decision,
    size: sized.size,
    sizeMethod: sized.method,
    sizeFactors: sized.factors,
  });
  return { result, enriched: null, answer, latencyNs: result.totalLatencyNs };
}
