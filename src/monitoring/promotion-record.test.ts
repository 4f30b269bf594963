import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Sha256 } from '../ports/index.ts';
import {
  brokenChain,
  makePromotionRecord,
  type PromotionFacts,
  type PromotionRecord,
  verifyChain,
} from './promotion-record.ts';

const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'hex');
const FACTS: PromotionFacts = {
  verdict: 'hold',
  reason: 'it is not proven better',
  champion: 'm-1',
  challenger: 'm-2',
  test: 'paired log loss',
  alpha: 0.025,
  attempt: 1,
  figures: { nEvents: 500, pBetter: 0.3 },
  firstTs: 1_700_000_000_000_000_001n,
  lastTs: 1_700_000_900_000_000_003n,
  atMs: 1_700_000_901_000,
};

function chainOf(n: number): PromotionRecord[] {
  const records: PromotionRecord[] = [];
  for (let k = 1; k <= n; k++) {
    records.push(makePromotionRecord({ ...FACTS, attempt: k }, records.at(-1) ?? null, sha256));
  }
  return records;
}

describe('records of verdicts', () => {
  test('are frozen, keep every digit of a time, and hold as entries of a journal', () => {
    const records = chainOf(4);
    expect(Object.isFrozen(records[0]) && Object.isFrozen(records[0].figures)).toBe(true);
    expect(records[0]).toMatchObject({ ...FACTS, previousHash: null });
    expect(records[0].firstTs).toBe(1_700_000_000_000_000_001n);
    expect(records.map(({ previousHash }) => previousHash)).toEqual([null, ...records.slice(0, 3).map((r) => r.hash)]);
    expect(verifyChain(records, sha256)).toBeNull();
    const entries = records.map((record) => ({ kind: 'judgement', ...structuredClone(record) }) as const);
    expect(verifyChain(entries, sha256)).toBeNull();
    expect(verifyChain([], sha256)).toBeNull();
  });

  test('do not depend on the order in which the keys were written', () => {
    const [record] = chainOf(1);
    const turned = Object.fromEntries(Object.entries(record).reverse()) as unknown as PromotionRecord;
    expect(verifyChain([turned], sha256)).toBeNull();
  });

  test('hash is that of the canonical JSON', () => {
    const [{ hash: written, ...body }] = chainOf(1);
    const keys = Object.keys(body).sort() as (keyof typeof body)[];
    const text = JSON.stringify(Object.fromEntries(keys.map((key) => [key, body[key]])), (_, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(written).toBe(sha256(new TextEncoder().encode(text)));
  });

  test('a changed, missing, moved or foreign record is found where it is', () => {
    const records = chainOf(4);
    const changed = Object.keys(records[2]).map((key) => records.with(2, { ...records[2], [key]: 'x' }));
    for (const chain of changed) expect(verifyChain(chain, sha256)?.index).toBe(2);
    const figure = records.with(1, { ...records[1], figures: { ...records[1].figures, pBetter: 0.001 } });
    expect(verifyChain(figure, sha256)).toEqual({ index: 1, reason: 'it was changed after it was written' });
    expect(verifyChain(records.toSpliced(1, 1), sha256)?.index).toBe(1);
    expect(verifyChain(records.slice(1), sha256)?.index).toBe(0);
    expect(verifyChain([records[0], records[2], records[1], records[3]], sha256)?.index).toBe(1);
    const rewritten = makePromotionRecord({ ...FACTS, verdict: 'promote' }, records[0], sha256);
    expect(verifyChain(records.with(1, rewritten), sha256)?.index, 'the next one knows').toBe(2);
  });

  test.each<[Partial<PromotionFacts>, string]>([
    [{ reason: '' }, 'reason must be a non-empty string'],
    [{ champion: '' }, 'champion must be a non-empty string'],
    [{ challenger: '' }, 'challenger must be a non-empty string'],
    [{ test: '' }, 'test must be a non-empty string'],
    [{ alpha: 0 }, 'alpha must be in (0, 1), was 0'],
    [{ alpha: 1 }, 'alpha must be in (0, 1), was 1'],
    [{ attempt: 0 }, 'attempt must be an integer >= 1'],
    [{ atMs: -1 }, 'atMs must be an integer >= 0'],
    [{ firstTs: 5n, lastTs: 4n }, 'lastTs must be >= firstTs (5), was 4'],
    [{ figures: { nEvents: 1, pBetter: Number.NaN } }, 'figures.pBetter must be a finite number, was NaN'],
  ])('%o is refused', (wrong, message) => {
    expect(() => makePromotionRecord({ ...FACTS, ...wrong }, null, sha256)).toThrow(message);
  });

  test('one event is enough: it may be the first and the last', () => {
    const { firstTs, lastTs } = makePromotionRecord({ ...FACTS, lastTs: FACTS.firstTs }, null, sha256);
    expect(lastTs).toBe(firstTs);
  });
});

describe('a broken chain in one sentence', () => {
  const REMEDY =
    'which models were proven better cannot be trusted; restore a copy of the data directory, or start in an empty one';

  test('names the judgement, what is wrong, and the remedy', () => {
    const records = chainOf(3);
    expect(brokenChain(records, sha256)).toBeNull();
    expect(brokenChain(records.with(1, { ...records[1], verdict: 'promote' }), sha256)).toBe(
      'the chain of judgements is broken at judgement 2 of 3 (m-2 against m-1, 2023-11-14T22:28:21.000Z): ' +
        `it was changed after it was written; ${REMEDY}`,
    );
    expect(brokenChain(records.slice(1), sha256)).toBe(
      'the chain of judgements is broken at judgement 1 of 2 (m-2 against m-1, 2023-11-14T22:28:21.000Z): ' +
        `it does not follow the record before it; ${REMEDY}`,
    );
  });

  test.each([
    [8.64e15, '+275760-09-13T00:00:00.000Z'],
    [-8.64e15, '-271821-04-20T00:00:00.000Z'],
    [8.64e15 + 1, '8640000000000001'],
    [-1e300, '-1e+300'],
  ])('shows a time that was changed to %d, if it is one', (atMs, text) => {
    const [record] = chainOf(1);
    expect(brokenChain([{ ...record, atMs }], sha256)).toContain(`(m-2 against m-1, ${text}): `);
  });
});
