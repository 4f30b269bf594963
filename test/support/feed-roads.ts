import { expect } from 'vitest';
import WebSocket from 'ws';
import { MismatchError, stringifyLossless } from '../../src/core/index.ts';
import type { BarSeries } from '../../src/domain/index.ts';
import { barsToWire } from '../../src/wire/index.ts';
import { type LiveServer, postUntilTaken } from './live-server.ts';
import { OVER_HTTP, submitNow } from './live-service.ts';

export type Answer = Readonly<Record<string, unknown>>;

/** What a signal may come with. */
export interface SentWith {
  readonly bars?: BarSeries;
  readonly barType?: string;
}

/** One way to send bars and signals. */
export interface Road {
  /** @returns why they are refused; null where they are taken. */
  readonly bars: (bars: BarSeries, barType?: string) => Promise<string | null>;
  readonly signal: (timestamp: bigint, sent?: SentWith) => Promise<Answer>;
  readonly close: () => void;
}

/** The instrument of every road. */
export const FEED_ID = 'SIM';

/** A signal of the instrument as JSON. */
export function signalBody(timestamp: bigint, { bars, barType }: SentWith = {}): object {
  return {
    instrument_id: FEED_ID,
    signal: 1,
    timestamp,
    ...(bars && { bars: barsToWire(bars) }),
    ...(barType && { bar_type: barType }),
  };
}

const library = async ({ service }: LiveServer): Promise<Road> => ({
  bars: async (bars, barType) => {
    try {
      service.addBars(FEED_ID, bars, undefined, barType);
      return null;
    } catch (error) {
      expect(error).toBeInstanceOf(MismatchError);
      return (error as MismatchError).message;
    }
  },
  signal: async (timestamp, sent = {}) => {
    const { bars = null, barType = null } = sent;
    const message = { instrumentId: FEED_ID, signal: 1, timestamp, bars, barType, signalId: null } as const;
    return JSON.parse(submitNow(service, message, OVER_HTTP).text) as Answer;
  },
  close: () => undefined,
});

const http = async ({ url }: LiveServer): Promise<Road> => ({
  bars: async (bars, barType) => {
    const query = barType === undefined ? '' : `?bar_type=${encodeURIComponent(barType)}`;
    const answer = await postUntilTaken(`${url}/v1/bars/${FEED_ID}${query}`, stringifyLossless(barsToWire(bars)));
    expect([200, 422], answer.text).toContain(answer.status);
    return answer.status === 200 ? null : answer.text.replaceAll('\\"', '"');
  },
  signal: async (timestamp, sent) => {
    const answer = await postUntilTaken(`${url}/v1/signals`, stringifyLossless(signalBody(timestamp, sent)));
    return JSON.parse(answer.text) as Answer;
  },
  close: () => undefined,
});

const ndjson = async (live: LiveServer): Promise<Road> => ({
  ...(await http(live)),
  signal: async (timestamp, sent) => {
    const line = `${stringifyLossless(signalBody(timestamp, sent))}\n`;
    const answer = await postUntilTaken(`${live.url}/v1/signals`, line, { 'content-type': 'application/x-ndjson' });
    return JSON.parse(answer.text) as Answer;
  },
});

const websocket = async ({ url }: LiveServer): Promise<Road> => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream?types=bars`);
  const waiting = new Map<number, (message: Answer) => void>();
  let next = 0;
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Answer;
    waiting.get(message.ref as number)?.(message);
  });
  await new Promise((resolve) => socket.once('open', resolve));
  const ask = (message: object): Promise<Answer> =>
    new Promise((resolve) => {
      waiting.set(++next, resolve);
      socket.send(stringifyLossless({ ...message, ref: next }));
    });
  return {
    bars: async (bars, barType) => {
      const sent = { type: 'bars', instrument_id: FEED_ID, bar_type: barType, bars: barsToWire(bars) };
      const { type, error } = await ask(sent);
      expect(['bars_receipt', 'error']).toContain(type);
      return type === 'error' ? (error as { message: string }).message : null;
    },
    signal: async (timestamp, sent) => (await ask({ type: 'signal', ...signalBody(timestamp, sent) })).answer as Answer,
    close: () => socket.close(),
  };
};

/** Every road but Redis. */
export const ROADS = { library, http, ndjson, websocket } as const;
