import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ServiceError } from '../../core/index.ts';
import { checkBy, noQuery } from '../../wire/index.ts';
import { ROUTES } from '../openapi/routes.ts';
import { RequestError } from '../problem.ts';
import { missingRoute } from '../refusals.ts';
import { isHaltPath, isPagePath, isProbePath, pathOf, STREAM_PATH } from '../request-path.ts';
import type { ServerContext } from '../server-options.ts';
import { HostList, OriginList } from './allow-lists.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { tokenCheck } from './token.ts';

const BODY_TYPE = /^application\/(?:json|x-ndjson|ndjson)\s*(?:;\s*charset="?utf-8"?\s*)?$/i;
// Made once: an error with its stack would be most of the cost of a refusal.
const STOPPING = new ServiceError('STOPPING', 'the service is stopping; send the request again when it is back');
const OVERLOADED = new ServiceError('OVERLOADED', 'the service is overloaded; try again in a second');
const WRONG_TYPE = new RequestError(
  'UNSUPPORTED_MEDIA_TYPE',
  'content-type must be application/json or application/x-ndjson, in UTF-8',
);
const COMPRESSED = new RequestError('UNSUPPORTED_MEDIA_TYPE', 'the body must not be compressed (no content-encoding)');
/** Routes that take no query, as Fastify names them. Probes are called by tools that add one of their own. */
const WITHOUT_QUERY: ReadonlySet<string> = new Set(
  ROUTES.filter(({ path, query }) => query === undefined && !isProbePath(path)).map(
    ({ method, path }) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
  ),
);
const PREFLIGHT = {
  ...SECURITY_HEADERS,
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'authorization, content-type',
  'access-control-max-age': '600',
};

/** Requests that were let in already; upgrades do not pass the front door and are checked when the router has them. */
const ADMITTED = Symbol('admitted');

/**
 * A check of host, origin and token, which needs no router.
 *
 * @returns whether the request was answered here. @throws {RequestError | ServiceError} when it is refused.
 */
export type Admission = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Makes the check that every request passes, WebSocket upgrades included. */
export function makeAdmission(context: ServerContext): Admission {
  const { config, secrets, lag } = context;
  const hosts = new HostList(config.server);
  const origins = new OriginList(config.server, secrets.tls !== null);
  const checkToken = secrets.token === null ? null : tokenCheck(secrets.token);

  const check = (raw: IncomingMessage, response: ServerResponse): boolean => {
    const host = hosts.check(raw);
    const foreign = origins.check(raw, host);
    if (foreign !== null && allowOrigin(raw, response, foreign)) return true;
    const path = pathOf(raw);
    if (isProbePath(path) || isPagePath(path)) return false;
    checkToken?.(raw.headers.authorization ?? (path === STREAM_PATH ? bearerOfProtocol(raw) : undefined));
    if (!path.startsWith('/v1/')) return false;
    if (context.isStopping) throw STOPPING;
    if (raw.method !== 'POST') return false;
    // A halt must get through when nothing else does: it costs nothing, and each moment without it may cost money.
    if (lag.isBehind && !isHaltPath(path)) throw OVERLOADED;
    return false;
  };
  return (raw: Admitted, response) => {
    const isAnswered = check(raw, response);
    raw[ADMITTED] = true;
    return isAnswered;
  };
}

/** Refuses what the front door has not seen, and requests without a route before a body of which nothing is known is looked at. */
export function addGate(app: FastifyInstance, { connections }: ServerContext, admit: Admission): void {
  app.addHook('onRequest', (request, reply, done) => {
    const raw: Admitted = request.raw;
    try {
      if (raw[ADMITTED] === undefined && admit(raw, reply.raw)) return void reply.hijack();
      if (request.is404) throw missingRoute(request);
      if (raw.method === 'POST' && hasBody(raw)) checkBodyHeaders(raw);
      if (raw.url?.includes('?')) refuseUnknownQuery(request);
      done();
    } catch (error) {
      if (connections.noteRefusal(raw.socket)) reply.header('connection', 'close');
      done(error as Error);
    }
  });
}

interface Admitted extends IncomingMessage {
  [ADMITTED]?: true;
}

/** A route that takes no query refuses one; the other routes check theirs. @throws {ConditionError} */
function refuseUnknownQuery({ method, routeOptions: { url }, query }: FastifyRequest): void {
  if (WITHOUT_QUERY.has(`${method} ${url}`)) checkBy(noQuery, query, 'query');
}

/** Whether a request has a body, or says that one comes. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
}

/** Reads the token from a WebSocket subprotocol, in base64url, because a browser cannot send headers with a WebSocket. */
function bearerOfProtocol({ headers }: IncomingMessage): string | undefined {
  const offered = headers['sec-websocket-protocol']?.split(',') ?? [];
  const token = offered.map((text) => /^ml4t\.bearer\.([\w-]{1,700})$/.exec(text.trim())?.[1]).find((text) => text);
  return token === undefined ? undefined : `Bearer ${Buffer.from(token, 'base64url').toString('latin1')}`;
}

/** Adds the CORS headers of an allowed page. @returns whether the request was a preflight, which is answered here. */
function allowOrigin({ method }: IncomingMessage, response: ServerResponse, origin: string): boolean {
  response.setHeader('access-control-allow-origin', origin).setHeader('vary', 'origin');
  if (method !== 'OPTIONS') return false;
  response.writeHead(204, PREFLIGHT).end();
  return true;
}

/** Refuses other content types, which a web page can send to another origin without a preflight, and compressed bodies. */
function checkBodyHeaders({ headers }: IncomingMessage): void {
  if (!BODY_TYPE.test(headers['content-type'] ?? '')) throw WRONG_TYPE;
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') throw COMPRESSED;
}
