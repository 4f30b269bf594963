import { z } from 'zod';
import {
  barsBodySchema,
  barsQuery,
  barsReceiptSchema,
  clientMessageSchema,
  durableQuery,
  enrichedSignalSchema,
  haltRequestSchema,
  haltStateSchema,
  healthSchema,
  heldBarsSchema,
  instrumentsSchema,
  lineErrorSchema,
  modelSchema,
  modelsSchema,
  outcomeSchema,
  type ProblemCode,
  promoteQuery,
  readinessSchema,
  recentQuery,
  recentSchema,
  reportedOutcomeSchema,
  retrainRequestSchema,
  retrainStatusSchema,
  serverMessageSchema,
  signalDetailSchema,
  signalQuery,
  signalSchema,
  statusSchema,
  streamQuery,
  triggersQuery,
  triggersSchema,
  versionSchema,
} from '../../wire/index.ts';
import {
  BARS_EXAMPLES,
  BATCH_EXAMPLE,
  HALT_EXAMPLES,
  OUTCOME_EXAMPLES,
  RETRAIN_EXAMPLES,
  SIGNAL_EXAMPLES,
} from './examples.ts';

/** What stands in a body or an answer of one media type. */
export interface MediaDoc {
  readonly schema: z.ZodType;
  readonly description?: string;
  readonly examples?: Readonly<Record<string, unknown>>;
}

/** One route, as its users see it. */
export interface RouteDoc {
  readonly method: 'get' | 'head' | 'post';
  /** With parameters as `{name}`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: Readonly<Record<string, MediaDoc>>;
  readonly isBodyOptional?: boolean;
  readonly status: number;
  readonly answer: Readonly<Record<string, MediaDoc>>;
  /** Messages of a WebSocket, those that a client sends and those that it is sent. */
  readonly messages?: { readonly send: z.ZodType; readonly receive: z.ZodType };
  /** Further statuses that answer with the same schema. */
  readonly alsoStatus?: number;
  readonly problems: readonly ProblemCode[];
}

const json = (schema: z.ZodType): RouteDoc['answer'] => ({ 'application/json': { schema } });
const instrument = z.object({
  instrument_id: z.string().describe('percent-encoded, for example BTC-PERP.HYPERLIQUID'),
});
const version = z.object({ version: versionSchema });
const lines = z.string();
const UNWRITABLE = ['JOURNAL_FULL', 'JOURNAL_BUSY', 'JOURNAL_FAILED', 'STOPPING', 'OVERLOADED'] as const;
const UNFIT = [
  'MODEL_CORRUPT',
  'MODEL_FORMAT_VERSION',
  'MODEL_SCHEMA',
  'MODEL_GOLDEN_MISMATCH',
  'MODEL_LEARNER',
] as const;

