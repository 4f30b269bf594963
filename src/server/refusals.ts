import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ProblemCode } from '../wire/index.ts';
import { ROUTES } from './openapi/routes.ts';
import { problemHeaders, problemOf, RequestError } from './problem.ts';
import { pathOf } from './request-path.ts';
import type { ServerContext } from './server-options.ts';

const PATTERNS = ROUTES.map(({ path, method }) => ({ pattern: patternOf(path), method: method.toUpperCase() }));

/** Methods of which an unknown path says that it is unknown. */
const USUAL_METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Answers every error of a request with a problem, and counts it by its code. */
export function addRefusals(app: FastifyInstance, { metrics, failures }: ServerContext): void {
  app.setErrorHandler((error, _request, reply) => {
    const code = writeProblem(reply, error);
    metrics.noteProblem(code);
    if (code === 'INTERNAL') failures.note(error);
  });
  app.setNotFoundHandler((request) => {
    throw missingRoute(request);
  });
}

/** Answers with an error. @returns its code. */
export function writeProblem(reply: FastifyReply, error: unknown): ProblemCode {
  const problem = problemOf(error);
  reply.code(problem.status).headers(problemHeaders(error, problem.code));
  reply.header('content-type', 'application/problem+json').send(JSON.stringify(problem));
  return problem.code;
}

/** Why a request has no route: its path is not known, or its method is not. A method that is none of the usual ones is refused on every path. */
export function missingRoute(request: FastifyRequest): RequestError {
  const path = pathOf(request.raw);
  const methods = PATTERNS.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
  if (methods.length === 0 && USUAL_METHODS.includes(request.method)) {
    return new RequestError('NOT_FOUND', 'there is no such route; /openapi.json lists them');
  }
  const allow = methods.length === 0 ? 'GET' : methods.join(', ');
  return new RequestError('METHOD_NOT_ALLOWED', `this route takes ${allow}`, { allow });
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{[a-z_]+\}/g, '[^/]+')}$`);
}
