import type { FastifyInstance, FastifyRequest } from 'fastify';
import { toSnakeCase } from '../../config/index.ts';
import { type Ml4tError, ServiceError, stringifyLossless } from '../../core/index.ts';
import type { ReportedOutcome } from '../../live/index.ts';
import { journalRefusal } from '../../ports/index.ts';
import {
  checkBy,
  durableQuery,
  type HaltState,
  haltRequestSchema,
  noFieldsSchema,
  outcomeToWire,
  parseMessage,
  promoteQuery,
  reportedOutcomeSchema,
  retrainRequestSchema,
  versionSchema,
  type WireModel,
  type WireModels,
  type WireRetrainStatus,
} from '../../wire/index.ts';
import type { ServerContext } from '../server-options.ts';
import { ignoreFault, sendJson, settledSoon } from './send.ts';
import { jsonBody } from './signal-routes.ts';

/** The routes used seldom: outcomes, models and retraining. */
export function addControlRoutes(app: FastifyInstance, context: ServerContext): void {
  const { service } = context;

  app.post('/v1/outcomes', async (request, reply) => {
    const { durable } = checkBy(durableQuery, request.query, 'query');
    const reported = readOutcome(parseMessage(jsonBody(request)));
    const refusal = refusalOf(context);
    if (refusal !== null) throw refusal;
    const receipt = await service.recordOutcome(reported);
    if (durable === 'true') await settledSoon(context, receipt.recorded);
    else ignoreFault(receipt.recorded);
    return sendJson(reply, stringifyLossless(outcomeToWire({ ...receipt.outcome, seq: receipt.seq })));
  });

  app.post('/v1/retrain', async (request, reply) => {
    const { instrument_id: instrumentId, bar_type: barType } = checkBy(retrainRequestSchema, optionalMessage(request));
    const status: WireRetrainStatus = toSnakeCase(service.retrain(instrumentId ?? null, barType));
    return sendJson(reply.code(202), stringifyLossless(status));
  });

  app.post('/v1/halt', async (request, reply) => {
    const { since, reason } = await service.halt(reasonIn(request));
    return sendJson(reply, stringifyLossless({ halted: true, since, reason } satisfies HaltState));
  });

  app.post('/v1/resume', async (request, reply) => {
    await service.resume(reasonIn(request));
    const answer: HaltState = { halted: false, since: null, reason: null };
    return sendJson(reply, stringifyLossless(answer));
  });

  app.get('/v1/models', async (_request, reply) => {
    const answer: WireModels = { models: toSnakeCase(await service.models()) };
    return sendJson(reply, stringifyLossless(answer));
  });

  app.post<{ Params: { version: string } }>('/v1/models/:version/promote', async (request, reply) => {
    checkBy(noFieldsSchema, optionalMessage(request));
    const version = checkBy(versionSchema, request.params.version, 'version');
    const { force } = checkBy(promoteQuery, request.query, 'query');
    const model: WireModel = toSnakeCase(await service.promote(version, force === 'true'));
    return sendJson(reply, stringifyLossless(model));
  });

  app.post<{ Params: { version: string } }>('/v1/models/:version/rollback', async (request, reply) => {
    checkBy(noFieldsSchema, optionalMessage(request));
    const version = checkBy(versionSchema, request.params.version, 'version');
    const model: WireModel = toSnakeCase(await service.rollback(version));
    return sendJson(reply, stringifyLossless(model));
  });
}

/** The message of a route that needs none: an empty one where no body came. */
function optionalMessage(request: FastifyRequest): unknown {
  const bytes = jsonBody(request);
  return bytes.length === 0 ? {} : parseMessage(bytes);
}

/** What the body of a halt or a resume says; it may be empty. */
function reasonIn(request: FastifyRequest): string | undefined {
  return checkBy(haltRequestSchema, optionalMessage(request)).reason;
}

/** @throws {ConditionError} naming the field as it stands on the wire. */
function readOutcome(value: unknown): ReportedOutcome {
  const reported = checkBy(reportedOutcomeSchema, value);
  const { signal_id: signalId, label = null, return: tradeReturn = null, net = false, ts_exit = null } = reported;
  return { signalId, label, tradeReturn, isNet: net, exitTs: ts_exit };
}

/** Why nothing that must be written down may be taken now. */
function refusalOf({ service }: ServerContext): Ml4tError | null {
  if (service.isReady) return null;
  const refusal = journalRefusal(service.status().journal);
  return refusal ?? new ServiceError('STOPPING', 'the service is stopping; send it again when it is back');
}
