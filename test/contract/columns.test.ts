import { expect, test } from 'vitest';
import { createOrchestrator, inlineTrainer } from '../../src/app/index.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { Rng } from '../../src/core/index.ts';
import { BarSeries } from '../../src/domain/index.ts';
import { replay } from '../../src/orchestrator/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import type { MissingInputs } from '../../src/training/index.ts';

const { bars: market } = simulateMarket({ nBars: 3000, edge: 0.2, breakAt: null, seed: 5 });
const rng = new Rng(7);
const column = (share: number): Float64Array =>
  Float64Array.from({ length: market.length }, () => (rng.nextFloat() < share ? Number.NaN : rng.nextFloat() - 0.5));
const side = Int8Array.from({ length: market.length }, (_, i) => (i % 5 === 0 && i > 100 ? (i % 2 === 0 ? 1 : -1) : 0));
const strength = Float64Array.from(side, (each) => (each === 0 ? Number.NaN : 1 - rng.nextFloat() / 2));
const bars = BarSeries.fromColumns({
  ...market,
  columns: new Map([
    ['a', column(0.1)],
    ['both', column(0)],
  ]),
});
const sent = new Map([
  ['both', column(0.05)],
  ['signal_strength', strength],
]);
const columns = ['a', 'both', 'signal_strength'];
const modelStore = {
  read: () => Promise.reject(new Error('unused')),
  write: async () => undefined,
  checkWritable: async () => undefined,
};
const config = OrchestratorConfig({ columns, directional: ['both'], forest: { nEstimators: 10 } });
const orchestrator = createOrchestrator(config, { trainer: inlineTrainer(), modelStore, logger: SILENT });

test('a replay judges the events of the training by the same values, bit for bit, and leaves the same ones out', async () => {
  const { dataset, missing, model } = await orchestrator.train(bars, { side, sent });
  let leftOut: MissingInputs | null = null;
  const onMissing = (found: MissingInputs): void => {
    leftOut = found;
  };
  const replayed = replay(orchestrator, bars, { instrumentId: 'A', side, sent, onMissing });
  const resolved = replayed.filter(({ label }) => label !== null);
  expect(resolved.map(({ t0 }) => t0)).toEqual([...dataset.t0]);
  expect(Object.keys(missing.byFeature)).toEqual(['a', 'both']);
  expect(leftOut, 'those without an outcome too').toMatchObject({ nEvents: expect.any(Number) });
  const n = dataset.featureNames.length;
  resolved.forEach(({ enriched }, k) => {
    expect(Float64Array.from(enriched.features ?? [], Math.fround)).toEqual(
      Float64Array.from(dataset.x.subarray(k * n, (k + 1) * n)),
    );
    expect(enriched.signalEvent.strength).toBe(strength[dataset.t0[k]]);
    expect(enriched.features?.[n - 2], 'times the side').toBe(
      dataset.side[k] * (sent.get('both')?.[dataset.t0[k]] ?? Number.NaN),
    );
  });
  const first = resolved[0].enriched;
  const contributions = model.explain(first.features ?? new Float64Array(0))?.contributions ?? {};
  expect(Object.keys(contributions).slice(-3)).toEqual(columns);
  await orchestrator.stop();
});
