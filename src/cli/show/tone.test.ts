import { afterEach, expect, test, vi } from 'vitest';
import { table } from './output.ts';
import { tone } from './tone.ts';

/** A stream with the methods that `styleText` calls. */
const stream = (isTTY: boolean): NodeJS.WriteStream =>
  ({
    isTTY,
    getColorDepth: () => (process.env.NO_COLOR === undefined ? 8 : 1),
    on: () => undefined,
    write: () => true,
  }) as unknown as NodeJS.WriteStream;
const colourless = (): void => {
  for (const name of ['FORCE_COLOR', 'NO_COLOR', 'NODE_DISABLE_COLORS']) vi.stubEnv(name, undefined);
};
afterEach(() => vi.unstubAllEnvs());

test('colours on a terminal only, and never with NO_COLOR', () => {
  colourless();
  expect(tone('EDGE', 'good', stream(true))).toBe('\u001b[1m\u001b[32mEDGE\u001b[39m\u001b[22m');
  expect(tone('EDGE', 'good', stream(false))).toBe('EDGE');
  vi.stubEnv('NO_COLOR', '1');
  expect(tone('EDGE', 'good', stream(true))).toBe('EDGE');
});

test('a table is as wide with colours as without', () => {
  colourless();
  const plain = table(['name', 'n'], [['a long name', '1']]);
  expect(plain).toEqual(['name         n', 'a long name  1']);
});
