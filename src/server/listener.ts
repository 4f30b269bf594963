import { createServer as createPlain, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { Socket } from 'node:net';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { ConditionError } from '../core/index.ts';
import type { ProblemCode } from '../wire/index.ts';
import type { FrontDoor } from './admission/front-door.ts';
import { rawProblem } from './problem.ts';
import { writeProblem } from './refusals.ts';
import { pathOf, STREAM_PATH } from './request-path.ts';
import type { PlainSignals } from './routes/plain-signals.ts';
import { addressOf } from './security/bind-policy.ts';
import type { ServerContext, ServerOptions } from './server-options.ts';

const HEADERS_TIMEOUT_MS = 5000;
const REQUEST_TIMEOUT_MS = 10_000;
/** Time without traffic after which a connection that waits for an answer is closed, milliseconds. */
const SILENCE_MS = 60_000;
const KEEP_ALIVE_MS = 65_000;
/** Time between two checks of the timeouts above, milliseconds. */
const CHECK_MS = 1000;
const MAX_HEADER_BYTES = 16_384;
/** Maximum length of a path parameter: an id of 256 characters, percent-encoded. */
const MAX_PARAM_LENGTH = 4096;

/**
 * Makes a Fastify instance with limits on the resources of a connection, whose requests all meet the front door first. Those that
 * are plain signals need no router.
 */
export function createApp(context: ServerContext, door: FrontDoor, plain: PlainSignals): FastifyInstance {
  return fastify({
    serverFactory: (route: RequestListener) => {
      const answer = plain.before(route);
      return serverOf(context, (request, response) => door.meet(request, response, answer));
    },
    logger: false,
    forceCloseConnections: 'idle',
    return503OnClosing: false, // the gate answers with a problem
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) => void writeProblem(reply, error),
  } as Parameters<typeof fastify>[0]) as unknown as FastifyInstance;
}

function serverOf({ secrets: { tls }, connections }: ServerContext, listener: RequestListener): Server {
  const limits = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: CHECK_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    requireHostHeader: false, // the gate checks it, with a better error
    // Other upgrades, such as the offer of HTTP/2 that some clients send, are ignored and the request is answered.
    shouldUpgradeCallback: isForStream,
  };
  const secure = { ...limits, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: HEADERS_TIMEOUT_MS } as const;
  const server = tls === null ? createPlain(limits, listener) : createSecure(secure, listener);
  server.setTimeout(SILENCE_MS);
  server.prependListener('connection', (socket: Socket) => connections.accept(socket));
  server.prependListener('secureConnection', (socket: Socket) => connections.secure(socket));
  // Node closes such a connection without a word where nobody listens.
  server.on('connect', (_request, socket) => socket.end(rawProblem('METHOD_NOT_ALLOWED'), () => socket.destroy()));
  return server;
}

/** Whether a request asks for an upgrade to the WebSocket. */
function isForStream(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket' && pathOf(request) === STREAM_PATH;
}

/**
 * Starts to listen.
 *
 * @returns an address at which this machine reaches the server.
 * @throws {ConditionError} naming the setting that is wrong.
 */
export async function listen(
  app: FastifyInstance,
  { config, secrets }: ServerOptions,
): Promise<{ readonly url: string }> {
  const { host, port } = config.server;
  try {
    await app.listen({ host: addressOf(host), port, exclusive: true });
  } catch (error) {
    throw addressError(error, host, port);
  }
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new ConditionError('server.host', 'an IP address', host);
  const isAny = address.address === '0.0.0.0' || address.address === '::';
  const reachable = isAny ? '127.0.0.1' : address.address;
  const inUrl = reachable.includes(':') ? `[${reachable}]` : reachable;
  return { url: `${secrets.tls === null ? 'http' : 'https'}://${inUrl}:${address.port}` };
}

function addressError(error: unknown, host: string, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return new ConditionError('server.port', 'a free port (0 takes any)', port);
  if (code === 'EACCES') return new ConditionError('server.port', 'a port this user may open', port);
  const isOfSystem = (error as NodeJS.ErrnoException).syscall !== undefined;
  return isOfSystem ? new ConditionError('server.host', `an address of this machine (${code})`, host) : error;
}

/** Answers a request that Node could not read because it was broken, too slow or too long. */
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
