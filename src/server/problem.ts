import { STATUS_CODES } from 'node:http';
import { ConditionError, MismatchError, Ml4tError } from '../core/index.ts';
import { PROBLEMS, type Problem, type ProblemCode } from '../wire/index.ts';

/** Refusal of a request by the server, before it reaches the service. */
export class RequestError extends Ml4tError<ProblemCode> {
  /** Headers that the answer must have. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(code, message);
    this.headers = headers;
  }
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
  const { title } = PROBLEMS[code];
  const status = error instanceof MismatchError ? PROBLEMS.INVALID_VALUE.mismatchStatus : PROBLEMS[code].status;
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
