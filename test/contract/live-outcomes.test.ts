import { describe, expect, test } from 'vitest';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { BarSeries, FILL_RULES, type Outcome, type Side } from '../../src/domain/index.ts';
import type { TradeTerms } from '../../src/labeling/index.ts';
import { encodeModel } from '../../src/model/onnx/index.ts';
import { inlineTrainer } from '../../src/trainer/index.ts';
import { labelEvents, labelerOf } from '../../src/training/index.ts';
import { headline } from '../../src/validation/index.ts';
import { ControlledJournal } from '../support/controlled-journal.ts';
import { ControlledRegistry } from '../support/controlled-registry.ts';
import { liveService, messageAt, OVER_HTTP } from '../support/live-service.ts';
import { randomWalk } from '../support/random-walk.ts';
import { readTestBars } from '../support/read-test-bars.ts';
import { sha256, smallModel } from '../support/small-model.ts';
import { alone, modelOf } from '../support/trained.ts';

const SETTINGS = { forest: { nEstimators: 4 }, walkForward: { nFolds: 2 }, events: { sampling: 'every' } } as const;
const N_BARS = 1400;
/** A service is killed after as many bars, with trades in every state. */
const KILL_EVERY = 53;

/** Prices as a vendor adjusts them: on no grid. */
function adjusted(bars: BarSeries): BarSeries {
  const factor = 1.0173091;
  return BarSeries.fromBars(
    Array.from(bars.close, (_, i) => {
      const { open, high, low, close, ...rest } = bars.bar(i);
      return { ...rest, open: open * factor, high: high * factor, low: low * factor, close: close * factor };
    }),
  );
}

/** Outcomes by bar of entry, of a service that sees bar after bar and is killed again and again. */
async function liveOutcomes(
  bars: BarSeries,
  sides: ReadonlyMap<number, Side>,
  options: { readonly config: object; readonly model: Uint8Array },
): Promise<{ readonly outcomes: Map<number, Outcome>; readonly knownAt: Map<number, number> }> {
  let journal = new ControlledJournal();
  const registry = new ControlledRegistry();
  let { service } = await liveService({ ...options, journal, registry });
  const knownAt = new Map<number, number>();
  for (let i = 0; i < bars.length; i++) {
    service.addBars('A', bars.slice(i, i + 1));
    for (const { signalId } of journal.outcomes) {
      const entry = Number(signalId);
      if (!knownAt.has(entry)) knownAt.set(entry, i);
    }
    const signal = sides.get(i);
    if (signal !== undefined) {
      const message = { ...messageAt(bars, i), instrumentId: 'A', bars: null, signal, signalId: `${i}` };
      service.submit(message, OVER_HTTP);
    }
    if (i % KILL_EVERY !== 0) continue;
    journal.setStatus('failed'); // the process is gone: it writes nothing more
    journal = journal.reopen();
    ({ service } = await liveService({ ...options, journal, registry }));
  }
  await service.stop();
  return { outcomes: new Map(journal.outcomes.map((each) => [Number(each.signalId), each])), knownAt };
}

describe('outcomes are those of the training on the same bars, bit by bit', { tags: ['real-data'] }, () => {
  const xbt = readTestBars('bitmex_XBTUSD_1m_2018H2.csv.gz', N_BARS);
  test.each([
    ...FILL_RULES.map((fill) => [fill, 0.5, xbt] as const),
    ...FILL_RULES.map((fill) => [fill, null, adjusted(xbt)] as const),
  ])('XBTUSD, fill %s, ticks of %s', async (fill, tickSize, bars) => {
    const settings = { ...SETTINGS, labels: { fill } };
    const config = OrchestratorConfig(settings);
    const { modelBytes, dataset } = await inlineTrainer().train({ instruments: alone(bars), config }, () => undefined);
    const { terms } = modelOf({ modelBytes }).metadata;
    expect(terms?.['']?.tickSize).toBe(tickSize);
    const events = labelEvents(bars, null, config, labelerOf(config, undefined, terms?.[''] ?? null));
    expect([...dataset.ret], 'these are the events of the training').toEqual([...events.ret]);
    const sides = new Map(Array.from(events.t0, (bar, k) => [bar, events.side[k] as Side]));
    const { outcomes, knownAt } = await liveOutcomes(bars, sides, { config: settings, model: modelBytes });
    let nWithCoin = 0;
    for (const [k, entry] of events.t0.entries()) {
      if (events.otherT1[k] < 0) {
        expect(outcomes.has(entry), `event at bar ${entry} has a side that is open`).toBe(false);
        continue;
      }
      nWithCoin++;
      expect(outcomes.get(entry), `event at bar ${entry}`).toMatchObject({
        label: events.label[k],
        tradeReturn: events.ret[k],
        coin: dataset.coin[k],
        excess: (events.ret[k] - events.otherRet[k]) / 2,
        costBps: terms?.['']?.costBps,
        exitTs: bars.tsEvent[events.t1[k]],
      });
      const later = Math.max(events.t1[k], events.otherT1[k]);
      expect(knownAt.get(entry), `event at bar ${entry} is known with bar ${later}`).toBe(later);
    }
    expect(nWithCoin).toBeGreaterThan(300);
    expect(outcomes.size).toBe(nWithCoin);
  });
});

