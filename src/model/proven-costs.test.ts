import { expect, test } from 'vitest';
import { NOTHING_PROVEN, type ProvenCosts, SIGNIFICANCE } from '../domain/index.ts';
import { type ModelMetadata, provenBy, type TrainingSummary, UNKNOWN_METADATA } from './index.ts';

const CLAIMED: Partial<TrainingSummary> = {
  verdict: 'edge',
  verdictFormat: '0.2',
  paysUpToBps: 2.1,
  primaryPaysUpToBps: 1.3,
  timingPValue: 0.01,
};

function provenOf(change: Partial<TrainingSummary>, labels: object | null = {}): ProvenCosts {
  const config: ModelMetadata['config'] = labels === null ? {} : { labels };
  return provenBy({ training: { ...UNKNOWN_METADATA.training, ...CLAIMED, ...change }, config });
}

test('an edge proves the model, money and timing the primary', () => {
  expect(provenOf({})).toEqual({ modelBps: 2.1, primaryBps: 1.3 });
  expect(provenOf({}, null), 'a file that does not say how it was labelled').toEqual({
    modelBps: 2.1,
    primaryBps: 1.3,
  });
  expect(provenOf({ paysUpToBps: 0 }), 'an edge that pays only without costs').toMatchObject({ modelBps: 0 });
});

test.each(['none', 'information', 'selection'] as const)('the verdict %s proves nothing of the model', (verdict) => {
  expect(provenOf({ verdict, paysUpToBps: 2.1 })).toEqual({ modelBps: null, primaryBps: 1.3 });
});

test.each<[string, Partial<TrainingSummary>, object]>([
  ['that pays at no cost', { primaryPaysUpToBps: 0 }, {}],
  ['whose money is not known', { primaryPaysUpToBps: null }, {}],
  ['of drift and not of timing', { timingPValue: 0.4 }, {}],
  ['whose timing is at the level', { timingPValue: SIGNIFICANCE }, {}],
  ['whose timing is not known', { timingPValue: null }, {}],
  ['with given labels', {}, { labeler: 'given', hash: null }],
])('a primary %s is not proven', (_, change, labels) => {
  expect(provenOf(change, labels)).toEqual({ modelBps: 2.1, primaryBps: null });
});

test('a labeler of the caller is no given label', () => {
  expect(provenOf({}, { labeler: 'fixed horizon', hash: null })).toMatchObject({ primaryBps: 1.3 });
});

test.each(['0.1', 'unknown'] as const)('a verdict of the format %s proves nothing', (verdictFormat) => {
  expect(provenOf({ verdictFormat })).toEqual(NOTHING_PROVEN);
});
