import { describe, expect, test } from 'vitest';
import { modelOf, trainHere } from '../../../test/support/trained.ts';
import { OrchestratorConfig } from '../../config/index.ts';
import { BARRIER_KINDS, type GivenTrades, givenLabeler, tripleBarrierLabeler } from '../../labeling/index.ts';
import { simulateMarket } from '../../simulation/index.ts';
import { labelBars } from '../dataset/instrument-events.ts';
import { rebook } from '../dataset/rebooked-events.ts';
import { labelInstrument } from './told-events.ts';

const { bars } = simulateMarket({ nBars: 1600, edge: 0.2, breakAt: null, seed: 31 });
const config = OrchestratorConfig({ labels: { slMultiplier: 2 } });
const labeler = tripleBarrierLabeler(config.labels);
const side = new Int8Array(bars.length).map((_, i) => (i % 5 === 0 ? (i % 2 === 0 ? 1 : -1) : 0));
const TOLD = BARRIER_KINDS.indexOf('told');

/** Outcomes that were reported of every third signal from bar 600 on: other ones than the labeler would find. */
const told: GivenTrades = (() => {
  const index = Int32Array.from({ length: 40 }, (_, k) => 600 + 15 * k);
  return {
    index,
    exit: index.map((bar) => bar + 3),
    side: Int8Array.from(index, (bar) => side[bar]),
    label: Uint8Array.from(index, (_, k) => k % 2),
    ret: Float64Array.from(index, (_, k) => (k % 2 === 0 ? -0.5 : 0.5)),
  };
})();
const instrument = { instrument: null, bars, side, told };

describe('a reported outcome', () => {
  const events = labelInstrument(instrument, config, labeler);
  const computed = labelBars(bars, side, config, labeler);

  test('stands for what the labeler says of its signal; its other side is unknown; the others stay as they are', () => {
    expect([...events.t0], 'the same events').toEqual([...computed.t0]);
    let nTold = 0;
    for (const [k, bar] of events.t0.entries()) {
      const row = told.index.indexOf(bar);
      const found = { t1: events.t1[k], label: events.label[k], ret: events.ret[k], kind: events.kind[k] };
      expect(events.risk[k], 'one unit of R').toBe(computed.risk[k]);
      if (row < 0) {
        expect(found).toEqual({
          t1: computed.t1[k],
          label: computed.label[k],
          ret: computed.ret[k],
          kind: computed.kind[k],
        });
        expect(events.otherRet[k]).toBe(computed.otherRet[k]);
        continue;
      }
      nTold++;
      expect(found).toEqual({ t1: told.exit[row], label: told.label[row], ret: told.ret[row], kind: TOLD });
      expect([events.otherT1[k], events.otherRet[k]]).toEqual([-1, Number.NaN]);
    }
    expect(nTold).toBe(told.index.length);
  });

  test('has its columns on shared memory, as every event has', () => {
    const given = givenLabeler(config.labels);
    const labelled = labelInstrument({ instrument: null, bars, side: null, labels: told }, config, given);
    for (const [name, column] of [...Object.entries(events), ...Object.entries(labelled)]) {
      if (typeof column !== 'number') expect(column.buffer, name).toBeInstanceOf(SharedArrayBuffer);
    }
  });

  test('is booked by no rule of fills', () => {
    const n = events.t0.length;
    const terms = [{ tickSize: null, tickBps: null, costBps: 1, costSource: 'set' as const }];
    const rows = { instrument: new Int32Array(n), entry: events.t0, side: events.side, kind: events.kind, terms };
    const { ret, otherRet } = rebook(rows, { instruments: [instrument], config }, 'close');
    for (let k = 0; k < n; k++)
      if (events.kind[k] === TOLD) expect([ret[k], otherRet[k]]).toEqual([Number.NaN, Number.NaN]);
    expect(ret.some(Number.isFinite)).toBe(true);
  });

  test('of no signal, or of the other side, is refused', () => {
    const other = { ...told, side: told.side.map((each) => -each) };
    expect(() => labelInstrument({ ...instrument, told: other }, config, labeler)).toThrow(
      'told.side[0] must be that of the signal at its bar',
    );
    expect(() => labelInstrument({ ...instrument, side: null }, config, labeler)).toThrow('told must be left out');
    const none = {
      ...told,
      index: new Int32Array(),
      exit: new Int32Array(),
      side: new Int8Array(),
      label: new Uint8Array(),
      ret: new Float64Array(),
    };
    expect(labelInstrument({ ...instrument, told: none }, config, labeler)).toEqual(computed);
  });

  test('changes the model, its fingerprint and what it learned; no coin judges it', async () => {
    const settings = { forest: { nEstimators: 6 }, walkForward: { nFolds: 3 } };
    const [without, withTold] = await Promise.all([
      trainHere(bars, settings, { side }),
      trainHere(bars, settings, { side, told }),
    ]);
    const { dataset, metrics } = withTold;
    expect(dataset.kind.filter((kind) => kind === TOLD).length).toBe(told.index.length);
    const rows = [...dataset.kind.keys()].filter((k) => dataset.kind[k] === TOLD);
    expect(rows.map((k) => dataset.ret[k])).toEqual([...told.ret]);
    expect(rows.every((k) => Number.isNaN(dataset.coin[k]) && Number.isNaN(dataset.excess[k]))).toBe(true);
    expect(metrics.nJudged).toBeLessThan(without.metrics.nJudged);
    expect(metrics.coin, 'of the others it is known').toBe('known');
    const [a, b] = [modelOf(without), modelOf(withTold)].map(({ metadata }) => metadata);
    expect(b.dataFingerprint).not.toBe(a.dataFingerprint);
    expect(b.config.labels, 'the labeler is the same').toEqual(a.config.labels);
  });
});

test('handed in as labels they are the events, and R is ATR(14)', () => {
  const given = labelInstrument({ instrument: null, bars, side: null, labels: told }, config, givenLabeler());
  expect([...given.t0]).toEqual([...told.index]);
  const computed = labelBars(bars, side, config, labeler);
  const k = computed.t0.indexOf(told.index[0]);
  expect(given.risk[0]).toBeCloseTo(computed.risk[k] / 2, 15);
});
