import type { FastifyInstance } from 'fastify';
import { toSnakeCase } from '../../config/index.ts';
import { stringifyLossless } from '../../core/index.ts';
import type { DetectorPath, ExplainedSignal, ShownSignal, TriggerHistory } from '../../live/index.ts';
import type { NumberedAnswer } from '../../ports/index.ts';
import {
  barsQuery,
  barsToWire,
  checkBy,
  explainedToWire,
  instrumentOf,
  outcomesQuery,
  outcomeToWire,
  recentQuery,
  recordedAnswer,
  type SignalDetail,
  signalIdOf,
  triggersQuery,
  type WireDetectorPath,
  type WireTriggers,
  type WireTrust,
} from '../../wire/index.ts';
import { MAX_ANSWER_BYTES } from '../admission/front-door.ts';
import type { ServerContext } from '../server-options.ts';
import { textsInTurns } from './in-turns.ts';
import { sendJson } from './send.ts';

const DEFAULT_LIMIT = 200;
const DEFAULT_TRIGGERS = 20;

/** What a page shows of the latest signals, bars and retrainings. */
export function addViewRoutes(app: FastifyInstance, { service, turnShare }: ServerContext): void {
  const textsOf = <T>(items: readonly T[], textOf: (item: T) => string): Promise<string[]> =>
    textsInTurns(turnShare, items, textOf, MAX_ANSWER_BYTES);

  app.get('/v1/signals', async (request, reply) => {
    const {
      instrument_id: instrumentId,
      after_seq: after,
      limit = DEFAULT_LIMIT,
    } = checkBy(recentQuery, request.query, 'query');
    const texts =
      after === undefined
        ? await textsOf(service.recentSignals(instrumentId ?? null, limit), shownText)
        : await textsOf(await service.signalsAfter(after, limit), numberedText);
    return turnShare.make(() => sendJson(reply, `{"signals":[${texts.join(',')}]}`));
  });

  app.get('/v1/outcomes', async (request, reply) => {
    const { after_seq: after = 0, limit = DEFAULT_LIMIT } = checkBy(outcomesQuery, request.query, 'query');
    const outcomes = await service.outcomesAfter(after, limit);
    return sendJson(reply, stringifyLossless({ outcomes: outcomes.map(outcomeToWire) }));
  });

  app.get<{ Params: { signal_id: string } }>('/v1/signals/:signal_id', async (request, reply) => {
    if (request.params.signal_id === '') return reply.callNotFound();
    const explained = await service.explain(signalIdOf(request.params.signal_id));
    return sendJson(reply, explainedText(explained));
  });

  app.get('/v1/retrain-triggers', async (request, reply) => {
    const { limit } = checkBy(triggersQuery, request.query, 'query');
    const triggers = await service.triggers(limit ?? DEFAULT_TRIGGERS);
    return sendJson(reply, stringifyLossless({ triggers: triggers.map(triggerToWire) }));
  });

  app.get('/v1/detector', (_request, reply) => {
    const path = service.detectorPath();
    return sendJson(reply, stringifyLossless({ detector: path === null ? null : detectorToWire(path) }));
  });

  app.get('/v1/trust', async (_request, reply) => {
    const report: WireTrust = toSnakeCase(await service.trust());
    return sendJson(reply, stringifyLossless(report));
  });

  app.get('/v1/instruments', (_request, reply) =>
    sendJson(reply, stringifyLossless({ instruments: service.instrumentIds })),
  );

  app.get<{ Params: { instrument_id: string } }>('/v1/instruments/:instrument_id/bars', (request, reply) => {
    const { limit, bar_type: asked } = checkBy(barsQuery, request.query, 'query');
    const instrumentId = instrumentOf(request.params.instrument_id);
    const barType = asked ?? service.usualBarType(instrumentId);
    const series = service.heldBars(instrumentId, limit ?? DEFAULT_LIMIT, barType);
    const bars = series === null ? NO_BARS : barsToWire(series);
    return sendJson(reply, stringifyLossless({ instrument_id: instrumentId, bar_type: barType, bars }));
  });
}

function triggerToWire({ moves, ...trigger }: TriggerHistory): WireTriggers['triggers'][number] {
  const timed = moves.map(({ state, atMs, note }) => ({ state, at: new Date(atMs).toISOString(), note }));
  return { ...toSnakeCase(trigger), moves: timed };
}

function detectorToWire({ path, ...detector }: DetectorPath): WireDetectorPath['detector'] {
  const points = path.map(({ outcomeSeq: seq, ts, statistic, event }) => ({ seq, ts, statistic, event }));
  return { ...toSnakeCase(detector), path: points };
}

const NO_BARS = { ts_event: [], open: [], high: [], low: [], close: [], volume: [] };

/** The answer is JSON text already. */
function shownText({ answer, outcome, barriers }: ShownSignal): string {
  const rest = stringifyLossless({
    outcome: outcome === null ? null : outcomeToWire(outcome),
    barriers: barriers === null ? null : toSnakeCase(barriers),
  });
  return `{"enriched":${answer},${rest.slice(1)}`;
}

/** One of the journal: where its trade ends, if it is open, is not looked up. */
function numberedText({ answer, answerHash, seq, outcome }: NumberedAnswer): string {
  const shown = outcome === null ? null : outcomeToWire(outcome);
  return `{"enriched":${recordedAnswer(answer, { answerHash, seq })},${stringifyLossless({ outcome: shown, barriers: null }).slice(1)}`;
}

/** The recorded answer is JSON text already; latency, lateness and repetition are no part of the record. */
function explainedText({ entry, seq, bars, outcome, barriers, profiles, ...explained }: ExplainedSignal): string {
  const { answer, answerHash, transport, receivedMs, columnValues } = entry;
  const detail: Omit<SignalDetail, 'enriched'> = {
    transport,
    received: new Date(receivedMs).toISOString(),
    ...explainedToWire(explained),
    column_values: columnValues,
    profiles: profiles === null ? null : byFeature(profiles),
    outcome: outcome === null ? null : outcomeToWire(outcome),
    barriers: barriers === null ? null : toSnakeCase(barriers),
    bars: barsToWire(bars),
  };
  const rest = stringifyLossless(detail);
  return `{"enriched":${recordedAnswer(answer, { answerHash, seq })},${rest.slice(1)}`;
}

/** A feature keeps its name. */
function byFeature(profiles: NonNullable<ExplainedSignal['profiles']>): NonNullable<SignalDetail['profiles']> {
  return Object.fromEntries(Object.entries(profiles).map(([name, profile]) => [name, toSnakeCase(profile)]));
}
