import { z } from 'zod';
import { answerBarsSchema } from '../bars.ts';
import { outcomeSchema } from '../outcome.ts';
import { count, int64 } from '../reading/scalars.ts';
import { recordedAnswerSchema, shownAnswerSchema } from './enriched-signal.ts';
import { explainedFields } from './explanation.ts';

export const instrumentsSchema = z.strictObject({ instruments: z.array(z.string()) }).meta({ id: 'Instruments' });
const openBarriers = z
  .strictObject({
    entry_ts: int64,
    entry: z.number(),
    take_profit: z.number().nullable().describe('null where the labeler has no such barrier'),
    stop_loss: z.number().nullable(),
    max_holding_bars: count,
  })
  .nullable()
  .describe('where an open trade ends, in prices');
const openOutcome = outcomeSchema.nullable().describe('null while a side of the event is open, and for a flat signal');
export const recentSchema = z
  .strictObject({
    signals: z.array(
      z.strictObject({
        enriched: shownAnswerSchema,
        outcome: openOutcome,
        barriers: openBarriers,
      }),
    ),
  })
  .meta({
    id: 'RecentSignals',
    description:
      'The latest signals answered since the start, newest first; after a number, recorded ones in their order.',
  });
export const outcomesSchema = z
  .strictObject({ outcomes: z.array(outcomeSchema) })
  .meta({ id: 'Outcomes', description: 'Recorded outcomes in the order of their numbers.' });
export type RecentSignalsAnswer = z.output<typeof recentSchema>;

export const signalDetailSchema = z
  .strictObject({
    enriched: recordedAnswerSchema,
    transport: z.string(),
    received: z.string().describe('ISO-8601'),
    ...explainedFields,
    column_values: z
      .record(z.string(), z.number().nullable())
      .nullable()
      .describe(
        'columns of the sender as they were read, null for one that was missing; null where none was sent or to be read',
      ),
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
    bars: answerBarsSchema.describe('the window it was judged by'),
  })
  .meta({ id: 'SignalDetail', description: 'One recorded decision, and what moved its confidence.' });
export type SignalDetail = z.output<typeof signalDetailSchema>;
