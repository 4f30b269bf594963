import type { OrchestratorConfig } from '../../../config/index.ts';
import { count, counted, TrainingError } from '../../../core/index.ts';
import { BARRIER_KINDS } from '../../../labeling/index.ts';
import type { LabelledDataset } from '../../../training/index.ts';
import type { SignalledBars, UnusedOutcomes } from './past-signals.ts';

/** What a retraining says of outcomes that were reported. */
export interface ToldFacts {
  /** Whether outcomes only come from outside. */
  readonly isGiven: boolean;
  readonly unused: UnusedOutcomes;
  readonly config: Pick<OrchestratorConfig, 'training'>;
}

const TOLD = BARRIER_KINDS.indexOf('told');
const UNKNOWN = 'what the other side would have earned is unknown (coin: unknown)';

/** @throws {TrainingError} `NOT_ENOUGH_EVENTS` where too few outcomes were reported to learn from. */
export function checkEnoughTold({ told }: SignalledBars, unused: UnusedOutcomes, minSamples: number): void {
  const n = told?.index.length ?? 0;
  if (n >= minSamples) return;
  const leftOut = unusedText(unused);
  const has = `labels.kind is given: a retraining needs at least ${count(minSamples)} reported outcomes, the journal has ${count(n)}`;
  const remedy = 'report more of them, with return and ts_exit (POST /v1/outcomes)';
  throw new TrainingError('NOT_ENOUGH_EVENTS', `${has}${leftOut === '' ? '' : `, with ${leftOut}`}; ${remedy}`);
}

/**
 * What stands behind the number of signals of a retraining: how many have reported outcomes, and what is not known of them. Empty where
 * none has one.
 */
export function toldText({ kind }: Pick<LabelledDataset, 'kind'>, { isGiven, unused, config }: ToldFacts): string {
  const nTold = kind.filter((each) => each === TOLD).length;
  const leftOut = unusedText(unused);
  const parts: string[] = [];
  if (isGiven) parts.push(`with reported outcomes: ${UNKNOWN}, so their timing is not judged`);
  else if (nTold > 0) {
    parts.push(`${counted(nTold, 'reported outcome')} among them teach and are not judged, since ${UNKNOWN}`);
    if (kind.length - nTold < config.training.minTrainingSamples)
      parts.push('too few others are left to judge by: where outcomes are reported, set labels.kind to given');
  }
  if (leftOut !== '') parts.push(leftOut);
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`;
}

/** `14 reported outcomes left out: 12 without a return, 2 …`; empty where all teach. */
function unusedText({ nWithoutReturn, nAfterBars }: UnusedOutcomes): string {
  const texts = [
    ...(nWithoutReturn > 0 ? [`${count(nWithoutReturn)} without a return`] : []),
    ...(nAfterBars > 0
      ? [`${count(nAfterBars)} whose exit no bar has reached (without ts_exit, the report counts)`]
      : []),
  ];
  const n = nWithoutReturn + nAfterBars;
  return n === 0 ? '' : `${counted(n, 'reported outcome')} left out: ${texts.join(', ')}`;
}
