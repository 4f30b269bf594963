import { expect, test } from 'vitest';
import { smallModel } from '../../../test/support/small-model.ts';
import { UNKNOWN_METADATA } from '../../model/index.ts';
import { scoreForecasts } from '../../validation/index.ts';
import { missingFacts, replayFinding, replayHeadline } from './replay-finding.ts';

const scoresOf = (n: number) =>
  scoreForecasts({
    label: Uint8Array.from({ length: n }, (_, k) => k % 2),
    probability: new Float64Array(n).fill(0.6),
    benchmark: new Float64Array(n).fill(0.5),
  });

test('only signals of a model, with outcomes, after its training, and enough of them, are judged', () => {
  const facts = { scores: scoresOf(100), isInSample: false, isBeforeTraining: false, hasModel: true };
  expect(replayFinding(facts)).toBe('judged');
  expect(replayFinding({ ...facts, scores: scoresOf(99) })).toBe('too_few_signals');
  expect(replayFinding({ ...facts, scores: null })).toBe('no_outcome');
  expect(replayFinding({ ...facts, isInSample: true })).toBe('in_sample');
  expect(replayFinding({ ...facts, isInSample: true, isBeforeTraining: true })).toBe('before_training');
  expect(replayFinding({ ...facts, hasModel: false })).toBe('no_model');
  for (const finding of ['too_few_signals', 'no_outcome', 'before_training', 'in_sample', 'no_model'] as const) {
    expect(replayHeadline({ finding, claims: null }).word).toBe(
      finding.replaceAll('_', ' ').replace('no outcome', 'no outcome yet').toUpperCase(),
    );
  }
});

test('a file says what it lacks; one of this version lacks nothing', () => {
  const { training } = smallModel().metadata;
  const decision = {};
  expect(missingFacts({ training, lastBarTs: 1n, decision })).toEqual([]);
  expect(missingFacts({ training, lastBarTs: 1n, decision: null })).toEqual([
    expect.stringContaining('selection and money of the model were not tested'),
  ]);
  expect(missingFacts({ training, lastBarTs: null, decision })).toEqual([
    expect.stringContaining('which bars it was trained on'),
  ]);
  expect(missingFacts(UNKNOWN_METADATA), 'a foreign file').toHaveLength(3);
});
