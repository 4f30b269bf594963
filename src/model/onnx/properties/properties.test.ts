import { describe, expect, test } from 'vitest';
import { smallModel } from '../../../../test/support/small-model.ts';
import { ModelError, stringifyLossless } from '../../../core/index.ts';
import { claimsOfVerdict } from '../../model-metadata.ts';
import { parseProperties } from './properties.ts';

const { calibrator: _arrays, metadata, regime, vpin, featureNames } = smallModel();
const STEPS = { scores: [0, 0.25, 0.5], low: [0.1, 0.2, 0.2], high: [0.2, 0.2, 0.6] };
const calibration = { band: STEPS, vennAbers: STEPS, coverage: { share: 0.4, expectedShare: 0.5, nGroups: 40 } };
const written = {
  format_version: 2,
  feature_names: featureNames,
  calibrator: { kind: 'isotonic', thresholds: [0.25, 0.5], values: [0, 1] },
  regime,
  vpin,
  importance: [0.25, 0.25, 0.25, 0.25],
  metadata: { ...metadata, calibration, firstBarTs: 1_700_000_000_000_000_001n, lastBarTs: -17n },
  golden: { inputs: { vpin: [0.5] }, raw: [0.5], confidence: [1] },
};

/** The properties of a file, with the one of that dotted name set to `value`, or left out where it is undefined. */
function parsed(name: string, value: unknown): unknown {
  const change = (object: unknown, [key, ...inside]: readonly string[]): unknown => {
    const inner = (object as Record<string, unknown>)[key];
    return { ...(object as object), [key]: inside.length === 0 ? value : change(inner, inside) };
  };
  const all = Object.entries(change(written, name.split('.')) as object).filter(([, part]) => part !== undefined);
  return parseProperties(new Map(all.map(([key, part]) => [key, stringifyLossless(part)])));
}

test('what was written is read, times digit for digit', () => expect(parsed('format_version', 2)).toEqual(written));

test('the band of a calibrator that falls is read, falling', () => {
  const low = [0.15, 0.12, 0.1];
  expect(parsed('metadata.calibration.band.low', low)).toMatchObject({ metadata: { calibration: { band: { low } } } });
});

test('a file whose features are all built in says nothing of own ones', () => {
  expect(parsed('format_version', 2)).toHaveProperty('own_features', undefined);
  const own = { names: ['mine'], hash: 'f'.repeat(64) };
  expect(parsed('own_features', own)).toMatchObject({ own_features: own });
  expect(parsed('own_features', { ...own, hash: null })).toMatchObject({ own_features: { ...own, hash: null } });
});

describe('a file of 0.1', () => {
  const { verdict: _, verdictFormat: _format, ...claims } = claimsOfVerdict('unknown', 'unknown');
  const figures = Object.entries(metadata.training).filter(([name]) => !Object.hasOwn(claims, name));
  const { verdictFormat: _of02, ...training } = Object.fromEntries(figures);
  const {
    calibration: _calibration,
    decision: _decision,
    terms: _terms,
    cadences: _cadences,
    ...known
  } = written.metadata;
  const read = (summary: object, changes: object = {}): unknown => {
    const old = { ...known, ...changes, training: { ...training, pValue: 0.001, ...summary } };
    const texts = Object.entries({ ...written, format_version: 1, metadata: old });
    return parseProperties(new Map(texts.map(([key, part]) => [key, stringifyLossless(part)]))).metadata;
  };

  test.each([
    ['edge', 'edge (0.1)', '0.1'],
    ['no_edge', 'no_edge (0.1)', '0.1'],
    ['unknown', 'unknown', 'unknown'],
  ] as const)('with the verdict %s claims nothing: it reads as %s', (verdict, shown, verdictFormat) => {
    expect(read({ verdict })).toEqual({
      ...written.metadata,
      training: { ...training, ...claims, verdict: shown, verdictFormat },
      calibration: null,
      decision: null,
      terms: null,
    });
  });

  test('may be older than the feature profiles', () => {
    expect(read({ verdict: 'edge' }, { featureProfiles: undefined })).toMatchObject({ featureProfiles: null });
  });

  test('is held to its own fields', () => {
    expect(() => read({ verdict: 'information' })).toThrow(
      'metadata.training.verdict must be one of edge, no_edge, unknown, was "information"',
    );
    expect(() => read({ verdict: 'edge', paysUpToBps: 2 })).toThrow('metadata.training.paysUpToBps is unknown');
    for (const later of ['terms', 'decision', 'calibration']) {
      expect(() => read({ verdict: 'edge' }, { [later]: null })).toThrow(`metadata.${later} is unknown`);
    }
  });
});

