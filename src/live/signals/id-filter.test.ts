import { expect, test } from 'vitest';
import { IdFilter } from './id-filter.ts';

const idsFrom = (start: number, n: number): string[] =>
  Array.from({ length: n }, (_, i) => `BTC-PERP.HYPERLIQUID:${1_700_000_000_000_000_000n + BigInt(start + i)}:1`);

test('an id that was added is never denied, over many layers', () => {
  const filter = new IdFilter(64, 8);
  const ids = idsFrom(0, 5000);
  for (const id of ids) {
    filter.add(id);
    expect(filter.mayHold(id), id).toBe(true);
  }
  expect(ids.filter((id) => !filter.mayHold(id))).toEqual([]);
});

test('of ids that were not added hardly any is taken for one that was', () => {
  const filter = new IdFilter(1024);
  for (const id of idsFrom(0, 60_000)) filter.add(id);
  const nTaken = idsFrom(1e6, 100_000).filter((id) => filter.mayHold(id)).length;
  expect(nTaken).toBeLessThan(500);
  const short = Array.from({ length: 20_000 }, (_, i) => `s${i}`).filter((id) => filter.mayHold(id));
  expect(short.length, 'short ones as well').toBeLessThan(100);
});

test('a new one holds nothing', () => {
  expect(idsFrom(0, 1000).some((id) => new IdFilter().mayHold(id))).toBe(false);
});

test('once the last layer is full, every id may be there', () => {
  const filter = new IdFilter(64, 2);
  for (const id of idsFrom(0, 150)) filter.add(id);
  expect(idsFrom(0, 150).filter((id) => !filter.mayHold(id))).toEqual([]);
  for (const id of idsFrom(150, 100)) filter.add(id);
  expect(filter.mayHold('never')).toBe(true);
});
