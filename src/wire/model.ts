import { z } from 'zod';
import { count, int64, rule } from './reading/scalars.ts';

const VERSION = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/;
export const versionSchema = z
  .string()
  .regex(VERSION, rule('1 to 64 letters, digits, dots, dashes or underscores, and not . or ..'));

export const modelSchema = z
  .strictObject({
    version: z.string(),
    is_champion: z.boolean(),
    is_predecessor: z.boolean(),
    is_shadow: z.boolean(),
    verdict: z.string(),
    accuracy: z.number().nullable(),
    auc: z.number().nullable(),
    n_samples: count.nullable(),
    last_bar_ts: int64.nullable(),
  })
  .meta({ id: 'Model' });
export type WireModel = z.output<typeof modelSchema>;
export const modelsSchema = z.strictObject({ models: z.array(modelSchema) }).meta({ id: 'Models' });
export type WireModels = z.output<typeof modelsSchema>;
