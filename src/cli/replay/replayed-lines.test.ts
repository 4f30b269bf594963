import { expect, test } from 'vitest';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { servedBy } from '../../../test/support/replayed-model.ts';
import { createOrchestrator } from '../../app/index.ts';
import { OrchestratorConfig } from '../../config/index.ts';
import { replay } from '../../orchestrator/index.ts';
import { SILENT } from '../../ports/index.ts';
import { replayedLines } from './replayed-lines.ts';

test('a line has the features the model was asked about, and how the trade ended', () => {
  const bars = randomWalk(1500, 3);
  const { tsEvent, close } = bars;
  const asked: number[][] = [];
  const remember = (row: ArrayLike<number>): number => {
    asked.push(Array.from(row));
    return 0.5;
  };
  const options = { instrumentId: 'X', side: null };
  const entries = replay(
    servedBy(() => 0.5),
    bars,
    options,
  ).map(({ t0 }) => tsEvent[t0]);
  const [firstBarTs, lastBarTs] = [entries[20], entries[60]]; // both of them bars with a signal
  const orchestrator = servedBy(remember, { firstBarTs, lastBarTs });
  const replayed = replay(orchestrator, bars, options);
  const names = orchestrator.inferenceLoop.model?.featureNames ?? [];
  const lines = replayedLines(replayed, names, tsEvent);
  const ofModel = lines.filter((line) => line.features !== null);
  expect(ofModel.length).toBe(asked.length);
  expect(ofModel.length).toBeGreaterThan(100);
  ofModel.forEach(({ features }, k) => {
    expect(Object.keys(features as object)).toEqual([...names]);
    expect(Object.values(features as object).map(Math.fround)).toEqual(asked[k].map(Math.fround));
  });
  lines.forEach((line, k) => {
    const { t0, t1, ret, other, enriched } = replayed[k];
    expect(line.before_training).toBe(tsEvent[t0] < firstBarTs);
    expect(line.in_sample).toBe(tsEvent[t0] <= lastBarTs);
    if (t1 < 0) expect(line).toMatchObject({ outcome: null, label: null, return: null, exit_ts: null, excess: null });
    else {
      expect(line).toMatchObject({ return: ret, exit_ts: tsEvent[t1], label: ret > 0 ? 1 : 0 });
      const side = enriched.signalEvent.signal;
      if (line.outcome === 'vertical') expect(line.return).toBeCloseTo(side * (close[t1] / close[t0] - 1), 12);
      if (other !== null) expect((line.coin as number) + (line.excess as number)).toBeCloseTo(ret, 15);
    }
  });
});

test('without a model there are no features, and outcomes all the same', () => {
  const bars = randomWalk(400, 4);
  const orchestrator = createOrchestrator(OrchestratorConfig(), { logger: SILENT });
  const [line] = replayedLines(replay(orchestrator, bars, { instrumentId: 'X', side: null }), [], bars.tsEvent);
  expect(line.features).toBeNull();
  expect(line.outcome).not.toBeNull();
  expect([line.in_sample, line.before_training]).toEqual([false, false]);
});
