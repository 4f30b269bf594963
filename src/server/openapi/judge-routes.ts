import { z } from 'zod';
import {
  enrichedSignalSchema,
  lineErrorSchema,
  predictionSchema,
  signalQuery,
  signalSchema,
} from '../../wire/index.ts';
import { BATCH_EXAMPLE, PREDICTION_BATCH_EXAMPLE, PREDICTION_EXAMPLES, SIGNAL_EXAMPLES } from './examples.ts';
import type { RouteDoc } from './route-doc.ts';

const lines = z.string();
const IN_BODY = '$response.body#/';
/** Problems of whatever is to be written down. */
export const UNWRITABLE = ['JOURNAL_FULL', 'JOURNAL_BUSY', 'JOURNAL_FAILED', 'STOPPING', 'OVERLOADED'] as const;

/** How signals are answered, one or many. */
const JUDGING = {
  status: 200,
  mayMismatch: true,
  links: {
    explained: { operationId: 'explainSignal', parameters: { signal_id: `${IN_BODY}signal_id` } },
    ended: { operationId: 'tellOutcome', requestBody: { signal_id: `${IN_BODY}signal_id` } },
  },
  answer: {
    'application/json': { schema: enrichedSignalSchema },
    'application/x-ndjson': {
      schema: lines,
      line: z.union([enrichedSignalSchema, lineErrorSchema]),
      description: 'one EnrichedSignal or LineError a line',
    },
  },
  problems: ['NOT_ENOUGH_BARS', 'FUTURE_TIMESTAMP', 'CLOCK_BEHIND', 'ID_CONFLICT', 'JOURNAL_DAMAGED', ...UNWRITABLE],
} as const satisfies Partial<RouteDoc>;

/** The routes that judge signals. */
export const JUDGE_ROUTES: readonly RouteDoc[] = [
  {
    method: 'post',
    path: '/v1/signals',
    operationId: 'judgeSignals',
    summary: 'Judge a signal, or a batch of them',
    description:
      'One signal as JSON, or many as NDJSON: one line is answered by one line, in order, a rejected one by its error. ' +
      'The same signal_id again gets the recorded answer.',
    query: signalQuery,
    body: {
      'application/json': { schema: signalSchema, examples: SIGNAL_EXAMPLES },
      'application/x-ndjson': {
        schema: lines,
        line: signalSchema,
        description: 'one Signal a line',
        examples: { batch: BATCH_EXAMPLE },
      },
    },
    ...JUDGING,
  },
  {
    method: 'post',
    path: '/v1/predictions',
    operationId: 'judgePredictions',
    summary: 'Judge a signal with a probability of your own model, or a batch of them',
    description:
      'The same as judgeSignals, for signals that must bring a probability. A model that reads it answers ' +
      'with a calibrated confidence; under any other the answer says that it was not used; without a model it has the default confidence. ' +
      'It is recorded and followed in every case.',
    query: signalQuery,
    body: {
      'application/json': { schema: predictionSchema, examples: PREDICTION_EXAMPLES },
      'application/x-ndjson': {
        schema: lines,
        line: predictionSchema,
        description: 'one Prediction a line',
        examples: { batch: PREDICTION_BATCH_EXAMPLE },
      },
    },
    ...JUDGING,
  },
];