/** A model whose file has these terms by instrument. */
function modelWith(seed: number, terms: Readonly<Record<string, TradeTerms>> | null): Uint8Array {
  const parts = smallModel({ seed });
  return encodeModel({ ...parts, metadata: { ...parts.metadata, terms } }, sha256);
}

const termsOf = (tickSize: number | null, costBps: number): TradeTerms => ({
  tickSize,
  tickBps: null,
  costBps,
  costSource: 'set',
});

describe('the terms of a trade', () => {
  // Prices of one digit, so that they lie on a grid of 0.1 and not of 7.
  const walk = randomWalk(160, 4, { gaps: 0, tick: 0.1 });

  test.each<[string, string, Parameters<typeof modelWith>[1], object, [number | null, number]]>([
    ['the model, by the name of the instrument', 'A', { A: termsOf(0.1, 4), B: termsOf(7, 9) }, {}, [0.1, 4]],
    ['the model of a single instrument', 'A', { '': termsOf(0.1, 4) }, {}, [0.1, 4]],
    [
      'the model for the grid, of the settings for the cost',
      'A',
      { '': termsOf(0.1, 4) },
      { costBps: 2, tickSize: 0.2 },
      [0.1, 2],
    ],
    ['the settings, for another instrument', 'A', { B: termsOf(0.1, 4) }, { costBps: 2, tickSize: 0.2 }, [0.2, 2]],
    ['the model but for the grid, where the closes lie on another', 'A', { '': termsOf(7, 4) }, {}, [null, 4]],
    ['the settings, for a file of 0.1', 'A', null, { costBps: 2 }, [null, 2]],
    ['what is assumed', 'A', null, {}, [null, 1]],
    ['the settings alone, for labels net of costs', 'A', { '': termsOf(0.1, 4) }, { netOfCosts: true }, [null, 4]],
  ])('are those of %s', async (_, instrumentId, terms, labels, expected) => {
    const { service, journal } = await liveService({ config: { labels }, model: modelWith(1, terms) });
    service.submit({ ...messageAt(walk, 120), instrumentId }, OVER_HTTP);
    const { tickSize, costBps } = journal.signals[0].trade ?? {};
    expect([tickSize, costBps]).toEqual(expected);
    await service.stop();
  });

  test('stay with it over a restart and a swap of the model, and show where it ends', async () => {
    const journal = new ControlledJournal();
    const registry = new ControlledRegistry();
    const first = await liveService({ journal, registry, model: modelWith(1, { '': termsOf(0.1, 4) }) });
    first.service.submit({ ...messageAt(walk, 120), signalId: 'before' }, OVER_HTTP);
    const [{ barriers }] = first.service.recentSignals(null, 1);
    const { entry, takeProfit, stopLoss } = barriers ?? expect.fail('it is open');
    const atr = journal.signals[0].trade?.target ?? 0;
    // Away from the entry, to the next tenth.
    expect(takeProfit).toBe(Math.ceil((entry + 2 * atr) * 10) / 10);
    expect(stopLoss).toBe(Math.floor((entry - atr) * 10) / 10);
    journal.setStatus('failed');

    const again = journal.reopen();
    const { service } = await liveService({ journal: again, registry });
    const next = modelWith(2, { '': termsOf(null, 9) });
    const { version } = modelOf({ modelBytes: next });
    await registry.add(version, next);
    await service.promote(version);
    service.submit({ ...messageAt(walk, 121), signalId: 'after' }, OVER_HTTP);
    expect((await service.explain('before')).barriers, 'the same, over the restart and the swap').toEqual(barriers);
    service.addBars('SIM', walk.slice(121, 140));
    const costs = Object.fromEntries(again.outcomes.map(({ signalId, costBps }) => [signalId, costBps]));
    expect(costs).toEqual({ before: 4, after: 9 });
    await service.stop();
  });
});

