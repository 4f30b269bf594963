import { describe, expect, test } from 'vitest';
import { judgementIn, modelIn, orderIn } from './sentences-of-version-1.ts';

describe('the first note of a retraining', () => {
  test.each([
    ['on "X"', 'X', null, null],
    ['on "X"; it is time', 'X', null, 'it is time'],
    ['on "X"; again, for it was interrupted: t1', 'X', 't1', null],
    [
      'on "a \\"b\\"; again, for it was interrupted: c"; why\nnot',
      'a "b"; again, for it was interrupted: c',
      null,
      'why\nnot',
    ],
    ['again, for it was interrupted: t1', null, 't1', null],
    [null, null, null, null],
    // What does not parse stays a note.
    ['', null, null, ''],
    ['on X', null, null, 'on X'],
    ['on "X" because', null, null, 'on "X" because'],
    ['on "\\q"; why', null, null, 'on "\\q"; why'],
  ])('%j', (text, instrumentId, resumedFrom, note) => {
    expect(orderIn(text)).toEqual({ instrumentId, resumedFrom, note });
  });
});

describe('the event of a model', () => {
  test.each([
    [null, 'no model serves (MODEL_NOT_FOUND)', 'none', 'no model serves (MODEL_NOT_FOUND)', null],
    ['m-1', 'serves', 'serves', null, null],
    [
      'm-2',
      'stands in shadow of m-1 until 50 live outcomes are known',
      'shadow',
      'until 50 live outcomes are known',
      'm-1',
    ],
    ['m-2', 'stands in shadow of m-1 still', 'shadow', 'still', 'm-1'],
    ['m-2', 'stands in shadow no more: it serves', 'shadow_ended', 'it serves', null],
    ['m-2', 'judged {"verdict":', 'note', 'judged {"verdict":', null],
    ['m-2', 'stands in the rain', 'note', 'stands in the rain', null],
  ])('%s %s', (version, text, event, reason, predecessor) => {
    expect(modelIn(version, text)).toEqual({ event, reason, predecessor });
  });
});

describe('a judgement', () => {
  const WRITTEN = {
    verdict: 'hold',
    reason: 'hold: why',
    champion: 'm-1',
    challenger: 'm-2',
    test: 'paired',
    alpha: 0.05,
    attempt: 1,
    atMs: 7,
    figures: { nEvents: 100, pBetter: 1e-9 },
    firstTs: '1700000000000000001',
    lastTs: '1700000000000000003',
    previousHash: null,
    hash: 'abc',
  };

  test('has every field, its times as integers', () => {
    expect(judgementIn(`judged ${JSON.stringify(WRITTEN)}`)).toEqual({
      ...WRITTEN,
      kind: 'judgement',
      firstTs: 1_700_000_000_000_000_001n,
      lastTs: 1_700_000_000_000_000_003n,
    });
  });

  test.each<[string, object]>([
    ['a field more', { more: 1 }],
    ['a field less', { hash: undefined }],
    ['a number as text', { alpha: '0.05' }],
    ['a figure that is none', { figures: { nEvents: null } }],
    ['a time as a number', { firstTs: 1 }],
    ['a time beyond 64 bits', { firstTs: '9999999999999999999' }],
    ['a time with a leading zero', { firstTs: '01' }],
    ['an attempt and a half', { attempt: 1.5 }],
  ])('with %s is none', (_, change) => {
    expect(judgementIn(`judged ${JSON.stringify({ ...WRITTEN, ...change })}`)).toBeNull();
  });

  test('that is no JSON, or of another sentence, is none', () => {
    expect(judgementIn('judged {')).toBeNull();
    expect(judgementIn('judged null')).toBeNull();
    expect(judgementIn(JSON.stringify(WRITTEN))).toBeNull();
  });
});
