import { once } from 'node:events';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { mergeBars } from '../../dashboard/data/merge-bars.ts';
import type { Bars, BarsEvent } from '../../dashboard/data/types.ts';
import { Rng, stringifyLossless } from '../../src/core/index.ts';
import { type Bar, BarSeries } from '../../src/domain/index.ts';
import { barsToWire } from '../../src/wire/index.ts';
import { get, type LiveServer, liveServer, post, signalText, WALK } from '../support/live-server.ts';

const N_STEPS = 100;

/** A connection to the stream that asked for bars, which also sends them: a receipt comes after the event of its bars. */
class BarStream {
  readonly events: BarsEvent[] = [];
  readonly #socket: WebSocket;
  #onReceipt: () => void = () => undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as BarsEvent | { readonly type: 'bars_receipt' };
      if (message.type === 'bars') this.events.push(message);
      else this.#onReceipt();
    });
  }

  static async open(url: string): Promise<BarStream> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream?types=bars`);
    const stream = new BarStream(socket);
    await once(socket, 'open');
    return stream;
  }

  async send(id: string, bars: BarSeries): Promise<void> {
    const receipt = new Promise<void>((resolve) => {
      this.#onReceipt = resolve;
    });
    this.#socket.send(stringifyLossless({ type: 'bars', instrument_id: id, bars: barsToWire(bars) }));
    await receipt;
  }
}

/** A run of neighbouring bars; some with holes in it, some with other numbers than before. */
function anyBars(rng: Rng): BarSeries {
  const from = rng.nextInt(WALK.length - 30);
  const rows = Array.from({ length: 1 + rng.nextInt(30) }, (_, i) => WALK.bar(from + i));
  const kept = rows.filter((_, i) => i === 0 || rng.nextInt(5) > 0);
  const revise = (bar: Bar): Bar => (rng.nextInt(4) === 0 ? { ...bar, volume: 1 + rng.nextInt(1000) } : bar);
  return BarSeries.fromBars(kept.map(revise));
}

async function heldBars(live: LiveServer, limit: number): Promise<Bars> {
  const { text } = await get(`${live.url}/v1/instruments/A/bars?limit=${limit}`);
  return (JSON.parse(text) as { readonly bars: Bars }).bars;
}

test.each([
  { limit: 400, heldBars: 200, seed: 1 },
  { limit: 120, heldBars: 5000, seed: 2 },
])('bars of the stream, merged, are those of the API: %o', async ({ limit, heldBars: held, seed }) => {
  const live = await liveServer({ server: { heldBars: held } });
  try {
    const rng = new Rng(seed);
    const stream = await BarStream.open(live.url);
    let page = await heldBars(live, limit);
    let nMerged = 0;
    for (let step = 0; step < N_STEPS; step++) {
      if (step % 10 === 7) await post(`${live.url}/v1/signals`, signalText(120 + step, { instrument_id: 'A' }));
      await stream.send(step % 10 === 3 ? 'B' : 'A', anyBars(rng));
      if (rng.nextInt(8) === 0) {
        page = await heldBars(live, limit); // some events are in it already, and are merged again
        nMerged = Math.max(0, nMerged - rng.nextInt(5));
      }
      const events = stream.events.slice(nMerged).filter(({ instrument_id: id }) => id === 'A');
      page = mergeBars(page, events, limit);
      nMerged = stream.events.length;
      expect(page, `seed ${seed}, step ${step}`).toEqual(await heldBars(live, limit));
    }
    const tooOld = stream.events.filter(({ bars, oldest_ts: oldestTs }) => bars.ts_event[0] < oldestTs);
    expect(tooOld, 'no event has bars that are not held').toEqual([]);
    expect(page.ts_event.length, 'as many as are held, or asked for').toBe(Math.min(limit, held));
  } finally {
    await live.server.close(1000);
  }
});
