import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ControlledJournal } from '../../test/support/controlled-journal.ts';
import { ControlledRegistry } from '../../test/support/controlled-registry.ts';
import {
  liveService,
  messageAt,
  OVER_HTTP,
  OVER_STREAM,
  smallModelBytes,
  submitNow,
} from '../../test/support/live-service.ts';
import { randomWalk } from '../../test/support/random-walk.ts';
import { sha256 } from '../../test/support/small-model.ts';
import { until } from '../../test/support/until.ts';
import { type Ml4tError, parseLossless } from '../core/index.ts';
import { BarSeries } from '../domain/index.ts';
import { readModel } from '../model/onnx/index.ts';
import type { RecordedSignal } from '../ports/index.ts';
import type { SignalMessage } from '../wire/index.ts';
import { recomputeDecision } from './recompute.ts';
import type { SignalService } from './signal-service.ts';

const bars = randomWalk(400, 11, { gaps: 0 });

function answerOf(text: string): Record<string, unknown> {
  return parseLossless(text) as Record<string, unknown>;
}

function codeOf(act: () => unknown): string {
  try {
    act();
    return 'none';
  } catch (error) {
    return (error as Ml4tError).code;
  }
}

/** Keeps another model. @returns its version. */
async function keepSecond(registry: ControlledRegistry): Promise<string> {
  const bytes = smallModelBytes(2);
  const { version } = readModel(bytes, { sha256 });
  await registry.add(version, bytes);
  return version;
}

/** Feeds bars [from, to) one by one. */
function feed(service: SignalService, from: number, to: number): void {
  for (let i = from; i < to; i++) service.addBars('SIM', bars.slice(i, i + 1));
}

describe('an answer', () => {
  test('is what was asked, with a hash that anyone can check', async () => {
    const { service } = await liveService();
    const receipt = submitNow(service, messageAt(bars, 150, { signalId: 'abc' }), OVER_HTTP);
    const answer = answerOf(receipt.text);
    expect(answer).toMatchObject({ signal_id: 'abc', source: 'model', duplicate: false, late: false });
    const lasting = `${receipt.text.slice(0, receipt.text.indexOf(',"answer_hash"'))}}`;
    expect(createHash('sha256').update(lasting).digest('hex')).toBe(answer.answer_hash);
  });

  test('without bars is that of the same signal with them', async () => {
    const held = await liveService();
    feed(held.service, 0, 200);
    const without = submitNow(held.service, messageAt(bars, 150, { bars: null }), OVER_HTTP);
    const sent = await liveService();
    const withBars = submitNow(sent.service, messageAt(bars, 150), OVER_HTTP);
    expect(without.answerHash).toBe(withBars.answerHash);
  });

  test('carries the bars when asked, and the hash stays', async () => {
    const { service } = await liveService();
    const message = messageAt(bars, 150);
    const first = submitNow(service, message, OVER_HTTP);
    const again = await service.submit(message, { ...OVER_HTTP, includeBars: true });
    const event = answerOf(again.text).signal_event as { bars: { close: number[] }; n_bars?: number };
    expect(event.bars.close).toEqual([...bars.slice(51, 151).close]);
    expect(event.n_bars).toBeUndefined();
    expect(again.answerHash).toBe(first.answerHash);
  });

  test('that comes later than the budget is flagged, not withheld', async () => {
    const { service } = await liveService();
    const receipt = submitNow(service, messageAt(bars, 150), { ...OVER_HTTP, waitedMs: 11 });
    expect(answerOf(receipt.text).late).toBe(true);
    expect(service.status().counts.late).toBe(1);
  });

  test('is the default, with the reason, while no model serves', async () => {
    const { service } = await liveService({ model: null });
    const answer = answerOf(submitNow(service, messageAt(bars, 150), OVER_HTTP).text);
    expect(answer).toMatchObject({ meta_confidence: 0.5, source: 'default', model_available: false });
    expect(answer.reason, 'no path of a machine, so that replicas agree').toBe('no model serves (MODEL_NOT_FOUND)');
  });
});