describe('a told outcome', () => {
  const walk = randomWalk(140, 4, { gaps: 0 });
  const say = { signalId: 's', label: null, exitTs: null } as const;

  test.each([
    ['gross', { tradeReturn: 0.0002 }, 0.0002, 1],
    ['net: the cost of the signal is added to it', { tradeReturn: -0.0002, isNet: true }, -0.0002 + 4e-4, 1],
    ['net, and a loss also before costs', { tradeReturn: -0.0005, isNet: true }, -0.0005 + 4e-4, 0],
    ['net, with its label', { tradeReturn: -0.0002, isNet: true, label: 0 }, -0.0002 + 4e-4, 0],
    ['a label alone', { tradeReturn: null, label: 1 }, null, 1],
  ] as const)('is %s', async (_, reported, gross, label) => {
    const { service, journal } = await liveService({ model: modelWith(1, { '': termsOf(null, 4) }) });
    service.submit({ ...messageAt(walk, 120), signalId: 's' }, OVER_HTTP);
    const { outcome } = await service.recordOutcome({ ...say, ...reported });
    const expected = { outcome: 'told', tradeReturn: gross, label, costBps: 4, isNet: false, coin: null, excess: null };
    expect(outcome).toMatchObject(expected);
    expect((await service.recordOutcome({ ...say, ...reported })).outcome, 'again').toEqual(outcome);
    expect(journal.outcomes).toEqual([outcome]);
    const other = { ...say, ...reported, tradeReturn: 0.5, isNet: true, label: 0 } as const;
    await expect(service.recordOutcome(other)).rejects.toMatchObject({ code: 'OUTCOME_CONFLICT' });
    await service.stop();
  });
});

test('between the two ends a signal has no outcome and no barriers; either side of a swap it gets both', async () => {
  const walk = randomWalk(160, 4, { gaps: 0 });
  const { service, journal, registry } = await liveService({ model: modelWith(1, null) });
  service.submit({ ...messageAt(walk, 120), signalId: 'long' }, OVER_HTTP);
  service.submit({ ...messageAt(walk, 120), signal: -1, signalId: 'short' }, OVER_HTTP);
  const states = new Set<string>();
  for (let i = 121; i < 140; i++) {
    service.addBars('SIM', walk.slice(i, i + 1));
    const [short, long] = service.recentSignals(null, 2);
    expect([short.signalId, long.signalId]).toEqual(['short', 'long']);
    expect(short.outcome === null, 'both are known with the same bar').toBe(long.outcome === null);
    states.add([short, long].map(({ barriers }) => barriers !== null).join(' '));
    if (states.size !== 2) continue;
    const next = modelWith(3, null); // one side has ended
    await registry.add(modelOf({ modelBytes: next }).version, next);
    await service.promote(modelOf({ modelBytes: next }).version);
  }
  expect(states, 'both, one, none').toHaveLength(3);
  const [a, b] = journal.outcomes;
  expect(journal.outcomes).toHaveLength(2);
  expect(a.coin).toBe(b.coin);
  expect(a.excess).toBe(-(b.excess ?? 0));
  await service.stop();
});

test('status, models and a promotion by hand say the same word and number', async () => {
  const { service, registry } = await liveService({ model: modelWith(1, null) });
  const parts = smallModel({ seed: 2 });
  const training = { ...parts.metadata.training, verdict: 'information', paysUpToBps: 0 } as const;
  const bytes = encodeModel({ ...parts, metadata: { ...parts.metadata, training } }, sha256);
  const { version } = modelOf({ modelBytes: bytes });
  await registry.add(version, bytes);
  const said = { verdict: 'information', verdictFormat: '0.2', headline: headline(training), paysUpToBps: 0 } as const;
  expect(await service.promote(version)).toMatchObject({ version, ...said });
  expect((await service.models()).find((model) => model.version === version)).toMatchObject(said);
  const atMs = registry.moves.at(-1)?.atMs ?? 0;
  const proof = { proven: false, provenUpToBps: null, primaryProvenUpToBps: null };
  expect(service.status().serving).toEqual({ version, ...said, ...proof, since: new Date(atMs).toISOString() });
  await service.stop();
});
