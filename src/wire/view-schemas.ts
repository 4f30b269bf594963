import { z } from 'zod';
import { answerBars, answerSchema, count, id, int64, outcomeAnswerSchema, probability, rule } from './schemas.ts';

// What a page asks for and is told of the latest past.

const limitOf = (most: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,4}$/, rule(`1 to ${most}`))
    .transform(Number)
    .pipe(z.int().max(most, rule(`1 to ${most}`)))
    .optional()
    .describe(`how many of the latest, 1 to ${most}; default 200`);
export const barsQuery = z.strictObject({ limit: limitOf(5000) });
export const recentQuery = z.strictObject({ instrument_id: id.optional(), limit: limitOf(1000) });
export const instrumentsSchema = z.strictObject({ instruments: z.array(z.string()) }).meta({ id: 'Instruments' });
export const heldBarsSchema = z
  .strictObject({ instrument_id: z.string(), bars: answerBars })
  .meta({ id: 'HeldBars', description: 'The latest bars that are held, oldest first.' });
export const triggersQuery = z.strictObject({ limit: limitOf(200) });
export const triggersSchema = z
  .strictObject({
    triggers: z.array(
      z.strictObject({
        trigger_id: z.string(),
        instrument_id: z.string().nullable(),
        resumed_from: z.string().nullable(),
        reason: z.string(),
        priority: z.int(),
        state: z.string(),
        model_version: z.string().nullable().describe('the model that came of it'),
        moves: z.array(
          z.strictObject({ state: z.string(), at: z.string().describe('ISO-8601'), note: z.string().nullable() }),
        ),
      }),
    ),
  })
  .meta({
    id: 'RetrainTriggers',
    description: 'Retrainings from the order to the end, the one that moved last first.',
  });
const openBarriers = z
  .strictObject({
    entry_ts: int64,
    entry: z.number(),
    take_profit: z.number(),
    stop_loss: z.number(),
    max_holding_bars: count,
  })
  .nullable()
  .describe('where an open trade ends, in prices');
const openOutcome = outcomeAnswerSchema.nullable().describe('null while the trade is open, and for a flat signal');
export const recentSchema = z
  .strictObject({
    signals: z.array(
      z.strictObject({
        enriched: answerSchema,
        outcome: openOutcome,
        barriers: openBarriers,
      }),
    ),
  })
  .meta({ id: 'RecentSignals', description: 'The latest signals answered since the start, newest first.' });

const byFeature = z.record(z.string(), z.number());
export const signalDetailSchema = z
  .strictObject({
    enriched: answerSchema
      .omit({ latency_ns: true, late: true, duplicate: true })
      .meta({ id: 'RecordedAnswer', description: 'The lasting part of an answer, and its hash.' }),
    transport: z.string(),
    received: z.string().describe('ISO-8601'),
    features: byFeature.nullable().describe('what the model was asked about; null where none was, or it is not kept'),
    explanation: z
      .strictObject({
        base: probability.describe('the confidence when no feature is known'),
        contributions: byFeature.describe('Shapley values: with the base they add up to meta_confidence'),
        raw_base: z.number(),
        raw_contributions: byFeature.describe('with raw_base they add up to raw_confidence'),
      })
      .nullable(),
    explanation_reason: z.string().nullable().describe('why there is no explanation'),
    profiles: z
      .record(
        z.string(),
        z.strictObject({
          edges: z.array(z.number()).describe('between the deciles of the training rows'),
          shares: z.array(z.number()).describe('of the training rows in each bin'),
          low: z.number().describe('under it a value is out of distribution'),
          high: z.number(),
        }),
      )
      .nullable()
      .describe('how each feature lay in training; null where the model does not tell'),
    outcome: openOutcome,
    barriers: openBarriers,
    bars: answerBars.describe('the window it was judged by'),
  })
  .meta({ id: 'SignalDetail', description: 'One recorded decision, and what moved its confidence.' });
