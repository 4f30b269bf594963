import { z } from 'zod';
import { MODEL_VERDICTS, VERDICT_FORMATS } from '../model/index.ts';
import { AN_OBJECT, count, int64, rule } from './reading/scalars.ts';

const VERSION = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/;
export const versionSchema = z
  .string()
  .regex(VERSION, rule('1 to 64 letters, digits, dots, dashes or underscores, and not . or ..'));

/** In the path of a model. */
export const versionPath = z.object({ version: versionSchema });
/** The body of a route that needs none: absent, or an empty object. */
export const noFieldsSchema = z
  .strictObject({}, AN_OBJECT)
  .meta({ id: 'NoFields', description: 'An empty object; the body may be left out.' });

const basisPoints = z.number().nullable().describe('basis points a round trip; 0 for nowhere, null where not known');
/** What a model may claim. */
export const claimsShape = {
  verdict: z.enum(MODEL_VERDICTS),
  verdict_format: z.enum(VERDICT_FORMATS).describe('the rules by which it was found; those of 0.1 prove nothing'),
  headline: z
    .strictObject({ word: z.string(), sentence: z.string() })
    .describe('the verdict as it is shown everywhere, and what it means'),
  pays_up_to_bps: basisPoints,
};

export const modelSchema = z
  .strictObject({
    version: z.string(),
    is_champion: z.boolean(),
    is_predecessor: z.boolean(),
    is_shadow: z.boolean(),
    ...claimsShape,
    primary_pays_up_to_bps: basisPoints,
    accuracy: z.number().nullable(),
    auc: z.number().nullable(),
    n_samples: count.nullable(),
    last_bar_ts: int64.nullable(),
  })
  .meta({ id: 'Model' });
export type WireModel = z.output<typeof modelSchema>;
export const modelsSchema = z.strictObject({ models: z.array(modelSchema) }).meta({ id: 'Models' });
export type WireModels = z.output<typeof modelsSchema>;