test.each<[string, unknown, string]>([
  ['format_version', 1.5, 'format_version must be an integer, was 1.5'],
  ['feature_names', [], 'feature_names must be a list of at least 1, was []'],
  ['feature_names', ['vpin', 3], 'feature_names.1 must be a text, was 3'],
  ['own_features', { names: [], hash: null }, 'own_features.names must be a list of at least 1, was []'],
  ['own_features', { names: ['a'] }, 'own_features.hash must be 64 hexadecimal characters, was missing'],
  ['own_features', { names: ['a'], hash: 'F'.repeat(64) }, 'own_features.hash must be 64 hexadecimal characters'],
  ['calibrator', [], 'calibrator must be an object, was []'],
  ['calibrator.kind', 'linear', 'calibrator.kind must be one of identity, platt, isotonic, was "linear"'],
  ['calibrator.kind', 'identity', 'calibrator.thresholds is unknown'],
  ['calibrator.values', [2], 'calibrator.values.0 must be a number in [0, 1], was 2'],
  ['regime.stayCalm', 1, 'regime.stayCalm must be a number in (0, 1), was 1'],
  ['regime.calmVariance', 0, 'regime.calmVariance must be a number > 0, was 0'],
  ['vpin', null, 'vpin must be an object, was null'],
  ['vpin.nBuckets', 0, 'vpin.nBuckets must be an integer >= 1, was 0'],
  ['importance', [-1], 'importance.0 must be a number >= 0, was -1'],
  ['metadata.training.auc', undefined, 'metadata.training.auc must be a number, was missing'],
  ['metadata.training.verdict', 'no_edge', 'training.verdict must be one of none, information, selection, edge'],
  [
    'metadata.training.verdictFormat',
    undefined,
    'training.verdictFormat must be one of 0.2, 0.1, unknown, was missing',
  ],
  ['metadata.training.pValue', 0.5, 'metadata.training.pValue is unknown'],
  ['metadata.training.tests.money', undefined, 'metadata.training.tests.money must be an object, was missing'],
  ['metadata.training.tests.money.pValue', 2, 'tests.money.pValue must be a number in [0, 1], was 2'],
  ['metadata.training.tests.money.lag', 0.5, 'tests.money.lag must be an integer >= 0, was 0.5'],
  ['metadata.training.paysUpToBps', -1, 'training.paysUpToBps must be a number >= 0, was -1'],
  ['metadata.training.primaryPays', 1, 'training.primaryPays must be true or false, was 1'],
  ['metadata.training.cost.source', 'guessed', 'cost.source must be one of set, tick, assumed, was "guessed"'],
  ['metadata.decision', undefined, 'metadata.decision must be an object, was missing'],
  ['metadata.decision.keeping.beta', 1.5, 'decision.keeping.beta must be a number in [0, 1], was 1.5'],
  ['metadata.decision.payoffs.all.win', { slope: 1, floor: 1 }, 'all.win.intercept must be a number, was missing'],
  ['metadata.decision.payoffs.all.loss.floor', -1, 'all.loss.floor must be a number >= 0, was -1'],
  ['metadata.decision.payoffs.all.logVolatility', [1, 0], 'logVolatility must be two numbers, the second not below'],
  ['metadata.decision.payoffs.all.logVolatility', [1], 'logVolatility must be two numbers, the second not below'],
  ['metadata.decision.payoffs.byInstrument', { A: null }, 'byInstrument.A must be an object, was null'],
  ['metadata.decision.baseRate', 1.2, 'decision.baseRate must be a number in [0, 1], was 1.2'],
  ['metadata.decision.meanOpen', 0.5, 'decision.meanOpen must be a number >= 1, was 0.5'],
  ['metadata.decision.factors.regime', undefined, 'factors.regime must be an object, was missing'],
  ['metadata.decision.factors.toxicity.isEarned', 1, 'toxicity.isEarned must be true or false, was 1'],
  ['metadata.decision.factors.toxicity.pValue', -1, 'toxicity.pValue must be a number in [0, 1], was -1'],
  ['metadata.calibration', undefined, 'metadata.calibration must be an object, was missing'],
  ['metadata.calibration.band.scores', [], 'band.scores must be a list of at least 1, was []'],
  ['metadata.calibration.band.scores', [0, 1], 'band: scores, low and high must be as long as each other'],
  ['metadata.calibration.band.scores', [0, 0.5, 0.5], 'band: scores must rise'],
  ['metadata.calibration.band.scores', [0, null, 1], 'band.scores.1 must be a number, was null'],
  ['metadata.calibration.vennAbers.low', [0.1, 0.3, 0.3], 'vennAbers: low must not be above high'],
  ['metadata.calibration.vennAbers.high', [0.2, 0.2, 1.1], 'vennAbers.high.2 must be a number in [0, 1], was 1.1'],
  ['metadata.calibration.coverage.nGroups', 0, 'coverage.nGroups must be an integer >= 1, was 0'],
  ['metadata.terms', { A: {} }, 'metadata.terms.A.tickSize must be a number > 0, was missing'],
  ['metadata.terms', undefined, 'metadata.terms must be an object, was missing'],
  ['metadata.featureProfiles', undefined, 'metadata.featureProfiles must be an object, was missing'],
  ['metadata.training.more', 1, 'metadata.training.more is unknown'],
  [
    'metadata.featureProfiles',
    { vpin: { edges: [], shares: [], low: 0, high: 1 } },
    'shares must be one more than edges',
  ],
  ['metadata.featureProfiles', { vpin: { edges: [], shares: [1], low: 2, high: 1 } }, 'low must not be above high'],
  ['metadata.config', [1], 'metadata.config must be an object, was [1]'],
  ['metadata.lastBarTs', '1.5', 'metadata.lastBarTs must be an integer, was "1.5"'],
  ['golden.inputs.vpin', ['a'], 'golden.inputs.vpin.0 must be a number, was "a"'],
  ['metadata', undefined, 'metadata must be an object, was missing'],
])('%s of %j is refused by name', (name, value, sentence) => {
  expect(() => parsed(name, value)).toThrow(ModelError);
  expect(() => parsed(name, value)).toThrow(sentence);
});

test('text that is not JSON is refused by the name of its property', () => {
  expect(() => parseProperties(new Map([['vpin', '{']]))).toThrow('property vpin is not JSON');
});
