import helmet from '@fastify/helmet';
import { addAnswerSizes } from './admission/answer-sizes.ts';
import { Connections } from './admission/connections.ts';
import { FrontDoor } from './admission/front-door.ts';
import { TurnShare } from './admission/turn-share.ts';
import { addBodyReaders } from './bodies/body-readers.ts';
import { BodyReceiver } from './bodies/body-receiver.ts';
import { FailureLog } from './failure-log.ts';
import { createApp, listen } from './listener.ts';
import { LoopLag } from './loop-lag.ts';
import { ServerMetrics } from './metrics.ts';
import { addRefusals } from './refusals.ts';
import { addControlRoutes } from './routes/control-routes.ts';
import { addExportRoutes } from './routes/export-routes.ts';
import { addPageRoutes } from './routes/page-routes.ts';
import { PlainSignals } from './routes/plain-signals.ts';
import { addProbeRoutes } from './routes/probe-routes.ts';
import { addSignalRoutes } from './routes/signal-routes.ts';
import { addViewRoutes } from './routes/view-routes.ts';
import { checkBinding } from './security/bind-policy.ts';
import { addGate, makeAdmission } from './security/gate.ts';
import { helmetOptions } from './security/security-headers.ts';
import type { ServerContext, ServerOptions, SignalServer } from './server-options.ts';
import { addStreamRoute, addUpgrades } from './stream/stream-route.ts';

const CLOSE_DEADLINE_MS = 10_000;

/**
 * Builds the HTTP and WebSocket server of a service. It listens after {@link SignalServer.listen}.
 *
 * @throws {ConditionError} when the address would open the service to other machines without token and TLS.
 */
export async function createServer(options: ServerOptions): Promise<SignalServer> {
  checkBinding(options.config.server, options.secrets);
  const context = contextOf(options);
  const admit = makeAdmission(context);
  const app = createApp(context, new FrontDoor(context, admit), new PlainSignals(context));
  addRefusals(app, context);
  await app.register(helmet, helmetOptions(options.secrets.tls !== null));
  await addUpgrades(app, context);
  addGate(app, context, admit);
  addAnswerSizes(app, context);
  addBodyReaders(app, context);
  const stream = addStreamRoute(app, context);
  addSignalRoutes(app, context);
  addControlRoutes(app, context);
  addProbeRoutes(app, context);
  addViewRoutes(app, context);
  addExportRoutes(app, context);
  await addPageRoutes(app);
  await app.ready();
  return {
    app,
    listen: () => {
      context.lag.start();
      context.connections.start();
      return listen(app, options);
    },
    close: async (deadlineMs = CLOSE_DEADLINE_MS) => {
      context.isStopping = true;
      context.lag.stop();
      stream.close();
      const { connections } = context;
      const timer = setTimeout(() => connections.closeAll(), deadlineMs);
      await app.close().finally(() => clearTimeout(timer));
      connections.stop();
    },
  };
}

function contextOf(options: ServerOptions): ServerContext {
  const metrics = new ServerMetrics(options.version);
  metrics.follow(options.service);
  const { config } = options;
  const limits = { maxConnections: config.server.maxConnections, unreadBytes: config.limits.unreadBytes };
  const lag = new LoopLag(() => performance.now());
  return {
    ...options,
    metrics,
    lag,
    turnShare: new TurnShare(),
    connections: new Connections(limits, metrics),
    bodies: new BodyReceiver(config.server, lag),
    failures: new FailureLog(options.logger),
    startedMs: options.nowMs(),
    startedNs: options.clock.monotonicNs(),
    isStopping: false,
    nStreamClients: 0,
  };
}
