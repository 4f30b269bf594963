import { expect, test } from 'vitest';
import { Rng } from '../../core/index.ts';
import { parseTimeCell } from '../time-cells.ts';
import { QuickTimes, quickInteger } from './quick-cells.ts';
import { namesOffset } from './times/local-times.ts';

const SEED = 17;
const ENDS = [
  '',
  'Z',
  '+00:00',
  '-05:30',
  '+14:00',
  'z',
  ' Z',
  '+0100',
  '+01',
  'UTC',
  '.5',
  '.123456789Z',
  '.000+02:00',
  '.',
];

/** A written time, and sometimes one that is none. */
function timeText(rng: Rng): string {
  const digits = (max: number): string => String(Math.floor(rng.nextFloat() * max)).padStart(2, '0');
  const date = `20${digits(30)}-${digits(14)}-${digits(33)}`;
  const clock = `${digits(26)}:${digits(62)}${rng.nextFloat() < 0.7 ? `:${digits(62)}` : ''}`;
  const end = ENDS[Math.floor(rng.nextFloat() * ENDS.length)];
  return `${date}${rng.nextFloat() < 0.5 ? 'T' : ' '}${clock}${end}`;
}

test('what is read quickly is what the text says', () => {
  const rng = new Rng(SEED);
  const quick = new QuickTimes();
  let nRead = 0;
  for (let k = 0; k < 20_000; k++) {
    const text = timeText(rng);
    const ns = quick.read(Buffer.from(text));
    const isLocal = quick.isLocal;
    expect(quick.read(Buffer.from(`7,${text}0,5`), 2, 2 + text.length), `${text} within a line`).toBe(ns);
    if (ns === null) continue;
    nRead++;
    expect(parseTimeCell(text), `${text}, seed ${SEED}`).toEqual({ kind: 'iso-8601', value: ns });
    expect([isLocal, quick.isLocal], text).toEqual(Array(2).fill(!namesOffset(text)));
  }
  expect(nRead).toBeGreaterThan(5000);
});

test.each([
  ['1735516800', 1_735_516_800n],
  ['1735516800000', 1_735_516_800_000n],
  ['1735516800000001', 1_735_516_800_000_001n],
  ['9999999999999999', null],
  ['20241230', null],
  ['173551680a', null],
  ['1735516800.0', null],
  ['', null],
])('the integer %s', (text, value) => {
  expect(quickInteger(Buffer.from(`x${text}y`), 1, 1 + text.length)).toBe(value);
});
