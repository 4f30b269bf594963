import type { FastifyInstance } from 'fastify';
import { toSnakeCase } from '../../config/index.ts';
import { stringifyLossless } from '../../core/index.ts';
import type { ExplainedSignal, ShownSignal, TriggerHistory } from '../../live/index.ts';
import {
  barsQuery,
  barsToWire,
  checkBy,
  instrumentOf,
  outcomeToWire,
  recentQuery,
  type SignalDetail,
  signalIdOf,
  triggersQuery,
  type WireTriggers,
} from '../../wire/index.ts';
import { MAX_ANSWER_BYTES } from '../admission/front-door.ts';
import type { ServerContext } from '../server-options.ts';
import { sendJson } from './send.ts';

const DEFAULT_LIMIT = 200;
const DEFAULT_TRIGGERS = 20;

/** What a page shows of the latest signals, bars and retrainings. */
export function addViewRoutes(app: FastifyInstance, { service }: ServerContext): void {
  app.get('/v1/signals', (request, reply) => {
    const { instrument_id: instrumentId, limit } = checkBy(recentQuery, request.query, 'query');
    const signals = service.recentSignals(instrumentId ?? null, limit ?? DEFAULT_LIMIT);
    return sendJson(reply, `{"signals":[${textsWithin(MAX_ANSWER_BYTES, signals).join(',')}]}`);
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

  app.get('/v1/instruments', (_request, reply) =>
    sendJson(reply, stringifyLossless({ instruments: service.instrumentIds })),
  );

  app.get<{ Params: { instrument_id: string } }>('/v1/instruments/:instrument_id/bars', (request, reply) => {
    const { limit } = checkBy(barsQuery, request.query, 'query');
    const instrumentId = instrumentOf(request.params.instrument_id);
    const series = service.heldBars(instrumentId, limit ?? DEFAULT_LIMIT);
    const bars = series === null ? NO_BARS : barsToWire(series);
    return sendJson(reply, stringifyLossless({ instrument_id: instrumentId, bars }));
  });
}

/** Texts of the first signals whose length fits into `most` characters together. */
function textsWithin(most: number, signals: readonly ShownSignal[]): string[] {
  const texts: string[] = [];
  let length = 0;
  for (const signal of signals) {
    const text = shownText(signal);
    length += text.length + 1;
    if (length > most) break;
    texts.push(text);
  }
  return texts;
}

function triggerToWire({ moves, ...trigger }: TriggerHistory): WireTriggers['triggers'][number] {
  const timed = moves.map(({ state, atMs, note }) => ({ state, at: new Date(atMs).toISOString(), note }));
  return { ...toSnakeCase(trigger), moves: timed };
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

/** The recorded answer is JSON text already; latency, lateness and repetition are no part of the record. */
function explainedText({ entry, bars, outcome, barriers, vennAbers, ...explained }: ExplainedSignal): string {
  const { answer, answerHash, transport, receivedMs } = entry;
  const detail: Omit<SignalDetail, 'enriched'> = {
    transport,
    received: new Date(receivedMs).toISOString(),
    ...toSnakeCase(explained),
    venn_abers: vennAbers,
    outcome: outcome === null ? null : outcomeToWire(outcome),
    barriers: barriers === null ? null : toSnakeCase(barriers),
    bars: barsToWire(bars),
  };
  const rest = stringifyLossless(detail);
  return `{"enriched":${answer.slice(0, -1)},"answer_hash":"${answerHash}"},${rest.slice(1)}`;
}
