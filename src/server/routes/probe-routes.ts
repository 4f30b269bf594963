import type { FastifyInstance } from 'fastify';
import { toSnakeCase } from '../../config/index.ts';
import { stringifyLossless } from '../../core/index.ts';
import type { Readiness, Status } from '../../wire/index.ts';
import { openApiDocument } from '../openapi/document.ts';
import { HostList } from '../security/allow-lists.ts';
import type { ServerContext } from '../server-options.ts';
import { onceATurn } from './once-a-turn.ts';
import { sendJson } from './send.ts';

/** The routes of operators and their tools. */
export function addProbeRoutes(app: FastifyInstance, context: ServerContext): void {
  const { service, bus, metrics, lag, version, secrets } = context;
  const document = stringifyLossless(openApiDocument(context));

  const hosts = new HostList(context.config.server);

  app.get('/healthz', { exposeHeadRoute: true }, (_request, reply) => sendJson(reply, '{"alive":true}'));

  app.get('/readyz', { exposeHeadRoute: true }, (request, reply) => {
    const readiness = readinessOf(context);
    const { ready } = readiness;
    // A page that reaches the service by a name of its own learns no reasons, nor does anybody where they want a token.
    const told = secrets.token === null && hosts.isNamedBy(request.raw) ? readiness : { ready };
    return sendJson(reply.code(ready ? 200 : 503), stringifyLossless(told));
  });

  app.get('/metrics', async (_request, reply) => {
    const { nStreamClients, connections } = context;
    const { size: nConnections, unreadBytes } = connections;
    const figures = { lagMs: lag.lagMs, nStreamClients, nConnections, unreadBytes };
    const text = await metrics.render(service.status(), bus?.health ?? null, figures);
    return reply.header('content-type', metrics.registry.contentType).send(text);
  });

  app.get('/openapi.json', (_request, reply) => sendJson(reply, document));

  const statusText = onceATurn(() => {
    const status = service.status();
    const wire = toSnakeCase(status);
    const answer: Status = {
      version,
      uptime_seconds: (context.clock.monotonicNs() - context.startedNs) / 1e9,
      ...wire,
      counts: { ...wire.counts, rejected: status.counts.rejected }, // its keys are codes, not names
      bus: bus === null ? null : toSnakeCase({ ...bus.health }),
      event_loop_lag_ms: lag.lagMs,
      n_watchers: context.nStreamClients,
    };
    return stringifyLossless(answer);
  });
  app.get('/v1/status', (_request, reply) => sendJson(reply, statusText()));
}

/** Whether this server takes signals. Redis is shown, but does not matter: signals come over HTTP without it. */
function readinessOf({ service, bus, isStopping }: ServerContext): Readiness {
  const { journal } = service.status();
  const reasons: string[] = [];
  if (isStopping) reasons.push('the service is stopping');
  if (journal.status !== 'ok') reasons.push(`the journal is ${journal.status}: ${journal.reason ?? 'no reason known'}`);
  if (!service.isReady && reasons.length === 0) reasons.push('the service takes no signals');
  return {
    ready: reasons.length === 0,
    reasons,
    journal: journal.status,
    bus: bus?.health.status ?? 'off',
    bus_reason: bus?.health.reason ?? null,
  };
}
