import { Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { StageLatency } from './stage-latency.ts';

const CONFIG = { name: 'latency_seconds', help: 'Time by stage.' };
const BOUNDS = [1e-6, 5e-6, 1e-3, 0.25, 1];

test('the text is that of prom-client, whatever is observed', async () => {
  const [ours, theirs] = [new Registry(), new Registry()];
  const histogram = new StageLatency(CONFIG, BOUNDS);
  ours.registerMetric(histogram);
  const reference = new Histogram({ ...CONFIG, labelNames: ['stage'], buckets: BOUNDS, registers: [theirs] });
  expect(await ours.metrics(), 'empty').toBe(await theirs.metrics());
  const latencies = [0, 1000, 1001, 5000, 1e9, 1e9 + 1, -5, 1e12];
  for (let k = 0; k < 500; k++) latencies.push(10 ** (10 * ((k * 0.618) % 1)));
  for (const [k, ns] of latencies.entries()) {
    const stage = ['submit', 'read', 'features'][k % 3];
    histogram.add(stage, ns);
    reference.observe({ stage }, ns / 1e9);
  }
  expect(await ours.metrics()).toBe(await theirs.metrics());
});

test('what is no latency is refused, as by prom-client, and counts nothing', async () => {
  const histogram = new StageLatency(CONFIG, BOUNDS);
  expect(() => histogram.add('read', Number.NaN)).toThrow('latency must be a finite number of nanoseconds');
  expect(() => histogram.add('read', Number.POSITIVE_INFINITY)).toThrow('latency');
  expect((await histogram.get()).values).toEqual([]);
});
