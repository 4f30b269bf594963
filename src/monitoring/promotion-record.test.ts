import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Sha256 } from '../ports/index.ts';
import { makePromotionRecord, type PromotionFacts, type PromotionRecord, verifyChain } from './promotion-record.ts';

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

  test.each([
    [{ reason: '' }, 'reason'],
    [{ alpha: 0 }, 'alpha'],
    [{ attempt: 0 }, 'attempt'],
    [{ lastTs: 0n }, 'lastTs'],
    [{ figures: { pBetter: Number.NaN } }, 'figures.pBetter'],
  ])('%o is refused', (wrong, field) => {
    expect(() => makePromotionRecord({ ...FACTS, ...wrong }, null, sha256)).toThrow(field);
  });
});