describe('the same signal again', () => {
  const message = messageAt(bars, 150, { signalId: 'abc' });

  test('gets the same answer and one record, also when another model serves by then', async () => {
    const { service, journal, registry } = await liveService();
    const first = submitNow(service, message, OVER_HTTP);
    await service.promote(await keepSecond(registry));
    const again = submitNow(service, message, OVER_STREAM);
    expect(again.isDuplicate).toBe(true);
    expect(again.answerHash).toBe(first.answerHash);
    expect(answerOf(again.text)).toMatchObject({ meta_confidence: answerOf(first.text).meta_confidence });
    expect(journal.signals.length).toBe(1);
  });

  test('while the first is not written yet, waits for the same record', async () => {
    const journal = new ControlledJournal();
    const { service } = await liveService({ journal });
    journal.isHeld = true;
    const first = submitNow(service, message, OVER_STREAM);
    const again = submitNow(service, message, OVER_STREAM);
    expect(again.isDuplicate).toBe(true);
    expect(again.recorded).toBe(first.recorded);
    journal.flush();
    await again.recorded;
    expect(journal.signals.length).toBe(1);
  });

  test('with another body is a conflict', async () => {
    const { service } = await liveService();
    submitNow(service, message, OVER_HTTP);
    const bodies: Partial<SignalMessage>[] = [
      { signal: -1 },
      { timestamp: message.timestamp + 1n },
      { instrumentId: 'OTHER' },
      { bars: bars.slice(50, 150) },
    ];
    for (const body of bodies) {
      expect(codeOf(() => submitNow(service, { ...message, ...body }, OVER_HTTP))).toBe('ID_CONFLICT');
    }
  });

  test('with more old bars before the window is another one', async () => {
    const { service } = await liveService();
    submitNow(service, message, OVER_HTTP);
    const more = { ...message, bars: bars.slice(20, 151) };
    expect(() => submitNow(service, more, OVER_HTTP)).toThrow('used before for a signal with another body');
  });

  test('after a restart gets the recorded answer', async () => {
    const before = await liveService();
    const first = submitNow(before.service, message, OVER_HTTP);
    const after = await liveService({ journal: before.journal, registry: before.registry });
    expect(submitNow(after.service, message, OVER_HTTP).answerHash).toBe(first.answerHash);
    expect(before.journal.signals.length).toBe(1);
  });
});

describe('a decision never changes', () => {
  test('a revised bar counts from the next signal on', async () => {
    const { service } = await liveService();
    feed(service, 0, 200);
    const first = submitNow(service, messageAt(bars, 150, { bars: null, signalId: 'x' }), OVER_HTTP);
    const revised = { ...bars.bar(149), volume: bars.bar(149).volume * 20 };
    service.addBars('SIM', BarSeries.fromBars([revised]));
    expect(submitNow(service, messageAt(bars, 150, { bars: null, signalId: 'x' }), OVER_HTTP).answerHash).toBe(
      first.answerHash,
    );
    const next = submitNow(service, messageAt(bars, 150, { bars: null, signalId: 'y' }), OVER_HTTP);
    expect(answerOf(next.text).toxicity).not.toBe(answerOf(first.text).toxicity);
    expect(service.status().counts.bars.revised).toBe(1);
  });

  test('what was journalled of a signal are the bars it was judged by, to the bit', async () => {
    const { service, journal } = await liveService();
    feed(service, 0, 200);
    submitNow(service, messageAt(bars, 150, { bars: null, signalId: 'x' }), OVER_HTTP);
    const revised = { ...bars.bar(149), volume: 1 };
    service.addBars('SIM', BarSeries.fromBars([revised]));
    submitNow(service, messageAt(bars, 160, { signalId: 'y' }), OVER_HTTP);
    for (const [id, end] of [
      ['x', 150],
      ['y', 160],
    ] as const) {
      const record = await journal.findSignal(id);
      const window = await journal.readBars(record?.barIds ?? new Float64Array());
      expect(window.bar(99)).toEqual(bars.bar(end));
      expect([...window.volume]).toEqual([...bars.slice(end - 99, end + 1).volume]);
    }
  });
});

