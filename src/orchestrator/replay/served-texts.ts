import type { ProvenCosts, TakeReason } from '../../domain/index.ts';
import { bp } from '../../validation/index.ts';
import type { ServedDecisions } from './served-decisions.ts';

/** Why signals are taken or not, a few words. */
export const REASON_TEXTS: Readonly<Record<TakeReason, string>> = {
  expected: 'taken: expected to pay',
  primary_proven: 'taken: the primary is proven to pay',
  always: 'taken: all that the model judged',
  below_break_even: 'skipped: below the break-even',
  not_proven: 'skipped: not proven',
  flat: 'skipped: flat',
  stale: 'skipped: the model is stale',
  out_of_distribution: 'skipped: out of distribution',
  missing_input: 'skipped: an input is missing',
  warming_up: 'skipped: too few bars yet',
  halted: 'skipped: halted',
  no_statistics: 'skipped: nothing is known of what such trades pay',
  no_model: 'undecided: no model',
};

/** Names of the two sums below the reasons. */
export const TAKEN_TEXT = 'all that was taken';
export const EXPECTED_TEXT = 'what trust expected takes, proven or not';

/** By which rule a replay decided. */
export function servedText({ trust, proven }: Pick<ServedDecisions, 'trust' | 'proven'>): string {
  const file = proven === null ? '' : `; the model file proves ${provenText(proven)}`;
  return `decided as the service would, by sizing.trust ${trust}${file}`;
}

function provenText({ modelBps, primaryBps }: ProvenCosts): string {
  const parts = [
    ...(modelBps === null ? [] : [`that the model pays up to ${bp(modelBps)}`]),
    ...(primaryBps === null ? [] : [`that the primary pays up to ${bp(primaryBps)}`]),
  ];
  return parts.length === 0 ? 'nothing' : parts.join(', and ');
}
