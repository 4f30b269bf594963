import { expect, test } from 'vitest';
import { BAR_BLOCKS, ENTRY_TABLES, INSTRUMENTS, OPEN_SIGNALS, TABLES, TOTALS } from './index.ts';

test('codes are the places of entry tables, and are those that were written', () => {
  expect(ENTRY_TABLES.map(({ code }) => code)).toEqual([...ENTRY_TABLES.keys()]);
  expect([...Object.values(TABLES)]).toEqual([...ENTRY_TABLES]);
  expect(ENTRY_TABLES.slice(0, 10).map(({ name }) => name)).toEqual([
    'bars',
    'signals',
    'outcomes',
    'dead_letters',
    'settings',
    'models',
    'triggers',
    'judgements',
    'halts',
    'detectors',
  ]);
  expect([BAR_BLOCKS, OPEN_SIGNALS, INSTRUMENTS, TOTALS].map(({ code }) => code)).toEqual([252, 253, 254, 255]);
});
