import { z } from 'zod';
import { formatIsoNanos } from '../core/index.ts';
import { DECAY_DETECTORS, RETRAIN_REASONS, type RetrainTrigger, TRIGGER_STATES } from '../domain/index.ts';
import { AN_OBJECT, id, probability } from './reading/scalars.ts';

export const retrainRequestSchema = z
  .strictObject(
    {
      instrument_id: id.optional().describe('may be left out while bars of one instrument are held'),
      bar_type: id.optional().describe('by default the series that a signal without a bar_type is judged by'),
    },
    AN_OBJECT,
  )
  .meta({ id: 'RetrainRequest' });

const detector = z
  .enum(DECAY_DETECTORS)
  .nullable()
  .describe(
    'what noticed the decay: a test of the latest outcomes, or the sequential detector; null for any other reason',
  );

/** Why a retraining is due, as the library writes it. */
export const retrainTriggerSchema = z.strictObject({
  reason: z.enum(RETRAIN_REASONS),
  detector,
  baseline_accuracy: probability.nullable(),
  current_accuracy: probability.nullable(),
  accuracy_drop: z.number().nullable(),
  timestamp: z.string().describe('ISO-8601'),
  priority: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  state: z.enum(TRIGGER_STATES),
});
export type WireTrigger = z.output<typeof retrainTriggerSchema>;

export const retrainStatusSchema = z
  .strictObject({
    trigger_id: z.string(),
    instrument_id: z.string().nullable().describe('what it trains on; null where version 0.1 did not record it'),
    bar_type: z.string().nullable().describe('which series of it; null for the one without a type'),
    resumed_from: z.string().nullable().describe('the retraining it takes up again, which a restart cut short'),
    reason: z.string(),
    detector,
    state: z.string(),
    priority: z.int(),
    note: z.string().nullable(),
    model_version: z.string().nullable().describe('the model that came of it'),
    progress: z
      .strictObject({
        stage: z.string(),
        share: probability.describe('of the whole training'),
        seconds_left: z.number().nullable().describe('null where nothing tells yet'),
      })
      .nullable()
      .describe('how far the training has come; null before and after it'),
  })
  .meta({ id: 'RetrainStatus' });
export type WireRetrainStatus = z.output<typeof retrainStatusSchema>;

export const triggersSchema = z
  .strictObject({
    triggers: z.array(
      z.strictObject({
        trigger_id: z.string(),
        instrument_id: z.string().nullable(),
        bar_type: z.string().nullable(),
        resumed_from: z.string().nullable(),
        reason: z.string(),
        detector,
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
export type WireTriggers = z.output<typeof triggersSchema>;

/** A trigger as a JSON-ready record; its time in ISO-8601. */
export function retrainTriggerToWire(trigger: RetrainTrigger): WireTrigger {
  return {
    reason: trigger.reason,
    detector: trigger.detector,
    baseline_accuracy: trigger.baselineAccuracy,
    current_accuracy: trigger.currentAccuracy,
    accuracy_drop: trigger.accuracyDrop,
    timestamp: formatIsoNanos(trigger.timestamp),
    priority: trigger.priority,
    state: trigger.state,
  };
}
