import { z } from 'zod';

/** Every error code of the API, with its HTTP status and its meaning. The OpenAPI document lists exactly these. */
export const PROBLEMS = {
  BAD_JSON: { status: 400, title: 'The body is not JSON in UTF-8' },
  INVALID_VALUE: { status: 400, title: 'A value breaks a rule', mismatchStatus: 422 },
  BAD_REQUEST: { status: 400, title: 'The request is not valid HTTP' },
  UNAUTHORIZED: { status: 401, title: 'The bearer token is missing or wrong' },
  FORBIDDEN_HOST: { status: 403, title: 'The Host header names no address of this service' },
  FORBIDDEN_ORIGIN: { status: 403, title: 'Web pages of this origin may not call' },
  NOT_FOUND: { status: 404, title: 'There is no such route' },
  UNKNOWN_SIGNAL: { status: 404, title: 'The signal is unknown, or does not wait for an outcome' },
  MODEL_NOT_FOUND: { status: 404, title: 'There is no such model' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'The route has no such method' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request took too long to arrive' },
  ID_CONFLICT: { status: 409, title: 'The signal id was used for another body' },
  OUTCOME_CONFLICT: { status: 409, title: 'Another outcome is recorded' },
  RETRAINING_RUNS: { status: 409, title: 'A retraining is running already' },
  NO_PREDECESSOR: { status: 409, title: 'There is no model to return to' },
  HALTED_AGAIN: { status: 409, title: 'It was halted again before the resume was written' },
  MODEL_CORRUPT: { status: 409, title: 'The model is damaged and may not serve' },
  MODEL_KIND: { status: 409, title: 'The model is of another kind and may not serve' },
  MODEL_FORMAT_VERSION: { status: 409, title: 'The model is of another format and may not serve' },
  MODEL_SCHEMA: { status: 409, title: 'The model needs other features and may not serve' },
  MODEL_GOLDEN_MISMATCH: { status: 409, title: 'The model does not reproduce its golden vectors and may not serve' },
  MODEL_LEARNER: { status: 409, title: 'The model needs its learner and may not serve' },
  MODEL_QUARANTINED: { status: 409, title: 'The model was taken back and may not be promoted' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is larger than allowed' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The body is neither plain JSON nor NDJSON' },
  NOT_ENOUGH_BARS: { status: 422, title: 'Too few bars were sent with the signal or before it' },
  FUTURE_TIMESTAMP: { status: 422, title: 'A time lies in the future' },
  OVERLOADED: { status: 429, title: 'Too many requests are waiting', retryAfterSeconds: 1 },
  UPGRADE_REQUIRED: { status: 426, title: 'The route is a WebSocket' },
  HEADERS_TOO_LARGE: { status: 431, title: 'The headers are larger than allowed' },
  INTERNAL: { status: 500, title: 'The service failed; its log says why' },
  JOURNAL_DAMAGED: { status: 500, title: 'The record of this signal is damaged' },
  JOURNAL_FULL: { status: 503, title: 'The disk of the journal is full', retryAfterSeconds: 5 },
  JOURNAL_BUSY: { status: 503, title: 'The journal is held up', retryAfterSeconds: 5 },
  JOURNAL_FAILED: { status: 503, title: 'The journal cannot be written', retryAfterSeconds: 30 },
  CLOCK_BEHIND: { status: 503, title: 'The clock of this machine is behind', retryAfterSeconds: 5 },
  STOPPING: { status: 503, title: 'The service is stopping', retryAfterSeconds: 5 },
} as const satisfies Readonly<
  Record<
    string,
    {
      readonly status: number;
      readonly title: string;
      readonly retryAfterSeconds?: number;
      /** Status where the value has the right form, and does not fit another one or what the service holds. */
      readonly mismatchStatus?: number;
    }
  >
>;
export type ProblemCode = keyof typeof PROBLEMS;

/** Body of an error answer (RFC 9457). */
export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('one sentence: what, the rule, what was received'),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]).describe('stable; act on this'),
    field: z.string().optional().describe('the field at fault, as it stands on the wire'),
  })
  .meta({ id: 'Problem', description: 'An error (RFC 9457).' });
export type Problem = Readonly<z.output<typeof problemSchema>>;

export const lineErrorSchema = z
  .strictObject({ error: z.strictObject({ code: z.string(), message: z.string(), line: z.int().min(1) }) })
  .meta({ id: 'LineError', description: 'What stands in place of the answer to a line that was turned away.' });
export type LineError = z.output<typeof lineErrorSchema>;