describe('turned away', () => {
  test.each([{ timestamp: 5 }, { timestamp: null }, { bars: undefined }, { bars: [] }, { bars: { bars } }])(
    'what types would forbid, with a code: %o',
    async (change) => {
      const { service, journal } = await liveService();
      const written = journal.entries.length;
      const message = { ...messageAt(bars, 150), ...change } as unknown as SignalMessage;
      expect(codeOf(() => submitNow(service, message, OVER_HTTP))).toBe('INVALID_VALUE');
      if ('bars' in change)
        expect(codeOf(() => service.addBars('SIM', message.bars as BarSeries))).toBe('INVALID_VALUE');
      expect(journal.entries.length).toBe(written);
    },
  );

  test('too few bars brought, a time from the future, a broken rule: nothing is recorded or held', async () => {
    const { service, journal } = await liveService({ nowMs: () => 1_700_000_100_000 });
    feed(service, 0, 2);
    const written = journal.entries.length;
    expect(codeOf(() => submitNow(service, messageAt(bars, 150, { bars: null }), OVER_HTTP))).toBe('FUTURE_TIMESTAMP');
    const few = { ...messageAt(bars, 150), timestamp: bars.tsEvent[1], bars: bars.slice(0, 2) };
    expect(codeOf(() => submitNow(service, few, OVER_HTTP))).toBe('NOT_ENOUGH_BARS');
    const weak = { ...messageAt(bars, 1, { bars: null, strength: 1.5 }), timestamp: bars.tsEvent[1] };
    expect(
      codeOf(() => submitNow(service, weak, OVER_HTTP)),
      'while it warms up, too',
    ).toBe('INVALID_VALUE');
    expect(codeOf(() => service.addBars('SIM', bars.slice(300, 301)))).toBe('FUTURE_TIMESTAMP');
    const backwards = { ...messageAt(bars, 150), timestamp: bars.tsEvent[1] };
    expect(codeOf(() => submitNow(service, backwards, OVER_HTTP))).toBe('INVALID_VALUE');
    expect(journal.entries.length).toBe(written);
    expect(service.status().counts.rejected).toEqual({ FUTURE_TIMESTAMP: 1, NOT_ENOUGH_BARS: 1, INVALID_VALUE: 2 });
  });

  test.each([
    ['full', 'JOURNAL_FULL'],
    ['busy', 'JOURNAL_BUSY'],
  ] as const)(
    'while the journal is %s no new signal is taken, a known one is answered, and then it goes on',
    async (status, code) => {
      const { service, journal } = await liveService();
      const known = messageAt(bars, 150, { signalId: 'known' });
      submitNow(service, known, OVER_HTTP);
      journal.setStatus(status);
      expect(service.isReady).toBe(false);
      expect(codeOf(() => submitNow(service, messageAt(bars, 151), OVER_HTTP))).toBe(code);
      expect(codeOf(() => service.addBars('SIM', bars.slice(152, 153)))).toBe(code);
      expect(submitNow(service, known, OVER_HTTP).isDuplicate).toBe(true);
      journal.setStatus('ok');
      expect(submitNow(service, messageAt(bars, 151), OVER_HTTP).isDuplicate).toBe(false);
    },
  );

  test('a clock that is set back lets good signals and bars wait until it is right', async () => {
    let nowMs = Number(bars.tsEvent[150] / 1_000_000n);
    const { service, journal } = await liveService({ nowMs: () => nowMs });
    service.addBars('SIM', bars.slice(0, 151));
    submitNow(service, messageAt(bars, 150, { bars: null }), OVER_HTTP);
    nowMs -= 300_000;
    expect(codeOf(() => submitNow(service, messageAt(bars, 151), OVER_HTTP))).toBe('CLOCK_BEHIND');
    expect(codeOf(() => service.addBars('SIM', bars.slice(151, 152)))).toBe('CLOCK_BEHIND');
    expect(
      codeOf(() => submitNow(service, messageAt(bars, 190), OVER_HTTP)),
      'too far even so',
    ).toBe('FUTURE_TIMESTAMP');
    nowMs += 360_000;
    expect(submitNow(service, messageAt(bars, 151), OVER_HTTP).isDuplicate).toBe(false);
    expect(journal.health.status).toBe('ok');
  });

  test('past the bound of records that wait', async () => {
    const journal = new ControlledJournal();
    const { service } = await liveService({ journal, config: { server: { maxInFlight: 2 } } });
    journal.isHeld = true;
    submitNow(service, messageAt(bars, 150), OVER_HTTP);
    submitNow(service, messageAt(bars, 151), OVER_HTTP);
    expect(codeOf(() => submitNow(service, messageAt(bars, 152), OVER_HTTP))).toBe('OVERLOADED');
    journal.isHeld = false;
    journal.flush();
    await Promise.resolve();
    expect(codeOf(() => submitNow(service, messageAt(bars, 152), OVER_HTTP))).toBe('none');
  });

  test('a durable signal whose record cannot be written was never taken: no record, no outcome, free to come again', async () => {
    const journal = new ControlledJournal();
    const { service } = await liveService({ journal });
    journal.isHeld = true;
    const message = messageAt(bars, 150, { signalId: 'abc' });
    const receipt = submitNow(service, message, OVER_STREAM);
    const settled = expect(receipt.recorded).rejects.toMatchObject({ code: 'JOURNAL_FULL' });
    journal.setStatus('full');
    await settled;
    journal.isHeld = false;
    journal.setStatus('ok');
    feed(service, 151, 170);
    expect(journal.outcomes).toEqual([]);
    expect(journal.signals).toEqual([]);
    expect(submitNow(service, message, OVER_STREAM).isDuplicate).toBe(false);
  });
});