/** Every route of the server; a test holds the two together. */
export const ROUTES: readonly RouteDoc[] = [
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
      'application/x-ndjson': { schema: lines, description: 'one Signal a line', examples: { batch: BATCH_EXAMPLE } },
    },
    status: 200,
    answer: {
      'application/json': { schema: enrichedSignalSchema },
      'application/x-ndjson': { schema: lines, description: 'one EnrichedSignal or LineError a line' },
    },
    problems: ['NOT_ENOUGH_BARS', 'FUTURE_TIMESTAMP', 'CLOCK_BEHIND', 'ID_CONFLICT', 'JOURNAL_DAMAGED', ...UNWRITABLE],
  },
  {
    method: 'post',
    path: '/v1/bars/{instrument_id}',
    operationId: 'addBars',
    summary: 'Feed bars of one instrument',
    params: instrument,
    query: durableQuery,
    body: { 'application/json': { schema: barsBodySchema, examples: BARS_EXAMPLES } },
    status: 200,
    answer: json(barsReceiptSchema),
    problems: ['FUTURE_TIMESTAMP', 'CLOCK_BEHIND', ...UNWRITABLE],
  },
  {
    method: 'post',
    path: '/v1/outcomes',
    operationId: 'tellOutcome',
    summary: 'Tell how a signal ended',
    description: 'Telling the same again changes nothing.',
    query: durableQuery,
    body: { 'application/json': { schema: reportedOutcomeSchema, examples: OUTCOME_EXAMPLES } },
    status: 200,
    answer: json(outcomeSchema),
    problems: ['UNKNOWN_SIGNAL', 'OUTCOME_CONFLICT', ...UNWRITABLE],
  },
  {
    method: 'post',
    path: '/v1/retrain',
    operationId: 'retrain',
    summary: 'Train a new model beside the traffic',
    body: { 'application/json': { schema: retrainRequestSchema, examples: RETRAIN_EXAMPLES } },
    isBodyOptional: true,
    status: 202,
    answer: json(retrainStatusSchema),
    problems: ['RETRAINING_RUNS', 'NOT_ENOUGH_BARS', 'STOPPING', 'OVERLOADED'],
  },
  {
    method: 'post',
    path: '/v1/halt',
    operationId: 'halt',
    summary: 'Stop betting at once',
    description:
      'From its receipt on, every answer has take false, take_reason halted and size 0, a repeated signal_id too; the rest of it stays ' +
      'as it is. It lasts over restarts, until it is resumed. 200 says that it is written down. Where the journal cannot write, the ' +
      'answer says so, and it is in effect all the same. A second halt changes nothing.',
    body: { 'application/json': { schema: haltRequestSchema, examples: HALT_EXAMPLES } },
    isBodyOptional: true,
    status: 200,
    answer: json(haltStateSchema),
    problems: ['JOURNAL_FULL', 'JOURNAL_BUSY', 'JOURNAL_FAILED', 'STOPPING'],
  },
  {
    method: 'post',
    path: '/v1/resume',
    operationId: 'resume',
    summary: 'Bet again',
    description: 'It takes effect once it is written down. Where nothing is halted it changes nothing.',
    body: { 'application/json': { schema: haltRequestSchema, examples: HALT_EXAMPLES } },
    isBodyOptional: true,
    status: 200,
    answer: json(haltStateSchema),
    problems: ['HALTED_AGAIN', 'JOURNAL_FULL', 'JOURNAL_BUSY', 'JOURNAL_FAILED', 'STOPPING'],
  },
  {
    method: 'get',
    path: '/v1/retrain-triggers',
    operationId: 'retrainTriggers',
    summary: 'The latest retrainings, every move with its time and reason',
    description: 'Also of the processes before this one, by the same journal.',
    query: triggersQuery,
    status: 200,
    answer: json(triggersSchema),
    problems: ['INVALID_VALUE', 'JOURNAL_DAMAGED', 'STOPPING'],
  },
  {
    method: 'get',
    path: '/v1/signals',
    operationId: 'recentSignals',
    summary: 'The latest signals and how they ended',
    description: 'From memory: at most 1,000, and none from before the start.',
    query: recentQuery,
    status: 200,
    answer: json(recentSchema),
    problems: ['INVALID_VALUE', 'STOPPING'],
  },
  {
    method: 'get',
    path: '/v1/signals/{signal_id}',
    operationId: 'explainSignal',
    summary: 'One recorded decision: its features, what moved its confidence, its bars and its outcome',
    description:
      'Also of signals whose record is still being written. The explanation is made by the model that judged, and null with a ' +
      'reason where there is none.',
    params: z.object({ signal_id: z.string().describe('percent-encoded') }),
    status: 200,
    answer: json(signalDetailSchema),
    problems: ['INVALID_VALUE', 'UNKNOWN_SIGNAL', 'JOURNAL_DAMAGED', 'STOPPING'],
  },
  {
    method: 'get',
    path: '/v1/instruments',
    operationId: 'listInstruments',
    summary: 'Instruments whose bars are held',
    status: 200,
    answer: json(instrumentsSchema),
    problems: ['STOPPING'],
  },
  {
    method: 'get',
    path: '/v1/instruments/{instrument_id}/bars',
    operationId: 'heldBars',
    summary: 'The latest held bars of an instrument',
    description: 'Empty columns where none are held.',
    params: instrument,
    query: barsQuery,
    status: 200,
    answer: json(heldBarsSchema),
    problems: ['INVALID_VALUE', 'STOPPING'],
  },
  {
    method: 'get',
    path: '/v1/models',
    operationId: 'listModels',
    summary: 'The models that are kept',
    status: 200,
    answer: json(modelsSchema),
    problems: ['STOPPING'],
  },
  {
    method: 'post',
    path: '/v1/models/{version}/promote',
    operationId: 'promote',
    summary: 'Let a kept model serve',
    params: version,
    query: promoteQuery,
    status: 200,
    answer: json(modelSchema),
    problems: ['MODEL_NOT_FOUND', 'MODEL_QUARANTINED', ...UNFIT, 'STOPPING', 'OVERLOADED'],
  },
  {
    method: 'post',
    path: '/v1/models/{version}/rollback',
    operationId: 'rollback',
    summary: 'Return to the model before, and quarantine this one',
    params: version,
    status: 200,
    answer: json(modelSchema),
    problems: ['MODEL_NOT_FOUND', 'NO_PREDECESSOR', ...UNFIT, 'STOPPING', 'OVERLOADED'],
  },
  {
    method: 'get',
    path: '/v1/status',
    operationId: 'status',
    summary: 'Everything at a glance',
    status: 200,
    answer: json(statusSchema),
    problems: ['STOPPING'],
  },
  {
    method: 'get',
    path: '/v1/stream',
    operationId: 'stream',
    summary: 'WebSocket: what happens, as it happens',
    description:
      'Streams JSON messages {"type": "enriched" | "outcome" | "state", ...}; with types=...,bars also {"type": "bars", ' +
      '"instrument_id", "oldest_ts", "bars"}: the columns of the bars that were added, revised or late, and ts_event of the ' +
      'oldest one that is still held. A client may send {"type": "signal", ...} with ' +
      'the fields of a Signal, durable and include_bars (true), and {"type": "bars", "instrument_id", "bars"}; each is answered by ' +
      '{"type": "answer" | "bars_receipt" | "error"}, with the ref it came with. A client that reads too slowly is closed with ' +
      '1013, one that sends too fast with 1008; 1001 says that the service is stopping.',
    query: streamQuery,
    messages: { send: clientMessageSchema, receive: serverMessageSchema },
    status: 101,
    answer: {},
    problems: ['BAD_REQUEST', 'INVALID_VALUE', 'STOPPING', 'OVERLOADED'],
  },
  {
    method: 'get',
    path: '/healthz',
    operationId: 'health',
    summary: 'Whether the process lives; needs no token',
    status: 200,
    answer: json(healthSchema),
    problems: [],
  },
  {
    method: 'head',
    path: '/healthz',
    operationId: 'healthHead',
    summary: 'Whether the process lives, without a body; needs no token',
    status: 200,
    answer: {},
    problems: [],
  },
  {
    method: 'get',
    path: '/readyz',
    operationId: 'readiness',
    summary: 'Whether signals may be sent here; needs no token',
    description: 'It says why not only where no token is set, and the Host header names this service.',
    status: 200,
    alsoStatus: 503,
    answer: json(readinessSchema),
    problems: [],
  },
  {
    method: 'head',
    path: '/readyz',
    operationId: 'readinessHead',
    summary: 'Whether signals may be sent here, without a body; needs no token',
    status: 200,
    alsoStatus: 503,
    answer: {},
    problems: [],
  },
  {
    method: 'get',
    path: '/metrics',
    operationId: 'metrics',
    summary: 'Figures for Prometheus',
    status: 200,
    answer: { 'text/plain': { schema: z.string() } },
    problems: [],
  },
  {
    method: 'get',
    path: '/openapi.json',
    operationId: 'openapi',
    summary: 'This document',
    status: 200,
    answer: json(z.looseObject({ openapi: z.string() })),
    problems: [],
  },
];

/** Schemas that no route names by itself, and that the document shows all the same. */
export const EXTRA_SCHEMAS: readonly z.ZodType[] = [lineErrorSchema];
