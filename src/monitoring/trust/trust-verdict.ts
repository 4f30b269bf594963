import { count, fixed, percent } from '../../core/index.ts';
import type { TrustVerdict } from '../../domain/index.ts';
import { type AlwaysValidMean, leastForInterval, neededToTell } from '../../validation/index.ts';
import type { PromiseGroup, SkillFigures, TrustFigures } from './trust-figures.ts';

/** The answer to whether a model may be believed, in words. */
export interface TrustSentence {
  readonly verdict: TrustVerdict;
  /** One sentence with its figures. */
  readonly sentence: string;
  /** Of its confidences beside a constant, and of its trades beside a coin; a sentence each. */
  readonly because: readonly string[];
}

/** While outcomes are recorded that no figure has seen: nothing is said of a model whose outcomes are merely unread. */
export function computingSentence(nComputed: number, nRecorded: number): TrustSentence {
  const sentence = `Being computed: ${count(nComputed)} of ${countOf(nRecorded)} so far.`;
  return { verdict: 'computing', sentence, because: [] };
}

/** What the figures speak of, where some outcomes are recorded that they have not seen; null where they have seen all. */
export function unseenSentence(nComputed: number, nRecorded: number, asOf: string): string | null {
  if (nComputed >= nRecorded) return null;
  return `As of ${asOf}: ${count(nComputed)} of ${countOf(nRecorded)} computed.`;
}

/**
 * The same of a model whose proof has ended: figures of its whole service tell of the time before too, so they cannot say that it is
 * still to be believed.
 *
 * @param proofEnded - when, in ISO-8601, and why.
 */
export function afterAlarm(
  said: TrustSentence,
  { at, why }: { readonly at: string; readonly why: string },
): TrustSentence {
  const because = [`Alarm of ${at}: ${why}.`, ...said.because];
  if (said.verdict === 'breaks' || said.verdict === 'worse') return { ...said, because };
  const sentence = `Nothing is proven of it since the alarm of ${at}. Over its whole service: ${said.sentence}`;
  return { verdict: 'decayed', sentence, because };
}

export const NO_MODEL: TrustSentence = {
  verdict: 'no_model',
  sentence: 'No model serves: there is nothing to believe.',
  because: [],
};

/**
 * Says whether a model may be believed, by intervals that hold however often one looks. The first of these that applies:
 *
 * 1. The interval of realised less promised lies below 0, of the taken signals: it breaks its promises.
 * 2. The interval of what the taken ones realised lies above 0: it keeps them.
 * 3. As 1, of all signals that it judged; or the interval of 2 lies below 0: it breaks them. A promise may be a loss where a setting
 *    takes everything.
 * 4. Some were taken: it is too early, and how many outcomes are needed to tell the promise from nothing.
 * 5. None was taken: what its confidences know beside a constant.
 */
export function trustSentence(figures: TrustFigures): TrustSentence {
  const { judged, taken, nOutcomes } = figures;
  const because = [skillSentence(judged.skill), coinSentence(taken.n > 0 ? taken : judged)].filter(
    (sentence) => sentence !== null,
  );
  const say = (verdict: TrustVerdict, sentence: string): TrustSentence => ({ verdict, sentence, because });
  if (nOutcomes === 0) return say('too_early', 'Too early to say: none of its signals has ended yet.');
  if (judged.n === 0) {
    return say('promises_nothing', 'It promises nothing that could be held against it: no promise has met its end.');
  }
  const ofTaken = (word: string): string => `${word}: ${promiseInWords(taken)}.`;
  if (isBelowZero(taken.gapR)) {
    return say('breaks', ofTaken(isAboveZero(taken.realisedR) ? 'Earns less than it promised' : BROKEN));
  }
  if (isAboveZero(taken.realisedR)) {
    return say('keeps', ofTaken(isAboveZero(taken.gapR) ? 'Earns more than it promised' : 'Keeps its promises'));
  }
  if (isBelowZero(judged.gapR)) {
    return say('breaks', `${BROKEN}, of all signals that it judged: ${promiseInWords(judged)}.`);
  }
  if (taken.n === 0) return { ...takesNothing(judged.skill), because };
  if (isBelowZero(taken.realisedR)) return say('breaks', ofTaken('Loses what it takes, as it promised'));
  return say('too_early', tooEarlyInWords(taken));
}

const BROKEN = 'Does not keep its promises';