describe('outcomes', () => {
  test('of every signal come by themselves, once, and count in the figures', async () => {
    const { service, journal } = await liveService();
    feed(service, 0, 100);
    for (let i = 100; i < 300; i++) {
      feed(service, i, i + 1);
      if (i % 5 === 0) submitNow(service, messageAt(bars, i, { bars: null }), OVER_HTTP);
    }
    feed(service, 300, 320);
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    const { outcomes } = service.status();
    expect(journal.outcomes.length).toBe(40);
    expect(new Set(journal.outcomes.map(({ signalId }) => signalId)).size).toBe(40);
    expect(outcomes).toMatchObject({ nMatured: 40, nPending: 0, nInWindow: 40 });
    const confidences = new Map(journal.signals.map(({ signalId, confidence }) => [signalId, confidence]));
    const hits = journal.outcomes.filter(
      ({ signalId, label }) => ((confidences.get(signalId) ?? Number.NaN) >= 0.5 ? 1 : 0) === label,
    );
    expect(outcomes.accuracy).toBe(hits.length / 40);
  });

  test('survive a restart: open ones are followed on, ended ones stay ended', async () => {
    const before = await liveService();
    feed(before.service, 0, 150);
    submitNow(before.service, messageAt(bars, 149, { bars: null, signalId: 'open' }), OVER_HTTP);
    await Promise.resolve();
    const after = await liveService({ journal: before.journal, registry: before.registry });
    expect(after.service.status().outcomes.nPending).toBe(1);
    feed(after.service, 150, 170);
    expect(after.journal.outcomes.map(({ signalId }) => signalId)).toEqual(['open']);
    const again = await liveService({ journal: before.journal, registry: before.registry });
    expect(again.service.status().outcomes).toMatchObject({ nPending: 0, nMatured: 1, nInWindow: 1 });
  });

  test('that the bars of the process before decided, and it did not come to write, are written at the start', async () => {
    const before = await liveService();
    feed(before.service, 0, 150);
    submitNow(before.service, messageAt(bars, 149, { bars: null, signalId: 'open' }), OVER_HTTP);
    feed(before.service, 150, 170);
    const journal = new ControlledJournal();
    journal.preload(before.journal.entries.filter(({ kind }) => kind !== 'outcome'));
    await liveService({ journal, registry: before.registry });
    expect(journal.outcomes.map(({ signalId }) => signalId)).toEqual(['open']);
  });

  test.each([
    ['durable', OVER_STREAM],
    ['fast', OVER_HTTP],
  ])('%s signals are followed alike', async (_, origin) => {
    const { service, journal } = await liveService();
    feed(service, 0, 150);
    submitNow(service, messageAt(bars, 149, { bars: null }), origin);
    await Promise.resolve();
    feed(service, 150, 170);
    expect(journal.outcomes.length).toBe(1);
  });

  /** Waits until the room of this turn is that of a new one. */
  const nextTurn = (): Promise<void> => delay(10);

  /** Waits until at most `nOpen` trades are open. */
  async function untilOpen(service: SignalService, nOpen: number): Promise<void> {
    await until(() => service.status().outcomes.nPending <= nOpen, `${nOpen} trades are open`);
  }

  test('of thousands of trades that one bar decides come in turns, with the signals in between, and none is forgotten', async () => {
    const { service, journal } = await liveService();
    const nTrades = 1500;
    feed(service, 0, 138);
    for (let i = 0; i < nTrades; i++) {
      const end = 125 + (i % 12);
      submitNow(service, messageAt(bars, end, { bars: null, signalId: `s${i}` }), OVER_HTTP);
    }
    const nDecided = nTrades - service.status().outcomes.nPending;
    service.addBars('SIM', bars.slice(138, 160));
    const atOnce = service.status().outcomes.nMatured - nDecided;
    expect(atOnce).toBeGreaterThan(0);
    expect(atOnce).toBeLessThan(nTrades / 2);
    submitNow(service, messageAt(bars, 159, { bars: null, signalId: 'between' }), OVER_HTTP);
    await untilOpen(service, 1);
    expect(service.status().outcomes).toMatchObject({ nMatured: nTrades, nPending: 1 });
    await service.stop();
    expect(new Set(journal.outcomes.map(({ signalId }) => signalId)).size).toBe(nTrades);
  });

  const MANY = Array.from({ length: 10 }, (_, k) => `SIM${k}`);

  /** Opens two hundred trades of each instrument, whose bars end them by the 160th. */
  function openMany(service: SignalService, instruments: readonly string[]): void {
    for (const instrumentId of instruments) {
      for (let i = 0; i < 200; i++) {
        const message = { bars: null, instrumentId, signalId: `${instrumentId}-${i}` };
        submitNow(service, messageAt(bars, 130 + (i % 8), message), OVER_HTTP);
      }
    }
  }

  test('of bars of many instruments at once come in turns, too', async () => {
    const { service } = await liveService();
    for (const instrumentId of MANY) service.addBars(instrumentId, bars.slice(0, 138));
    await nextTurn();
    openMany(service, MANY);
    const nBefore = service.status().outcomes.nMatured;
    for (const instrumentId of MANY) service.addBars(instrumentId, bars.slice(138, 160));
    const atOnce = service.status().outcomes.nMatured - nBefore;
    expect(atOnce).toBeGreaterThan(0);
    expect(atOnce).toBeLessThan(25);
    await untilOpen(service, 0);
    expect(service.status().outcomes).toMatchObject({ nMatured: 2000, nPending: 0 });
    await service.stop();
  });

  test('of trades that entered at one bar come in turns, too, and each once', async () => {
    const { service, journal } = await liveService();
    service.addBars('SIM', bars.slice(0, 138));
    await nextTurn();
    for (let i = 0; i < 300; i++)
      submitNow(service, messageAt(bars, 137, { bars: null, signalId: `s${i}` }), OVER_HTTP);
    service.addBars('SIM', bars.slice(138, 160));
    const atOnce = service.status().outcomes.nMatured;
    expect(atOnce).toBeGreaterThan(0);
    expect(atOnce).toBeLessThan(25);
    submitNow(service, messageAt(bars, 159, { bars: null, signalId: 'between' }), OVER_HTTP);
    await untilOpen(service, 1);
    await service.stop();
    expect(journal.outcomes.map(({ signalId }) => signalId)).toEqual(Array.from({ length: 300 }, (_, k) => `s${k}`));
  });

  test('of a series that comes bar by bar in one turn come with their bars', async () => {
    const { service } = await liveService();
    feed(service, 0, 138);
    for (let i = 0; i < 200; i++) {
      submitNow(service, messageAt(bars, 130 + (i % 8), { bars: null, signalId: `s-${i}` }), OVER_HTTP);
    }
    feed(service, 138, 160); // all have ended with the last
    expect(service.status().outcomes).toMatchObject({ nMatured: 200, nPending: 0 });
    await service.stop();
  });

  test('of many series that come bar by bar in one turn come with their bars', async () => {
    async function matured(instruments: readonly string[]): Promise<number[]> {
      const { service } = await liveService();
      for (const instrumentId of instruments) service.addBars(instrumentId, bars.slice(0, 138));
      openMany(service, instruments);
      const counts: number[] = [];
      for (let i = 138; i < 160; i++) {
        for (const instrumentId of instruments) service.addBars(instrumentId, bars.slice(i, i + 1));
        counts.push(service.status().outcomes.nMatured);
      }
      await service.stop();
      return counts;
    }
    const ofOne = await matured(['SIM0']);
    expect(ofOne.at(-1)).toBe(200);
    expect((await matured(MANY)).slice(1)).toEqual(ofOne.slice(1).map((n) => n * MANY.length));
  });

  test('that wait for their turn when the service stops are written before it ends', async () => {
    const { service, journal } = await liveService();
    feed(service, 0, 138);
    for (let i = 0; i < 1000; i++) {
      submitNow(service, messageAt(bars, 130 + (i % 8), { bars: null, signalId: `s${i}` }), OVER_HTTP);
    }
    service.addBars('SIM', bars.slice(138, 160));
    await service.stop();
    expect(new Set(journal.outcomes.map(({ signalId }) => signalId)).size).toBe(1000);
  });

  test('come also from the bars inside a later signal, and for a signal that comes after the bars that decide it', async () => {
    const { service, journal } = await liveService();
    submitNow(service, messageAt(bars, 149, { signalId: 'early' }), OVER_HTTP);
    submitNow(service, messageAt(bars, 170, { signalId: 'late' }), OVER_HTTP);
    expect(journal.outcomes.map(({ signalId }) => signalId)).toEqual(['early']);
    submitNow(service, messageAt(bars, 150, { signalId: 'delayed' }), OVER_HTTP);
    expect(journal.outcomes.map(({ signalId }) => signalId)).toEqual(['early', 'delayed']);
  });

  test('may be told, once', async () => {
    const { service, journal } = await liveService();
    feed(service, 0, 150);
    submitNow(service, messageAt(bars, 149, { bars: null, signalId: 'x' }), OVER_HTTP);
    const told = { signalId: 'x', label: 1, tradeReturn: 0.01, exitTs: null } as const;
    await (await service.recordOutcome(told)).recorded;
    await (await service.recordOutcome(told)).recorded;
    await expect(service.recordOutcome({ ...told, label: 0 })).rejects.toMatchObject({ code: 'OUTCOME_CONFLICT' });
    const never = service.recordOutcome({ ...told, signalId: 'never' });
    await expect(never).rejects.toMatchObject({ code: 'UNKNOWN_SIGNAL' });
    feed(service, 150, 170);
    expect(journal.outcomes.length).toBe(1);
    expect(service.status().outcomes).toMatchObject({ nMatured: 1, nPending: 0 });
  });

  test('flat signals have none', async () => {
    const { service } = await liveService();
    submitNow(service, messageAt(bars, 150, { signal: 0 }), OVER_HTTP);
    expect(service.status().outcomes.nPending).toBe(0);
  });

  test('a hole in the later bars ends a trade outside every figure', async () => {
    const { service } = await liveService();
    feed(service, 0, 150);
    submitNow(service, messageAt(bars, 149, { bars: null }), OVER_HTTP);
    feed(service, 151, 170);
    expect(service.status().outcomes).toMatchObject({ nUnresolvable: 1, nMatured: 0, nPending: 0 });
  });
});

