import type { Socket } from 'node:net';
import helmet from '@fastify/helmet';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { ConditionError } from '../core/index.ts';
import { addBodyReaders } from './body.ts';
import { FailureLog } from './failure-log.ts';
import { LoopLag } from './loop-lag.ts';
import { ServerMetrics } from './metrics.ts';
import { ROUTES } from './openapi/routes.ts';
import { type ProblemCode, problemHeaders, problemOf, RequestError, rawProblem } from './problem.ts';
import { addControlRoutes } from './routes/control-routes.ts';
import { addProbeRoutes } from './routes/probe-routes.ts';
import { addSignalRoutes } from './routes/signal-routes.ts';
import { addressOf, checkBinding } from './security/bind-policy.ts';
import { addGate, pathOf } from './security/gate.ts';
import type { ServerContext, ServerOptions, SignalServer } from './server-options.ts';
import { addStreamRoute, type StreamDesk } from './stream/stream-route.ts';

const HEADERS_TIMEOUT_MS = 5000;
const REQUEST_TIMEOUT_MS = 10_000;
/** A connection on which nothing moves for so long while an answer is due is cut, milliseconds. */
const SILENCE_MS = 60_000;
const KEEP_ALIVE_MS = 65_000;
/** How often the timeouts above are looked at, milliseconds. */
const CHECK_MS = 1000;
const MAX_HEADER_BYTES = 16_384;
/** A percent-encoded id of 256 characters fits. */
const MAX_PARAM_LENGTH = 4096;
const CLOSE_DEADLINE_MS = 10_000;

/**
 * Builds the HTTP and WebSocket server of a service; it listens when told to.
 *
 * @throws {ConditionError} when the address would open the service to other machines without token and TLS.
 */
export async function createServer(options: ServerOptions): Promise<SignalServer> {
  checkBinding(options.config.server, options.secrets);
  const metrics = new ServerMetrics(options.version);
  metrics.follow(options.service);
  const context: ServerContext = {
    ...options,
    metrics,
    lag: new LoopLag(() => performance.now()),
    failures: new FailureLog(options.logger),
    startedMs: options.nowMs(),
    isStopping: false,
    nWatchers: 0,
  };
  const app = createApp(options);
  app.server.maxConnections = options.config.server.maxConnections;
  app.setErrorHandler((error, _request, reply) => sendProblem(context, error, reply));
  app.setNotFoundHandler((request) => {
    throw missingRoute(request);
  });
  await app.register(helmet, helmetOptions(options.secrets.tls !== null));
  addGate(app, context);
  addBodyReaders(app, options.config.server);
  const stream = await addStreamRoute(app, context);
  addSignalRoutes(app, context);
  addControlRoutes(app, context);
  addProbeRoutes(app, context);
  await app.ready();
  return {
    app,
    listen: () => listen(app, context),
    close: (deadlineMs = CLOSE_DEADLINE_MS) => close(app, context, stream, deadlineMs),
  };
}

function createApp({ secrets: { tls } }: ServerOptions): FastifyInstance {
  const timeouts = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: CHECK_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
  };
  return fastify({
    ...(tls === null ? { http: timeouts } : { https: { ...timeouts, ...tls, minVersion: 'TLSv1.2' } }),
    logger: false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: SILENCE_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: false, // the gate says it in our words
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) => {
      writeProblem(reply, error);
    },
  } as Parameters<typeof fastify>[0]) as unknown as FastifyInstance;
}

function helmetOptions(isTls: boolean): Parameters<typeof helmet>[1] {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'self'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
    },
    frameguard: { action: 'deny' },
    hsts: isTls,
  };
}

async function listen(
  app: FastifyInstance,
  { config, secrets, lag }: ServerContext,
): Promise<{ readonly url: string }> {
  const { host, port } = config.server;
  try {
    await app.listen({ host: addressOf(host), port, exclusive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new ConditionError('server.port', 'a free port (0 takes any)', port);
    if (code === 'EACCES') throw new ConditionError('server.port', 'a port this user may open', port);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new ConditionError('server.host', 'an address of this machine', host);
    }
    throw error;
  }
  lag.start();
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new ConditionError('server.host', 'an IP address', host);
  const isAny = address.address === '0.0.0.0' || address.address === '::';
  const reachable = isAny ? '127.0.0.1' : address.address;
  const inUrl = reachable.includes(':') ? `[${reachable}]` : reachable;
  return { url: `${secrets.tls === null ? 'http' : 'https'}://${inUrl}:${address.port}` };
}

async function close(
  app: FastifyInstance,
  context: ServerContext,
  stream: StreamDesk,
  deadlineMs: number,
): Promise<void> {
  context.isStopping = true;
  context.lag.stop();
  stream.close();
  const cutting = setTimeout(() => app.server.closeAllConnections(), deadlineMs);
  await app.close().finally(() => clearTimeout(cutting));
}

function sendProblem({ metrics, failures }: ServerContext, error: unknown, reply: FastifyReply): FastifyReply {
  const code = writeProblem(reply, error);
  metrics.noteProblem(code);
  if (code === 'INTERNAL') failures.note(error);
  return reply;
}

function writeProblem(reply: FastifyReply, error: unknown): ProblemCode {
  const problem = problemOf(error);
  reply.code(problem.status).headers(problemHeaders(error, problem.code));
  reply.header('content-type', 'application/problem+json').send(JSON.stringify(problem));
  return problem.code;
}

function missingRoute(request: FastifyRequest): RequestError {
  const path = pathOf(request.raw);
  const methods = ROUTES.filter((route) => patternOf(route.path).test(path)).map(({ method }) => method.toUpperCase());
  if (methods.length === 0) return new RequestError('NOT_FOUND', 'there is no such route; /openapi.json lists them');
  const allow = methods.join(', ');
  return new RequestError('METHOD_NOT_ALLOWED', `this route takes ${allow}`, { allow });
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{[a-z_]+\}/g, '[^/]+')}$`);
}

/** Answers what never became a request: broken, too slow or too long. */
function answerBrokenRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const codes: Readonly<Record<string, ProblemCode>> = {
    HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
    ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
  };
  socket.end(rawProblem(codes[error.code ?? ''] ?? 'BAD_REQUEST'), () => socket.destroy());
}
