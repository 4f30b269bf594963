import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  BarSeries,
  createOrchestrator,
  createSignalService,
  type Ml4tError,
  OrchestratorConfig,
  type OrchestratorConfigInput,
  SILENT,
  type Side,
  SignalEvent,
  type SignalService,
  simulateMarket,
} from '../../src/index.ts';

// Whoever has an answer has a record of it, and of the bars behind it, in the real journal.

const directory = mkdtempSync(join(tmpdir(), 'ml4t-record-first-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const market = simulateMarket({ nBars: 4000, edge: 0.2, breakAt: null, seed: 21 }).bars;

let nFiles = 0;
function configOf(input: OrchestratorConfigInput = {}): OrchestratorConfig {
  const name = `${nFiles++}`;
  return OrchestratorConfig({
    modelPath: join(directory, `${name}.onnx`),
    forest: { nEstimators: 15 },
    redisEnabled: false,
    ...input,
    server: { dataDir: join(directory, name), port: 0, ...input.server },
  });
}

interface Shape {
  readonly low: number;
  readonly high: number;
  readonly volume: number;
}

/** Bars that alternate between a low and a high price. */
function barsOf({ low, high, volume }: Shape, n = 100, start = 0): BarSeries {
  const at = (value: (i: number) => number): Float64Array =>
    Float64Array.from({ length: n }, (_, i) => value(start + i));
  const close = at((i) => (i % 2 === 0 ? low : high));
  return BarSeries.fromColumns({
    tsEvent: BigInt64Array.from({ length: n }, (_, i) => market.tsEvent[0] + BigInt(start + i) * 60_000_000_000n),
    open: close,
    high: at(() => high),
    low: at(() => low),
    close,
    volume: at(() => volume),
    takerBuyVolume: null,
  });
}

const MAX = Number.MAX_VALUE;
const PRICES = [MAX, 1e308, 1e154, 1, 1e-300, Number.MIN_VALUE];
const SHAPES: readonly Shape[] = PRICES.flatMap((high) =>
  PRICES.filter((low) => low <= high).flatMap((low) => [0, MAX].map((volume) => ({ low, high, volume }))),
);

/** Submits. @returns the code of the refusal; null where it was answered, and then it is recorded and known. */
async function submitted(service: SignalService, event: SignalEvent): Promise<string | null> {
  try {
    const receipt = await service.submit(event);
    expect(receipt.answer.isDuplicate).toBe(false);
    await receipt.recorded;
  } catch (error) {
    return (error as Ml4tError).code;
  }
  const again = await service.submit(event);
  expect(again.answer.isDuplicate, event.signalId).toBe(true);
  return null;
}

describe('a signal by bars of any size', () => {
  test.each([
    ['without a model', false],
    ['with a model', true],
  ])('%s has a record, or no answer and no trace', async (_, isTrained) => {
    const config = configOf();
    if (isTrained) {
      const orchestrator = createOrchestrator(config, { logger: SILENT, workers: 1 });
      await orchestrator.train(market);
      await orchestrator.stop();
    }
    const service = await createSignalService(config, { logger: SILENT });
    const answered: string[] = [];
    const codes: (string | null)[] = [];
    for (const [k, shape] of SHAPES.entries()) {
      for (const signal of [1, -1, 0] as const) {
        const bars = barsOf(shape);
        const instrumentId = `I${k}:${signal}`;
        const event = new SignalEvent({ instrumentId, signal, timestamp: bars.tsEvent[99], bars });
        const code = await submitted(service, event);
        codes.push(code);
        if (code === null) answered.push(event.signalId);
        else {
          expect([code, instrumentId]).toEqual(['INVALID_VALUE', instrumentId]);
          expect(service.heldBars(instrumentId, 1), 'its bars are not kept either').toBeNull();
        }
      }
    }
    expect(codes.filter((code) => code !== null).length, 'some overflow').toBeGreaterThan(0);
    expect(service.status().journal.status).toBe('ok');
    await service.stop();
    const next = await createSignalService(config, { logger: SILENT });
    for (const signalId of answered) expect((await next.explain(signalId)).entry.signalId).toBe(signalId);
    await next.stop();
  });

  test('says what is wrong with the bars', async () => {
    const service = await createSignalService(configOf(), { logger: SILENT });
    const bars = barsOf({ low: 1, high: 1e308, volume: 1 });
    const event = new SignalEvent({ instrumentId: 'X', signal: 1, timestamp: bars.tsEvent[99], bars });
    const refused = (): unknown => service.submit(event);
    expect(refused).toThrow(/^bars must be such that every number of the answer and its record is finite, was /);
    service.addBars('X', bars);
    const bare = { signalId: 'held', instrumentId: 'X', signal: 1 as Side, timestamp: bars.tsEvent[99], bars: null };
    expect(() => service.submit(bare), 'also by bars that are held').toThrow('such that every number');
    expect(service.status().counts.rejected).toEqual({ INVALID_VALUE: 2 });
    await service.stop();
  });

  test('has an outcome that is recorded, also where its return is more than a number holds', async () => {
    const config = configOf({ labels: { maxHoldingBars: 5 } });
    const service = await createSignalService(config, { logger: SILENT });
    const outcomes: string[] = [];
    service.on('outcome', ({ outcome }) => void outcomes.push(`${outcome.signalId} ${outcome.outcome}`));
    const low = { low: 1e-10, high: 1.1e-10, volume: 1 };
    const bars = barsOf(low);
    for (const signal of [1, -1] as const) {
      const event = new SignalEvent({
        instrumentId: 'X',
        signal,
        timestamp: bars.tsEvent[99],
        bars,
        signalId: `s${signal}`,
      });
      await (await service.submit(event)).recorded;
    }
    for (let i = 100; i < 110; i++)
      await service.addBars('X', barsOf({ low: 1.6e308, high: 1.7e308, volume: 1 }, 1, i)).recorded;
    await expect.poll(() => outcomes.length).toBe(2);
    await service.stop();
    const next = await createSignalService(config, { logger: SILENT });
    expect(next.status().outcomes.nPending, 'none is open after a restart').toBe(0);
    for (const signal of [1, -1]) expect((await next.explain(`s${signal}`)).outcome).not.toBeNull();
    await next.stop();
  });
});

describe('a full queue', () => {
  test.each([0, 1])('refuses a signal before its answer, also after %i bare ones', async (nBare) => {
    const service = await createSignalService(configOf({ journal: { maxQueue: 100 } }), { logger: SILENT });
    await service.addBars('HELD', market.slice(0, 200)).recorded;
    const records: Promise<void>[] = [];
    let nRefused = 0;
    const submit = (event: Parameters<SignalService['submit']>[0]): void => {
      try {
        const receipt = service.submit(event);
        if (receipt instanceof Promise) throw new Error('it is answered at once');
        records.push(receipt.recorded);
      } catch (error) {
        expect(error).toMatchObject({ code: 'OVERLOADED' });
        nRefused++;
      }
    };
    for (let k = 0; k < nBare; k++) {
      const timestamp = market.tsEvent[199] + BigInt(k);
      submit({ signalId: `bare${k}`, instrumentId: 'HELD', signal: 1, timestamp, bars: null });
    }
    for (let k = 0; k < 200; k++) {
      const bars = market.slice(k, k + 100);
      submit(new SignalEvent({ instrumentId: `I${k}`, signal: 1, timestamp: bars.tsEvent[99], bars }));
    }
    expect(nRefused).toBeGreaterThan(100);
    expect((await Promise.allSettled(records)).filter(({ status }) => status === 'rejected')).toEqual([]);
    await service.stop();
  });

  test('refuses bars before they are held', async () => {
    const service = await createSignalService(configOf({ journal: { maxQueue: 100 } }), { logger: SILENT });
    const records: Promise<void>[] = [];
    let nRefused = 0;
    for (let k = 0; k < 400; k++) {
      try {
        records.push(service.addBars(`I${k}`, market.slice(0, 1)).recorded);
      } catch (error) {
        expect(error).toMatchObject({ code: 'OVERLOADED' });
        expect(service.heldBars(`I${k}`, 1)).toBeNull();
        nRefused++;
      }
    }
    expect(nRefused).toBeGreaterThan(100);
    expect((await Promise.allSettled(records)).filter(({ status }) => status === 'rejected')).toEqual([]);
    await service.stop();
  });
});

test('a clock that gives no time costs no answer its record', async () => {
  let now = Number(market.tsEvent[3000] / 1_000_000n);
  const clock = { monotonicNs: () => 0, nowMs: () => now };
  const service = await createSignalService(configOf(), { logger: SILENT, clock });
  for (const [k, broken] of [Number.NaN, Number.POSITIVE_INFINITY, 1e300].entries()) {
    now = broken;
    const bars = market.slice(k, k + 100);
    const code = await submitted(
      service,
      new SignalEvent({ instrumentId: 'X', signal: 1, timestamp: bars.tsEvent[99], bars }),
    );
    expect(['INVALID_VALUE', 'FUTURE_TIMESTAMP'], String(broken)).toContain(code);
  }
  now = Number(market.tsEvent[3000] / 1_000_000n);
  await service.stop();
});
