import { expect, test } from 'vitest';
import { serviceName } from './service-name.ts';

test('a service is named by its machine and its data directory, and by no more of the path', () => {
  expect(serviceName('/srv/secret/btc', 'trader-1')).toBe('trader-1/btc');
  expect(serviceName('/srv/secret/btc/', 'trader-1')).toBe('trader-1/btc');
  expect(serviceName('/srv/secret/btc/.ml4t', 'trader-1'), 'many are called so').toBe('trader-1/btc/.ml4t');
  expect(serviceName('/.ml4t', 'trader-1')).toBe('trader-1/.ml4t');
  expect(serviceName('/', 'trader-1')).toBe('trader-1');
  expect(serviceName(`/srv/${'x'.repeat(300)}`, 'h').length).toBeLessThan(100);
});
