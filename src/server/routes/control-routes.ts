import type { FastifyInstance } from 'fastify';
import { toSnakeCase } from '../../config/index.ts';
import { JournalError, type Ml4tError, ServiceError, stringifyLossless } from '../../core/index.ts';
import { outcomeToWire, type ReportedOutcome } from '../../live/index.ts';
import {
  checkBy,
  durableQuery,
  outcomeSchema,
  parseMessage,
  promoteQuery,
  retrainSchema,
  versionSchema,
} from '../../wire/index.ts';
import type { ServerContext } from '../server-options.ts';
import { sendJson, settledSoon } from './send.ts';
import { jsonBody } from './signal-routes.ts';

/** The routes used seldom: outcomes, models and retraining. */
export function addControlRoutes(app: FastifyInstance, context: ServerContext): void {
  const { service, config } = context;

  app.post('/v1/outcomes', async (request, reply) => {
    const { durable } = checkBy(durableQuery, request.query, 'query');
    const reported = readOutcome(parseMessage(jsonBody(request)), config.labels.minReturn);
    const refusal = refusalOf(context);
    if (refusal !== null) throw refusal;
    const { outcome, recorded } = service.recordOutcome(reported);
    await settledSoon(recorded, durable === 'true');
    return sendJson(reply, stringifyLossless(outcomeToWire(outcome)));
  });

  app.post('/v1/retrain', async (request, reply) => {
    const bytes = jsonBody(request);
    const { instrument_id: instrumentId } = checkBy(retrainSchema, bytes.length === 0 ? {} : parseMessage(bytes));
    const status = service.retrain(instrumentId ?? null);
    return sendJson(reply.code(202), stringifyLossless(toSnakeCase(status)));
  });

  app.get('/v1/models', async (_request, reply) =>
    sendJson(reply, stringifyLossless({ models: toSnakeCase(await service.models()) })),
  );

  app.post<{ Params: { version: string } }>('/v1/models/:version/promote', async (request, reply) => {
    jsonBody(request);
    const version = checkBy(versionSchema, request.params.version, 'version');
    const { force } = checkBy(promoteQuery, request.query, 'query');
    return sendJson(reply, stringifyLossless(toSnakeCase(await service.promote(version, force === 'true'))));
  });

  app.post<{ Params: { version: string } }>('/v1/models/:version/rollback', async (request, reply) => {
    jsonBody(request);
    const version = checkBy(versionSchema, request.params.version, 'version');
    return sendJson(reply, stringifyLossless(toSnakeCase(await service.rollback(version))));
  });
}

/** @throws {ConditionError} naming the field as it stands on the wire. */
function readOutcome(value: unknown, minReturn: number): ReportedOutcome {
  const { signal_id: signalId, label, return: reported, ts_exit: exit } = checkBy(outcomeSchema, value);
  const tradeReturn = reported === undefined ? null : Number(reported);
  const labelOfReturn = tradeReturn !== null && tradeReturn > minReturn ? 1 : 0;
  return { signalId, label: label ?? labelOfReturn, tradeReturn, exitTs: exit === undefined ? null : BigInt(exit) };
}

/** Why nothing that must be written down may be taken now. */
function refusalOf({ service }: ServerContext): Ml4tError | null {
  if (service.isReady) return null;
  const { status, reason } = service.status().journal;
  if (status === 'ok') return new ServiceError('STOPPING', 'the service is stopping; send it again when it is back');
  return new JournalError(status === 'full' ? 'JOURNAL_FULL' : 'JOURNAL_FAILED', reason ?? status);
}
