import { z } from 'zod';
import { DECAY_DETECTORS } from '../domain/index.ts';
import { answerBarsSchema, barsBodySchema, barsReceiptSchema, barTypeSchema } from './bars.ts';
import { haltStateSchema } from './halt.ts';
import { outcomeSchema } from './outcome.ts';
import { Fault, readAs } from './reading/read-as.ts';
import { count, id, int64, rule, sequence } from './reading/scalars.ts';
import { retrainStatusSchema } from './retrain-trigger.ts';
import { enrichedSignalSchema } from './signals/enriched-signal.ts';
import { signalSchema } from './signals/signal.ts';
import { feedSchema, journalHealthSchema, shadowSchema } from './status.ts';

const MAX_REF_LENGTH = 64;

/** What a sender calls its message, to find the answer by. */
const ref = readAs(z.union([z.int(), z.string().max(MAX_REF_LENGTH)]), (value) => {
  if (Number.isSafeInteger(value)) return value as number;
  if (typeof value === 'string' && value.length <= MAX_REF_LENGTH) return value;
  throw new Fault(`an integer or a text of at most ${MAX_REF_LENGTH} characters`, value);
})
  .optional()
  .describe('comes back with the answer');
/** Anything but `true` is no. */
const flag = readAs(z.boolean(), (value) => value === true).optional();

const message = rule('a JSON object with a type');
/** What every message of a client has in common, read before the rest so that an error carries the reference. */
export const streamHeadSchema = z.object({ ref }, message);
/** A message of a client. */
export const clientMessageSchema = z
  .discriminatedUnion(
    'type',
    [
      signalSchema
        .extend({
          type: z.literal('signal'),
          ref,
          durable: flag.describe('answer only when the record is written'),
          include_bars: flag.describe('answer with the bars of the window instead of their number'),
        })
        .meta({ id: 'StreamSignal', description: 'A signal to judge, over the stream.' }),
      z
        .object({ type: z.literal('bars'), ref, instrument_id: id, bar_type: barTypeSchema, bars: barsBodySchema })
        .meta({ id: 'StreamBars', description: 'Bars to take in, over the stream.' }),
    ],
    rule('signal or bars'),
  )
  .meta({ id: 'ClientMessage', description: 'What a client may send over the stream.' });
export type ClientMessage = z.output<typeof clientMessageSchema>;

const version = z.string().nullable();
/** Why a message says which model serves. */
export const MODEL_CAUSES = ['serves', 'rolled_back', 'none', 'proof_ended'] as const;
export type ModelCause = (typeof MODEL_CAUSES)[number];
/** What changed in the service itself, by its subject. */
export const stateSchema = z
  .discriminatedUnion('what', [
    z.strictObject({
      what: z.literal('model'),
      model_version: version,
      cause: z
        .enum(MODEL_CAUSES)
        .describe('another model serves; the one before serves again; none serves; nothing is proven of it any more'),
      event: z.string().describe('in one sentence'),
    }),
    z.strictObject({
      what: z.literal('decay'),
      detector: z.enum(DECAY_DETECTORS).nullable().describe('what noticed it; null where an old record does not say'),
      model_version: version,
      reason: z.string(),
    }),
    z.strictObject({
      what: z.literal('journal'),
      ...journalHealthSchema.pick({ status: true, reason: true }).shape,
    }),
    z.strictObject({ what: z.literal('halt'), ...haltStateSchema.shape }),
    z.strictObject({
      what: z.literal('feed'),
      ...feedSchema.pick({ instrument_id: true, bar_type: true, state: true }).shape,
      reason: z.string().nullable().describe('what is wrong with its bars; null where nothing is'),
    }),
    z
      .strictObject({
        what: z.literal('node'),
        state: z.enum(['ok', 'silent']),
        reason: z.string().nullable().describe('since when there is no heartbeat; null where there is'),
      })
      .describe('the heartbeat of a node stopped, or came back; nothing is said where there never was one'),
    z
      .strictObject({
        what: z.literal('feature_drift'),
        model_version: version,
        feature: z.string(),
        psi: z.number().describe('population stability index of the latest signals against the training'),
        drifted: z.boolean().describe('whether it rose above 0.25; false where it fell below 0.2 again'),
      })
      .describe('an input of the serving model left what it was in training, or came back; it never triggers'),
    z
      .strictObject({
        what: z.literal('calibration_drift'),
        model_version: version,
        promised: z.number().describe('mean confidence over the latest outcomes'),
        realised: z.number().describe('share of them that won'),
        p_value: z.number().describe('chance of what was found if the confidences were right'),
        outcomes: count,
        drifted: z.boolean().describe('false where nothing of it is found any more'),
      })
      .describe('confidences are not kept any more, or are again; it never triggers'),
    z.strictObject({ what: z.literal('drift'), detector: z.string(), model_version: version, outcomes: count }),
    z.strictObject({ what: z.literal('shadow'), model_version: version, event: z.string(), shadow: shadowSchema }),
    z.strictObject({
      what: z.literal('retrain'),
      ...retrainStatusSchema.pick({
        trigger_id: true,
        instrument_id: true,
        bar_type: true,
        resumed_from: true,
        reason: true,
        detector: true,
        state: true,
        note: true,
        model_version: true,
      }).shape,
    }),
    z
      .strictObject({
        what: z.literal('model_wanted'),
        ...retrainStatusSchema.pick({
          trigger_id: true,
          instrument_id: true,
          bar_type: true,
          reason: true,
          detector: true,
        }).shape,
        note: z.string().nullable().describe('why, in one sentence; null where a person asked'),
        model_version: z.string().describe('the model that serves'),
      })
      .describe('a retraining is due, and the serving model was made elsewhere: a new file is asked for'),
  ])
  .meta({ id: 'State', description: 'A change of the service itself.' });
