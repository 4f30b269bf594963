import { z } from 'zod';
import { OUTCOME_KINDS, type Outcome } from '../domain/index.ts';
import { id, int64, quantity, rule, sentNanos, sequence } from './reading/scalars.ts';

/** How a signal ended, as it is reported from outside. */
export const reportedOutcomeSchema = z
  .strictObject({
    signal_id: id,
    label: z.union([z.literal(0), z.literal(1)], rule('0 or 1')).optional(),
    return: quantity.optional().describe('gross, in the direction of the signal; gives the label where that is absent'),
    net: z
      .boolean(rule('true or false'))
      .optional()
      .describe('the return is net: the cost of the signal is added to it, and the sum is recorded'),
    ts_exit: sentNanos.optional(),
  })
  .refine((reported) => reported.label !== undefined || reported.return !== undefined, {
    path: ['label'],
    error: '0 or 1, or come as a return',
  })
  .meta({
    id: 'ToldOutcome',
    description: 'How a signal ended: its label, its return, or both.',
    anyOf: [{ required: ['label'] }, { required: ['return'] }], // the rule above
  });

export const outcomeSchema = z
  .strictObject({
    signal_id: z.string(),
    instrument_id: z.string(),
    bar_type: z.string().nullable().describe('of the bars it was followed by; null where they have none'),
    outcome: z.enum(OUTCOME_KINDS),
    label: z.union([z.literal(0), z.literal(1)]).nullable(),
    return: z.number().nullable().describe('gross, in the direction of the signal'),
    net: z.boolean().describe('true in a record of 0.1: its return has the cost taken off'),
    cost_bps: z.number().describe('cost of a round trip as of the signal, basis points'),
    coin: z
      .number()
      .nullable()
      .describe('mean gross return of both sides; null where the other side has no end, and for a told outcome'),
    excess: z.number().nullable().describe('what the side earned over the coin'),
    exit_ts: int64.nullable().describe('of the own side; the outcome is known when both sides have ended'),
    reason: z.string().nullable(),
    seq: sequence.nullable().describe('number of its record; null until that is written'),
  })
  .meta({ id: 'Outcome', description: 'How a signal ended, as recorded.' });
export type WireOutcome = z.output<typeof outcomeSchema>;

/** An outcome as a JSON-ready record; write it with `stringifyLossless`. */
export function outcomeToWire(outcome: Outcome & { readonly seq: number | null }): WireOutcome {
  return {
    signal_id: outcome.signalId,
    instrument_id: outcome.instrumentId,
    bar_type: outcome.barType,
    outcome: outcome.outcome,
    label: outcome.label,
    return: outcome.tradeReturn,
    net: outcome.isNet,
    cost_bps: outcome.costBps,
    coin: outcome.coin,
    excess: outcome.excess,
    exit_ts: outcome.exitTs,
    reason: outcome.reason,
    seq: outcome.seq,
  };
}