describe('models', () => {
  test('promote and roll back change who answers, and say so', async () => {
    const registry = new ControlledRegistry();
    const { service, journal } = await liveService({ registry });
    const first = service.status().modelVersion as string;
    const second = await keepSecond(registry);
    expect((await service.promote(second)).version).toBe(second);
    expect(service.status().modelVersion).toBe(second);
    expect(registry.pointer).toMatchObject({ version: second, predecessor: first });
    await expect(service.rollback(first), 'it does not serve').rejects.toMatchObject({ code: 'NO_PREDECESSOR' });
    await service.rollback(second);
    expect(service.status().modelVersion).toBe(first);
    await expect(service.rollback(first)).rejects.toMatchObject({ code: 'NO_PREDECESSOR' });
    const moves = journal.entries.flatMap((entry) => (entry.kind === 'model' ? [[entry.version, entry.event]] : []));
    expect(moves).toEqual([
      [first, 'serves'],
      [second, 'serves'],
      [second, 'quarantined'],
      [first, 'serves'],
    ]);
  });

  test('one that may not serve changes nothing', async () => {
    const registry = new ControlledRegistry();
    const { service } = await liveService({ registry });
    const { modelVersion } = service.status();
    await registry.add('m-bad', new Uint8Array(10));
    await expect(service.promote('m-bad')).rejects.toMatchObject({ code: expect.stringMatching(/^MODEL_/) });
    await registry.add('m-renamed', smallModelBytes(2));
    await expect(service.promote('m-renamed')).rejects.toMatchObject({ code: 'MODEL_CORRUPT' });
    await expect(service.promote('m-none')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    expect(service.status().modelVersion).toBe(modelVersion);
  });

  test('the champion serves after a restart; where it may not, its predecessor does', async () => {
    const registry = new ControlledRegistry();
    const { service } = await liveService({ registry });
    const first = service.status().modelVersion;
    const version = await keepSecond(registry);
    await service.promote(version);
    expect((await liveService({ registry })).service.status().modelVersion).toBe(version);
    registry.kept.set(version, smallModelBytes(2).subarray(0, 100));
    expect((await liveService({ registry, model: null })).service.status().modelVersion).toBe(first);
  });
});

test('subscribers hear of answers, outcomes and changes, and one that fails is dropped', async () => {
  const { service, registry } = await liveService();
  const heard: string[] = [];
  service.subscribe(({ type, text }) => {
    JSON.parse(text);
    heard.push(type);
  });
  let failed = 0;
  service.subscribe(() => {
    failed++;
    throw new Error('broken subscriber');
  });
  feed(service, 0, 150);
  submitNow(service, messageAt(bars, 149, { bars: null }), OVER_HTTP);
  feed(service, 150, 170);
  await service.promote(await keepSecond(registry));
  expect(heard).toEqual(['enriched', 'outcome', 'state']);
  expect(failed, 'called once, then no more').toBe(1);
});

test('one that stops takes nothing more', async () => {
  const { service } = await liveService();
  await service.stop();
  expect(codeOf(() => submitNow(service, messageAt(bars, 150), OVER_HTTP))).toBe('STOPPING');
  expect(service.isReady).toBe(false);
});

test('one stops in its time, also where the journal does not answer a retraining', async () => {
  const journal = new ControlledJournal();
  const { service } = await liveService({ journal });
  feed(service, 0, 150);
  journal.history = () => new Promise(() => undefined);
  service.retrain('SIM');
  await new Promise((resolve) => setImmediate(resolve));
  const ended = service.stop(50).then(() => 'stopped');
  expect(await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 2000, 'hangs'))])).toBe('stopped');
});

