import { expect, test } from 'vitest';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { servedBy } from '../../../test/support/replayed-model.ts';
import type { ModelMetadata } from '../../model/index.ts';
import { type ReplaySummary, replay, summarizeReplay } from '../../orchestrator/index.ts';
import { replayRecord, replayReport } from './replay-report.ts';

const bars = randomWalk(3000, 5);

function summaryOf(metadata: Partial<ModelMetadata>): ReplaySummary {
  const orchestrator = servedBy((row) => 0.36 + 0.05 * Math.tanh(40 * row[1]), metadata);
  return summarizeReplay(orchestrator, bars, replay(orchestrator, bars, { instrumentId: 'X', side: null }));
}

test('a file without statistics: what was not tested is null, and the text says what is missing', () => {
  const summary = summaryOf({ lastBarTs: bars.tsEvent[0] });
  const record = replayRecord(summary);
  expect(record).toMatchObject({ tests: { selection: null, money: null }, pays_up_to_bps: null, decision: null });
  expect(record).toMatchObject({ tests: { information: { n: summary.claims?.nJudged } } });
  expect(['none', 'information']).toContain(record.verdict);
  expect(record.primary_pays_up_to_bps).toEqual(expect.any(Number));
  const text = replayReport(summary).join('\n');
  expect(text).toContain('selection and money of the model were not tested');
  expect(text).toContain('the primary alone');
  expect(text).not.toContain('do trades taken');
});

test('all signals in sample: no claim at all, and every field of the claims is null', () => {
  const record = replayRecord(summaryOf({ lastBarTs: bars.tsEvent[2999] }));
  const judged = replayRecord(summaryOf({ lastBarTs: bars.tsEvent[0] }));
  expect(Object.keys(record).sort()).toEqual(Object.keys(judged).sort());
  expect(record).toMatchObject({ verdict: null, tests: null, money: null, warnings: [], finding: 'in_sample' });
});
