import { expect, test } from 'vitest';
import { probeParts } from './probe-parts.ts';

test('a clone has every part', async () => {
  const { probes, install } = await probeParts();
  expect(probes.filter(({ ok }) => !ok)).toEqual([]);
  expect(probes.length).toBeGreaterThan(4);
  expect(install).toBeNull();
});

test('every missing part has its line, and one command installs them all, no package twice', async () => {
  const absent = ['ioredis', 'bullmq', 'pino'];
  const load = async (name: string) => {
    if (absent.includes(name)) throw new Error(`Cannot find package '${name}'`);
  };
  const { probes, install } = await probeParts(load);
  const lines = probes.filter(({ ok }) => !ok);
  expect(lines.map(({ found, remedy }) => [found, remedy])).toEqual([
    ['without ioredis', 'npm i ioredis@6'],
    ['without bullmq, ioredis', 'npm i bullmq@6 ioredis@6'],
    ['without pino', 'npm i pino@10'],
  ]);
  expect(probes.some(({ needed }) => needed)).toBe(false);
  expect(install).toBe('npm i ioredis@6 bullmq@6 pino@10');
});