describe('a recorded decision can be taken again', () => {
  const clock = { monotonicNs: () => 1 };

  test.each([
    ['by a model', smallModelBytes(), 1],
    ['a flat one', smallModelBytes(), 0],
    ['by none', null, -1],
  ] as const)('%s: bit for bit, also after revisions and under other settings', async (_, bytes, signal) => {
    const sizing = { fractionalKelly: 0.25 };
    const { service, journal } = await liveService({ model: bytes, config: { sizing, defaultConfidence: 0.4 } });
    feed(service, 0, 200);
    submitNow(service, messageAt(bars, 150, { bars: null, signalId: 'x', signal }), OVER_HTTP);
    service.addBars('SIM', BarSeries.fromBars([{ ...bars.bar(149), volume: 1 }]));
    const recorded = (await journal.findSignal('x')) as RecordedSignal;
    const settings = (await journal.findSettings(recorded.settingsId)) as string;
    const model = bytes === null ? null : readModel(bytes, { sha256 });
    const window = await journal.readBars(recorded.barIds);
    expect(recomputeDecision(recorded, { bars: window }, settings, model, clock).isIdentical).toBe(true);
    const otherBars = BarSeries.fromBars(
      Array.from({ length: 100 }, (_row, i) => ({ ...window.bar(i), volume: 1 + i })),
    );
    expect(recomputeDecision(recorded, { bars: otherBars }, settings, model, clock).isIdentical).toBe(false);
    const otherBits = {
      ...recorded,
      features: recorded.features?.map((x) => x * (1 + Number.EPSILON)) ?? new Float64Array(4),
    };
    expect(recomputeDecision(otherBits, { bars: window }, settings, model, clock).isIdentical).toBe(false);
  });

  test('with its bar type; a record from before series had one is as it was written then', async () => {
    const { service, journal } = await liveService();
    submitNow(service, messageAt(bars, 150, { signalId: 'x', barType: '1-MINUTE' }), OVER_HTTP);
    submitNow(service, messageAt(bars, 150, { signalId: 'before' }), OVER_HTTP);
    const model = readModel(smallModelBytes(), { sha256 });
    const recompute = async (id: string, change: (answer: string) => string) => {
      const recorded = (await journal.findSignal(id)) as RecordedSignal;
      const settings = (await journal.findSettings(recorded.settingsId)) as string;
      const answer = change(recorded.answer);
      return recomputeDecision(
        { ...recorded, answer },
        { bars: await journal.readBars(recorded.barIds) },
        settings,
        model,
        clock,
      );
    };
    const typed = await recompute('x', (answer) => answer);
    expect(typed.isIdentical).toBe(true);
    expect(typed.answer).toContain('"bar_type":"1-MINUTE"');
    const before = await recompute('before', (answer) => answer.replace('"bar_type":null,', ''));
    expect(before.answer).not.toContain('bar_type');
    expect(before.isIdentical).toBe(true);
  });

  test('only by the model of then', async () => {
    const { service, journal } = await liveService();
    submitNow(service, messageAt(bars, 150, { signalId: 'x' }), OVER_HTTP);
    const recorded = (await journal.findSignal('x')) as RecordedSignal;
    const other = readModel(smallModelBytes(2), { sha256 });
    const window = await journal.readBars(recorded.barIds);
    const act = () => recomputeDecision(recorded, { bars: window }, '{}', other, clock);
    expect(codeOf(act)).toBe('MODEL_NOT_FOUND');
  });
});
