import { z } from 'zod';
import { TRUST_VERDICTS } from '../domain/index.ts';
import { claimsShape } from './model.ts';
import { count, int64, probability } from './reading/scalars.ts';

const figure = z.number().nullable();
const banded = z
  .strictObject({
    mean: figure.describe('null for no outcomes'),
    low: figure,
    high: figure,
    standard_error: figure.describe('of the mean, by Newey–West with lag'),
    n: count,
    lag: count,
  })
  .meta({
    id: 'BandedMean',
    description:
      'A mean with a 90 % interval that holds however often one looks, and allows for labels that overlap; null ends below ' +
      'max(30, 10 (lag + 1)) outcomes.',
  });
const promiseGroup = z
  .strictObject({
    n: count.describe('outcomes with a promise and an end on both sides'),
    promised_r: figure.describe('mean promise: over the coin, after costs'),
    cost_r: figure.describe('mean cost, which is what a coin loses'),
    realised_r: banded.describe('what came of it, in the unit of the promise'),
    gap_r: banded.describe('realised less promised; 0 where promises are kept'),
    excess_r: banded.describe('over the coin, before costs'),
    excess_bps: banded,
    skill: z
      .strictObject({
        skill: z.number().describe('1 − log loss / log loss of the share of training labels that won, which has 0'),
        low: figure,
        high: figure,
        n: count,
        lag: count,
        hindsight: z.number().describe('of the best constant, which is known afterwards only'),
      })
      .nullable()
      .describe('of all outcomes with a label and a base rate'),
  })
  .meta({ id: 'PromiseGroup' });
const serviceTime = z.strictObject({
  since: z.string().describe('ISO-8601'),
  why: z.string(),
  until: z.string().nullable().describe('null where it serves'),
  end: z.enum(['serves', 'replaced', 'rolled_back']),
  next: z.string().nullable(),
  ended_because: z.string().nullable(),
  proof_ended: z
    .strictObject({ at: z.string(), why: z.string() })
    .nullable()
    .describe('when nothing counted as proven any more, as after the alarm of decay'),
});
const descendant = z
  .strictObject({
    version: z.string(),
    parent: z.string().nullable().describe('what served when it was trained'),
    claims: z
      .strictObject({ ...claimsShape, primary_pays_up_to_bps: figure })
      .nullable()
      .describe('null where it is not kept any more'),
    created_at: z.string().nullable(),
    quarantined: z.string().nullable().describe('why it may not be promoted'),
    served: z.array(serviceTime).describe('oldest first; empty for a model that never served'),
  })
  .meta({ id: 'Descendant' });
const featureShift = z
  .strictObject({
    name: z.string(),
    edges: z.array(z.number()).describe('of the bins: quantiles of the training'),
    trained: z.array(probability).describe('share of the training rows in each bin'),
    latest: z.array(probability).describe('share of the latest signals in each bin'),
    psi: z.number(),
    psi_by_chance: z.number().describe('about what it is without any change, for signals that are independent'),
  })
  .meta({ id: 'FeatureShift' });

export const trustSchema = z
  .strictObject({
    model_version: z.string().nullable(),
    verdict: z
      .enum(TRUST_VERDICTS)
      .describe(
        'of what it takes: keeps, breaks, too_early; where it takes nothing: knows, not_better, worse; decayed: what was ' +
          'proven of it has ended, as by an alarm, whatever it kept before; computing: outcomes are ' +
          'recorded that no figure has seen yet, so nothing is said of them',
      ),
    sentence: z.string(),
    because: z.array(z.string()).describe('its confidences beside a constant, its trades beside a coin'),
    as_of: z
      .string()
      .nullable()
      .describe('ISO-8601, when the outcomes were read that the answer speaks of; null for none'),
    n_recorded: count.describe('outcomes in the journal when this was answered, of whatever model'),
    n_computed: count.describe('of these, the first ones, which the answer speaks of'),
    figures: z
      .strictObject({
        n_outcomes: count,
        n_left_out: count.describe('of these, without a promise or without an end of the other side'),
        first_entry_ts: int64.nullable(),
        last_entry_ts: int64.nullable(),
        judged: promiseGroup.describe('of all signals that the model judged'),
        taken: promiseGroup.describe('of those that were taken'),
      })
      .nullable()
      .describe('since it first served in this directory; null where no model serves, and while computing'),
    models: z.array(descendant).describe('those that served, in that order; then those that never did'),
    n_signals: count.describe('latest signals that features are of'),
    features: z
      .array(featureShift)
      .nullable()
      .describe('null for too few signals, and where the model file does not know its training rows'),
  })
  .meta({ id: 'Trust', description: 'Whether the serving model may be believed, and why.' });
export type WireTrust = z.output<typeof trustSchema>;