export type State = z.output<typeof stateSchema>;

const reference = z.union([z.int(), z.string()]).optional().describe('that of the message it answers');
const recordSeq = sequence.describe('number of its record: 1 more than that of the message of this type before it');
const eventSeq = sequence.describe(
  '1 more than that of the message of this type before it; 1 for the first of a start',
);
/** Events, to everybody who asked for their type. */
export const streamEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('enriched'), seq: recordSeq, enriched: enrichedSignalSchema }),
  z.strictObject({ type: z.literal('outcome'), seq: recordSeq, outcome: outcomeSchema }),
  z.strictObject({ type: z.literal('state'), seq: eventSeq, state: stateSchema }),
  z.strictObject({
    type: z.literal('bars'),
    seq: eventSeq,
    instrument_id: z.string(),
    bar_type: z.string().nullable().describe('null for the series without one'),
    oldest_ts: int64.describe('ts_event of the oldest bar of the series that is held now'),
    bars: answerBarsSchema.describe('held bars that were added, revised or late, oldest first'),
  }),
]);
/** The first message to a client that asked for it. */
export const streamHelloSchema = z
  .strictObject({
    type: z.literal('hello'),
    started: z.string().describe('when the service started, ISO-8601: state and bars count from there'),
    seq: z
      .strictObject({ enriched: count, outcome: count, state: count, bars: count })
      .describe('of each type the number of the last event before this message, 0 for none; what comes next is 1 more'),
  })
  .meta({ id: 'StreamHello', description: 'Where the numbers of a stream begin.' });
export type StreamHello = z.output<typeof streamHelloSchema>;
export type StreamEvent = z.output<typeof streamEventSchema>;
/** Answers, to the sender of a message. */
export const streamAnswerSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('answer'), ref: reference, answer: enrichedSignalSchema }),
  z.strictObject({ type: z.literal('bars_receipt'), ref: reference, receipt: barsReceiptSchema }),
  z.strictObject({
    type: z.literal('error'),
    ref: reference,
    error: z.strictObject({ code: z.string(), message: z.string(), field: z.string().optional() }),
  }),
]);
/** Everything that the service sends over the stream. */
export const serverMessageSchema = z
  .discriminatedUnion('type', [streamHelloSchema, streamEventSchema, streamAnswerSchema])
  .meta({ id: 'ServerMessage', description: 'What the service sends over the stream: events, and answers.' });