function tooEarlyInWords({ n, promisedR, realisedR }: PromiseGroup): string {
  const least = leastForInterval(realisedR.lag);
  if (realisedR.low === null) {
    return `Too early to say: ${countOf(n)} known, of at least ${count(least)} needed for a first look.`;
  }
  const needed = neededToTell(promisedR ?? 0, realisedR);
  const far = `realised ${bandInWords(realisedR)} may be nothing, and may be what it promised (${inR(promisedR)})`;
  if (needed === null) return `Too early to say: ${far}, after ${countOf(n)}.`;
  const total = rounded(needed);
  if (total <= n) return `Cannot be told: ${far}, after ${countOf(n)}.`;
  return `Too early to say: ${count(n)} of about ${count(total)} outcomes of taken trades needed; so far ${far}.`;
}

function takesNothing(skill: SkillFigures | null): Pick<TrustSentence, 'verdict' | 'sentence'> {
  const after = `after ${countOf(skill?.n ?? 0)}`;
  if (skill === null || isTooFew(skill)) {
    return { verdict: 'too_early', sentence: `Takes nothing, and it is too early to say what it knows, ${after}.` };
  }
  if (isAboveZero(skill)) {
    return { verdict: 'knows', sentence: `Takes nothing. Its confidences know more than a constant does, ${after}.` };
  }
  if (isBelowZero(skill)) {
    return { verdict: 'worse', sentence: `Takes nothing, and should not: a constant does better, ${after}.` };
  }
  return { verdict: 'not_better', sentence: `Takes nothing, and is not shown to know more than a constant, ${after}.` };
}

/** What confidences are worth beside a constant; null where nothing is known of it. */
function skillSentence(skill: SkillFigures | null): string | null {
  if (skill === null) return null;
  const { low, high, n, hindsight } = skill;
  if (isTooFew(skill)) return `Better than a constant: not known yet, after ${countOf(n)}.`;
  const word = isAboveZero(skill) ? 'Better' : isBelowZero(skill) ? 'Worse' : 'Not shown to be better';
  const band = low === null || high === null ? '' : ` [${share(low)}, ${share(high)}]`;
  const figures = `skill ${share(skill.skill)}${band} of ${countOf(n)}`;
  return `${word} than a constant: ${figures}; the constant of the training has 0, the best one afterwards ${share(hindsight)}.`;
}

/** What the signals earned beside a coin; null for none. */
function coinSentence({ n, costR, excessBps }: PromiseGroup): string | null {
  const { low, high, mean } = excessBps;
  if (n === 0 || costR === null || mean === null) return null;
  const figures = low === null || high === null ? `${bps(mean)}` : `${bps(mean)} [${bps(low)}, ${bps(high)}]`;
  return `Over a coin at the same signals: ${figures} bp a trade before costs; a coin gets 0, and ${inR(-costR)} after them.`;
}

function promiseInWords({ n, promisedR, realisedR, gapR }: PromiseGroup): string {
  const kept = `promised ${inR(promisedR)} a trade, realised ${bandInWords(realisedR)}, ${countOf(n)}`;
  return `${kept}; the difference ${bandInWords(gapR)} ${gapInWords(gapR)}`;
}

/** Whether a mean of 0 is within the band. */
function gapInWords(gap: AlwaysValidMean): string {
  if (gap.low === null) return 'has no band';
  return isAboveZero(gap) || isBelowZero(gap) ? 'is more than chance' : 'may be chance';
}

function bandInWords({ mean, low, high }: AlwaysValidMean): string {
  return low === null || high === null ? inR(mean) : `${inR(mean)} [${signed(low, 2)}, ${signed(high, 2)}]`;
}

function isBelowZero({ high }: Pick<AlwaysValidMean, 'high'>): boolean {
  return high !== null && high < 0;
}

function isAboveZero({ low }: Pick<AlwaysValidMean, 'low'>): boolean {
  return low !== null && low > 0;
}

/** Whether more outcomes would tell; confidences that are the constant itself have no interval however many there are. */
function isTooFew({ low, n, lag }: SkillFigures): boolean {
  return low === null && n < leastForInterval(lag);
}

/** Two digits are all that an estimate of a number of outcomes has. */
function rounded(n: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(n)) - 1);
  return Math.ceil(n / unit) * unit;
}

function countOf(n: number): string {
  return `${count(n)} ${n === 1 ? 'outcome' : 'outcomes'}`;
}

function inR(value: number | null): string {
  return value === null ? '–' : `${signed(value, 2)} R`;
}

function bps(value: number): string {
  return signed(value, 1);
}

function share(value: number): string {
  return `${value < 0 ? '−' : '+'}${percent(Math.abs(value), 2)}`;
}

function signed(value: number, digits: number): string {
  const text = fixed(Math.abs(value), digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
}
