import { expect, test } from 'vitest';
import { sampleClaims } from '../../../test/support/sample-claims.ts';
import { testLines } from './claim-lines.ts';

test('beside each test stands what chance gets, and that coin-flip signals may pass the first', () => {
  const [head, ...rows] = testLines(sampleClaims());
  expect(head).toMatch(/who knows nothing gets$/);
  expect(rows.find((row) => row.startsWith('information'))).toMatch(/t about 0, p < 0.05 in 5 of 100$/);
  expect(rows.join('\n')).toContain('a model of coin-flip signals at the same events may know it as well');
});
