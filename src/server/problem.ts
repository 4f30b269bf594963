import { STATUS_CODES } from 'node:http';
import { ConditionError, Ml4tError } from '../core/index.ts';

/** Every error code of the API, with its HTTP status and its meaning. The OpenAPI document lists exactly these. */
export const PROBLEMS = {
  BAD_JSON: { status: 400, title: 'The body is not JSON in UTF-8' },
  INVALID_VALUE: { status: 400, title: 'A value breaks a rule' },
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
  MODEL_CORRUPT: { status: 409, title: 'The model is damaged and may not serve' },
  MODEL_FORMAT_VERSION: { status: 409, title: 'The model is of another format and may not serve' },
  MODEL_SCHEMA: { status: 409, title: 'The model needs other features and may not serve' },
  MODEL_GOLDEN_MISMATCH: { status: 409, title: 'The model does not reproduce its golden vectors and may not serve' },
  MODEL_QUARANTINED: { status: 409, title: 'The model was taken back and may not be promoted' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is larger than allowed' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The body is neither plain JSON nor NDJSON' },
  NOT_ENOUGH_BARS: { status: 422, title: 'Too few bars were sent with the signal or before it' },
  FUTURE_TIMESTAMP: { status: 422, title: 'A time lies in the future' },
  OVERLOADED: { status: 429, title: 'Too many requests are waiting', retryAfterSeconds: 1 },
  HEADERS_TOO_LARGE: { status: 431, title: 'The headers are larger than allowed' },
  INTERNAL: { status: 500, title: 'The service failed; its log says why' },
  JOURNAL_DAMAGED: { status: 500, title: 'The record of this signal is damaged' },
  JOURNAL_FULL: { status: 503, title: 'The disk of the journal is full', retryAfterSeconds: 5 },
  JOURNAL_FAILED: { status: 503, title: 'The journal cannot be written', retryAfterSeconds: 30 },
  STOPPING: { status: 503, title: 'The service is stopping', retryAfterSeconds: 5 },
} as const satisfies Readonly<
  Record<string, { readonly status: number; readonly title: string; readonly retryAfterSeconds?: number }>
>;
export type ProblemCode = keyof typeof PROBLEMS;

/** Refusal of a request by the server, before it reaches the service. */
export class RequestError extends Ml4tError<ProblemCode> {
  /** Headers that the answer must have. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(code, message);
    this.headers = headers;
  }
}

/** Body of an error answer (RFC 9457). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  /** Name on the wire of the field that is wrong. */
  readonly field?: string;
}

const FASTIFY_CODES: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'BAD_REQUEST',
  FST_ERR_BAD_URL: 'BAD_REQUEST',
  FST_ERR_MAX_PARAM_LENGTH: 'INVALID_VALUE',
  FST_ERR_ROUTE_METHOD_NOT_SUPPORTED: 'METHOD_NOT_ALLOWED',
};

/** Code of an error for the caller; `INTERNAL` for errors whose reason the caller must not see. */
export function problemCodeOf(error: unknown): ProblemCode {
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (typeof code !== 'string') return 'INTERNAL';
  if (error instanceof Ml4tError && Object.hasOwn(PROBLEMS, code)) return code as ProblemCode;
  return FASTIFY_CODES[code] ?? 'INTERNAL';
}

/** Makes the problem for the caller, which never has a stack, a path or the text of another library's error. */
export function problemOf(error: unknown): Problem {
  const code = problemCodeOf(error);
  const { status, title } = PROBLEMS[code];
  const isOurs = error instanceof Ml4tError && code !== 'INTERNAL' && code !== 'JOURNAL_DAMAGED';
  return {
    type: `urn:ml4t:problem:${code.toLowerCase()}`,
    title,
    status,
    detail: isOurs ? error.message : title,
    code,
    ...(error instanceof ConditionError ? { field: error.field } : {}),
  };
}

/** Headers of an error answer: when to try again, and whether the connection is closed. */
export function problemHeaders(error: unknown, code: ProblemCode): Record<string, string> {
  const problem: { readonly title: string; readonly retryAfterSeconds?: number } = PROBLEMS[code];
  return {
    ...(problem.retryAfterSeconds === undefined ? {} : { 'retry-after': String(problem.retryAfterSeconds) }),
    // The rest of such a body is not read.
    ...(code === 'BODY_TOO_LARGE' || code === 'STOPPING' ? { connection: 'close' } : {}),
    ...(error instanceof RequestError ? error.headers : {}),
  };
}

/** Text of a whole HTTP answer, for a connection without a readable request. */
export function rawProblem(code: ProblemCode): string {
  const body = JSON.stringify(problemOf(new RequestError(code, PROBLEMS[code].title)));
  const { status } = PROBLEMS[code];
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
    'content-type: application/problem+json',
    'x-content-type-options: nosniff',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
