import { expect, test } from 'vitest';
import { warnOnce } from './logger.ts';

test('a fault is reported once, also one that has no text', () => {
  const lines: string[] = [];
  const logger = { info: () => undefined, warn: (line: string) => void lines.push(line) };
  const warn = warnOnce(logger, 'a listener failed');
  expect(() => warn(Object.create(null))).not.toThrow();
  warn(new Error('again'));
  expect(lines).toEqual(['a listener failed: [object Object]']);
});
