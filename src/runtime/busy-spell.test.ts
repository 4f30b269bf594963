import { describe, expect, it } from 'vitest';
import { BusySpell } from './busy-spell.ts';
import { collectAll } from './lean-heap.ts';

/** At which looks a spell was said to have ended. */
function endsOf(utilizations: readonly number[]): number[] {
  const spell = new BusySpell();
  return utilizations.flatMap((utilization, at) => (spell.hasEnded(utilization) ? [at] : []));
}

describe('BusySpell', () => {
  it('ends once, at the third calm look in a row after three busy ones', () => {
    expect(endsOf([0.9, 0.6, 0.5, 0.1, 0.3, 0.2, 0.1, 0.1, 0.1])).toEqual([5]);
  });

  it('ends again after another spell', () => {
    const spell = [0.9, 0.9, 0.9, 0.1, 0.1, 0.1];
    expect(endsOf([...spell, ...spell])).toEqual([5, 11]);
  });

  it('goes on over calm moments', () => {
    expect(endsOf([1, 1, 1, 0.1, 0.1, 1, 0.1, 0.4, 0.1, 0.1, 0.1])).toEqual([10]);
  });

  it('is none where the thread was never busy for long', () => {
    expect(endsOf([1, 1, 0.4, 1, 1, 0.1, 0.1, 0.1, 0.4, 0.4, 0.4, 0.1])).toEqual([]);
  });
});

describe('collectAll', () => {
  it('gives the pages of garbage back', async () => {
    let garbage: unknown[] | null = Array.from({ length: 500_000 }, (_, i) => ({ i }));
    const before = process.memoryUsage().heapTotal;
    expect(garbage.length).toBe(500_000);
    garbage = null;
    await collectAll();
    expect(process.memoryUsage().heapTotal).toBeLessThan(before - 10e6);
  });
});
