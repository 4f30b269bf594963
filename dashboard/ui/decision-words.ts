import { fixed, percent } from '../../src/core/index.ts';
import { distanceOf, type Verdict } from '../data/decision.ts';
import type { Answer, ServingModel } from '../data/types.ts';
import { basisPoints } from './number-words.ts';

type Reason = NonNullable<Answer['take_reason']>;

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = { take: 'Take', skip: 'Skip', none: 'No verdict' };
export const SIDES = { '-1': '▼ sell', '0': '■ flat', '1': '▲ buy' } as const;

/** Why a signal is taken or not, in a few words. */
const IN_SHORT: Readonly<Record<Reason, string>> = {
  expected: 'expected to pay',
  primary_proven: 'the primary is proven',
  always: 'taken by the settings',
  below_break_even: 'below break-even',
  not_proven: 'not proven to pay',
  flat: 'flat signal',
  stale: 'out of date',
  out_of_distribution: 'unlike the training',
  missing_input: 'input is missing',
  warming_up: 'too few bars yet',
  halted: 'betting is halted',
  no_statistics: 'too little is known',
  no_model: 'no model',
};

/** Why an answer takes its signal or not, in a few words. */
export function reasonInShort({ take_reason: reason }: Pick<Answer, 'take_reason'>): string {
  return reason === undefined ? 'recorded by 0.1' : IN_SHORT[reason];
}

/** Why an answer takes its signal or not, in sentences with their figures. */
export function reasonInFull(answer: Answer): string {
  const { take_reason: reason } = answer;
  if (reason === undefined) {
    return 'Version 0.1 recorded this answer. It decided nothing; the confidence is a factor of its size.';
  }
  return SENTENCES[reason](answer);
}

const BASE_RATE_STANDS = ({ base_rate: rate }: Answer): string =>
  rate == null ? '' : ` The share of training labels that won, ${percent(rate)}, stands for its confidence.`;

const SENTENCES: Readonly<Record<Reason, (answer: Answer) => string>> = {
  expected: (a) => `${aboveInWords(a)}: ${expectedInWords(a)}.`,
  primary_proven: (a) =>
    `All signals of the primary are proven to pay at this cost; those that the model picks are not, so its confidence has no say. ` +
    `With the base rate of ${percent(a.base_rate)} in its place, ${expectedInWords(a)}.`,
  always: (a) =>
    a.expected_r == null
      ? 'The settings take whatever the model judged. What it earns is not known.'
      : `The settings ask for no proof: ${expectedInWords(a)}.`,
  below_break_even: (a) =>
    (distanceOf(a) ?? 0) > 0
      ? `Only the primary is proven to pay at this cost, so its base rate of ${percent(a.base_rate)} decides, not the confidence. ` +
        `It does not exceed the break-even of ${percent(a.break_even)}: ${expectedInWords(a)}.`
      : `Its confidence of ${percent(a.meta_confidence)} does not exceed the break-even of ${percent(a.break_even)}: ` +
        `${expectedInWords(a)}.`,
  not_proven: (a) =>
    `${aboveInWords(a)}, but the model is not proven to pay at this cost of ${basisPoints(a.cost_bps)}, and the settings ask for a proof.`,
  flat: () => 'The signal says neither buy nor sell.',
  stale: (a) => `The ${a.model_available ? 'last bar is too old' : 'model is out of date'}.${BASE_RATE_STANDS(a)}`,
  out_of_distribution: (a) => `The model was trained on nothing like it.${BASE_RATE_STANDS(a)}`,
  missing_input: (a) => `Something that the model needs did not come.${BASE_RATE_STANDS(a)}`,
  warming_up: ({ signal_event: { n_bars: n } }) =>
    `Too few bars of this instrument are held yet${n === undefined ? '' : ` (${n})`}, so the model was not asked.`,
  halted: () =>
    'The service was halted: it took no signal, and every size was 0. The confidence is what it would have been without the halt.',
  no_statistics: ({ break_even: at }) =>
    at != null && at >= 1
      ? `No confidence exceeds the break-even of ${percent(at)}: at this cost a win does not pay.`
      : 'No break-even is known: the model file tells too little of what wins and losses are worth, as files of 0.1 do, ' +
        'or what it promised out of sample said nothing of what came.',
  no_model: () =>
    'No model serves, so nothing is decided: the confidence is the default one, and the size follows from it.',
};

function aboveInWords(a: Answer): string {
  return `Its confidence of ${percent(a.meta_confidence)} exceeds the break-even of ${percent(a.break_even)}`;
}

function expectedInWords({ expected_r: r, expected_return_bps: bps, cost_bps: cost }: Answer): string {
  if (r == null) return 'what it earns is not known';
  const verb = r < 0 ? 'lose' : 'earn';
  const amount = `${fixed(Math.abs(r), 2)} R${bps == null ? '' : ` (${fixed(Math.abs(bps), 1)} bp)`}`;
  return `it is expected to ${verb} ${amount} against a coin, after its cost of ${basisPoints(cost)}`;
}

/** What the model that serves is proven to pay, in a few words. */
export function provenInWords(serving: ServingModel): string {
  const { proven_up_to_bps: own, primary_proven_up_to_bps: primary } = serving;
  if (own != null) return `proven up to ${basisPoints(own)}`;
  if (primary != null) return `the primary is proven up to ${basisPoints(primary)}`;
  return 'nothing is proven';
}
