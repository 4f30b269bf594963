import { z } from 'zod';
import { COST_SOURCES } from '../labeling/index.ts';
import {
  claimsOfVerdict,
  MODEL_VERDICTS,
  type ModelClaims,
  type ModelVerdict,
  VERDICT_FORMATS,
} from '../model/index.ts';

const testSchema = z
  .strictObject({ statistic: z.number(), p_value: z.number(), n: z.number(), lag: z.number() })
  .transform(({ p_value: pValue, ...test }) => ({ ...test, pValue }));
const costSchema = z
  .strictObject({ bps: z.number(), source: z.enum(COST_SOURCES), tick_size: z.number().nullable() })
  .transform(({ tick_size: tickSize, ...cost }) => ({ ...cost, tickSize }));

/** What a manifest file says of what its model may claim. */
export const claimsSchema = z.object({
  verdict: z.enum(MODEL_VERDICTS),
  verdict_format: z.enum(VERDICT_FORMATS),
  tests: z.strictObject({ information: testSchema, selection: testSchema, money: testSchema }).nullable(),
  pays_up_to_bps: z.number().nullable(),
  would_pay_up_to_bps: z.number().nullable(),
  primary_pays_up_to_bps: z.number().nullable(),
  primary_pays: z.boolean().nullable(),
  timing_p_value: z.number().nullable(),
  cost: costSchema.nullable(),
  coin_bias_bps: z.number().nullable(),
  n_effective: z.number().nullable(),
  detectable_skill: z.number().nullable(),
});

export function claimsFrom(record: z.output<typeof claimsSchema>): ModelClaims {
  return {
    verdict: record.verdict,
    verdictFormat: record.verdict_format,
    tests: record.tests,
    paysUpToBps: record.pays_up_to_bps,
    wouldPayUpToBps: record.would_pay_up_to_bps,
    primaryPaysUpToBps: record.primary_pays_up_to_bps,
    primaryPays: record.primary_pays,
    timingPValue: record.timing_p_value,
    cost: record.cost,
    coinBiasBps: record.coin_bias_bps,
    nEffective: record.n_effective,
    detectableSkill: record.detectable_skill,
  };
}

/** A manifest of 0.1 has a verdict and no format of it. */
export function claimsOf01(verdict: string): ModelClaims {
  const named = MODEL_VERDICTS.find((each): each is ModelVerdict => each === `${verdict} (0.1)`);
  return named === undefined ? claimsOfVerdict('unknown', 'unknown') : claimsOfVerdict(named, '0.1');
}
