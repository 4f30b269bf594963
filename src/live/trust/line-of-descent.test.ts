import { expect, test } from 'vitest';
import { claimsOfVerdict } from '../../model/index.ts';
import type { ChampionMove, ModelManifest } from '../../ports/index.ts';
import { ADOPTED } from '../champion/champion.ts';
import { lineOfDescent } from './line-of-descent.ts';

const PROVEN = { modelBps: 2, primaryBps: null };
const NOTHING = { modelBps: null, primaryBps: null };
const at = (second: number): string => new Date(1000 * second).toISOString();

function move(
  version: string,
  predecessor: string | null,
  second: number,
  change: Partial<ChampionMove> = {},
): ChampionMove {
  return { version, predecessor, proven: PROVEN, why: 'promoted', atMs: 1000 * second, ...change };
}

function manifest(version: string, parent: string | null, quarantined: string | null = null): [string, ModelManifest] {
  return [
    version,
    {
      ...claimsOfVerdict('edge', '0.2'),
      paysUpToBps: 2,
      version,
      parent,
      origin: 'retrained',
      createdMs: 5000,
      metrics: {},
      dataFingerprint: null,
      nSamples: 1,
      lastBarTs: null,
      trial: 1,
      quarantined: quarantined === null ? null : { reason: quarantined, atMs: 9000 },
    },
  ];
}

test('a model is replaced, one decays and is rolled back, and its parent serves again', () => {
  const line = lineOfDescent(
    [
      move('a', null, 1, { why: 'adopted from model_path' }),
      move('b', 'a', 2),
      move('b', 'a', 3, { proven: NOTHING, why: 'nothing is proven of it any more: accuracy fell' }),
      move('a', null, 4, { proven: NOTHING, why: 'b was rolled back: its outcomes are worse' }),
    ],
    [manifest('a', null), manifest('b', 'a', 'its outcomes are worse'), manifest('c', 'a', 'not promoted')],
  );
  expect(line.map(({ version, parent, quarantined }) => [version, parent, quarantined])).toEqual([
    ['a', null, null],
    ['b', 'a', 'its outcomes are worse'],
    ['c', 'a', 'not promoted'],
  ]);
  const [a, b, c] = line;
  expect(a.served).toEqual([
    {
      since: at(1),
      why: 'adopted from model_path',
      until: at(2),
      end: 'replaced',
      next: 'b',
      endedBecause: 'promoted',
      proofEnded: null,
    },
    {
      since: at(4),
      why: 'b was rolled back: its outcomes are worse',
      until: null,
      end: 'serves',
      next: null,
      endedBecause: null,
      proofEnded: null,
    },
  ]);
  expect(b.served).toEqual([
    {
      since: at(2),
      why: 'promoted',
      until: at(4),
      end: 'rolled_back',
      next: 'a',
      endedBecause: 'b was rolled back: its outcomes are worse',
      proofEnded: { at: at(3), why: 'nothing is proven of it any more: accuracy fell' },
    },
  ]);
  expect(c.served, 'it never served').toEqual([]);
  expect(b.claims).toMatchObject({
    verdict: 'edge',
    paysUpToBps: 2,
    headline: { word: 'EDGE: pays up to 2.0 bp a round trip' },
  });
});

test('a model that is promoted back by hand was not rolled back to: it keeps what it may return to', () => {
  const [b] = lineOfDescent([move('b', 'a', 2), move('a', 'b', 3)], []);
  expect(b.served[0]).toMatchObject({ end: 'replaced', next: 'a' });
});

test('where a start named another model file, the time of the one before ended because of that', () => {
  const [a, b] = lineOfDescent([move('a', null, 1, { why: ADOPTED }), move('b', 'a', 2, { why: ADOPTED })], []);
  expect(a.served[0]).toMatchObject({
    why: 'adopted from model_path',
    endedBecause: 'the service was started with another model file (model_path)',
  });
  expect(b.served[0]).toMatchObject({ why: 'adopted from model_path', endedBecause: null });
});

test('a model that is not kept any more has a place and no claims', () => {
  const [gone] = lineOfDescent([move('gone', null, 1)], [['gone', null]]);
  expect(gone).toMatchObject({ version: 'gone', claims: null, parent: null, createdAt: null });
  expect(lineOfDescent([], [])).toEqual([]);
});
