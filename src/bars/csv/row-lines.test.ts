import { expect, test } from 'vitest';
import { RowLines } from './row-lines.ts';

test('each row has the line that it was added with', () => {
  const lines = new RowLines();
  const added = [2, 3, 4, 6, 7, 10, 12, 13];
  for (const [row, line] of added.entries()) lines.add(row, line);
  expect(added.map((_, row) => lines.of(row))).toEqual(added);
  expect(lines.of(-1)).toBe(0);
  expect(new RowLines().of(0)).toBe(0);
});
