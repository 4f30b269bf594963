import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ServiceError } from '../../core/index.ts';
import { checkBy, noQuery } from '../../wire/index.ts';
import { ROUTES } from '../openapi/routes.ts';
import { RequestError } from '../problem.ts';
import { missingRoute } from '../refusals.ts';
import { isHaltPath, isPagePath, isProbePath, pathOf, STREAM_PATH } from '../request-path.ts';
import type { ServerContext } from '../server-options.ts';
import { HostList, OriginList } from './allow-lists.ts';
import { tokenCheck } from './token.ts';

const BODY_TYPE = /^application\/(?:json|x-ndjson|ndjson)\s*(?:;\s*charset="?utf-8"?\s*)?$/i;
/** Routes that take no query, as Fastify names them. Probes are called by tools that add one of their own. */
const WITHOUT_QUERY: ReadonlySet<string> = new Set(
  ROUTES.filter(({ path, query }) => query === undefined && !isProbePath(path)).map(
    ({ method, path }) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
  ),
);
const PREFLIGHT = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'authorization, content-type',
  'access-control-max-age': '600',
};

/** Checks host, origin, token and headers of every request, WebSocket upgrades included, before its body is read. */
export function addGate(app: FastifyInstance, context: ServerContext): void {
  const { config, secrets, lag } = context;
  const hosts = new HostList(config.server);
  const origins = new OriginList(config.server, secrets.tls !== null);
  const checkToken = secrets.token === null ? null : tokenCheck(secrets.token);

  /** @returns whether the request was answered here. @throws {RequestError | ServiceError} when it is refused. */
  const admit = (request: FastifyRequest, reply: FastifyReply): boolean => {
    const { raw } = request;
    const host = hosts.check(raw);
    const foreign = origins.check(raw, host);
    if (foreign !== null && allowOrigin(raw, reply, foreign)) return true;
    const path = pathOf(raw);
    if (isProbePath(path) || isPagePath(path)) return false;
    checkToken?.(raw.headers.authorization ?? (path === STREAM_PATH ? bearerOfProtocol(raw) : undefined));
    if (request.is404) throw missingRoute(request); // before a body of which nothing is known is looked at
    if (!path.startsWith('/v1/')) return false;
    if (context.isStopping)
      throw new ServiceError('STOPPING', 'the service is stopping; send the request again when it is back');
    if (raw.method !== 'POST') return false;
    if (hasBody(raw)) checkBodyHeaders(raw);
    // A halt must get through when nothing else does: it costs nothing, and each moment without it may cost money.
    if (lag.isBehind && !isHaltPath(path))
      throw new ServiceError('OVERLOADED', 'the service is overloaded; try again in a second');
    return false;
  };

  app.addHook('onRequest', (request, reply, done) => {
    try {
      if (admit(request, reply)) return;
      if (request.is404) throw missingRoute(request);
      if (request.raw.url?.includes('?')) refuseUnknownQuery(request);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
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
function allowOrigin({ method }: IncomingMessage, reply: FastifyReply, origin: string): boolean {
  reply.headers({ 'access-control-allow-origin': origin, vary: 'origin' });
  if (method !== 'OPTIONS') return false;
  reply.headers(PREFLIGHT).code(204).send();
  return true;
}

/** Refuses other content types, which a web page can send to another origin without a preflight, and compressed bodies. */
function checkBodyHeaders({ headers }: IncomingMessage): void {
  if (!BODY_TYPE.test(headers['content-type'] ?? '')) {
    throw new RequestError(
      'UNSUPPORTED_MEDIA_TYPE',
      'content-type must be application/json or application/x-ndjson, in UTF-8',
    );
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new RequestError('UNSUPPORTED_MEDIA_TYPE', 'the body must not be compressed (no content-encoding)');
  }
}
