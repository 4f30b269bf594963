import { expect, test } from 'vitest';
import { sha256 } from '../../../test/support/small-model.ts';
import { alone, steppingClock } from '../../../test/support/trained.ts';
import { OrchestratorConfig } from '../../config/index.ts';
import { simulateMarket } from '../../simulation/index.ts';
import { inlineCompute } from '../index.ts';
import type { InstrumentBars } from '../instrument-bars.ts';
import { prepareTraining } from '../training-run.ts';
import { runWalkForward } from '../walk-forward.ts';
import { countedTrades } from './judge-training.ts';

const marketOf = (seed: number) => simulateMarket({ nBars: 3000, edge: 0.2, breakAt: null, seed }).bars;

test.each<[string, readonly InstrumentBars[]]>([
  ['one instrument', alone(marketOf(3))],
  ['two', [3, 4].map((seed) => ({ instrument: `M${seed}.SIM`, bars: marketOf(seed), side: null }))],
])('what is judged of %s is read where the events lie, on shared memory', async (_, instruments) => {
  const config = OrchestratorConfig({ forest: { nEstimators: 5 }, labels: { costBps: 0.5 } });
  const machinery = { pool: inlineCompute(), sha256, clock: steppingClock(), onProgress: () => undefined };
  const { context } = await prepareTraining({ instruments, config }, machinery);
  const tested = await runWalkForward(context, () => undefined);
  const { events } = context;
  const { probability, baseRate, isAnswered, decisions } = tested;
  const { rows, trades } = countedTrades(events, tested);
  const { end, ...columns } = trades;
  expect(end.buffer).toBeInstanceOf(SharedArrayBuffer);
  const sources: Record<string, unknown> = { ...events, probability, baseRate, isAnswered, ...decisions };
  for (const [name, column] of Object.entries(columns)) {
    const source = sources[name] as Float64Array;
    expect(column.buffer, name).toBeInstanceOf(SharedArrayBuffer);
    expect(column.buffer, name).toBe(source.buffer);
    expect(column[0], name).toBe(source[rows[0]]);
  }
});
