import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

const LEAN_HEAP = new URL('./lean-heap.ts', import.meta.url).href;

/** Largest heap of a process that keeps 400,000 objects alive and makes many more, MB. @param before - program to run first. */
function largestHeapMb(before: string): number {
  const program = `${before}
    const { getHeapStatistics } = await import('node:v8');
    const alive = Array.from({ length: 400_000 }, (_, i) => ({ i, text: 'x' + i }));
    let most = 0;
    for (let round = 0; round < 200; round++) {
      alive[round] = Array.from({ length: 20_000 }, (_, k) => ({ k, values: [k] }))[0];
      most = Math.max(most, getHeapStatistics().used_heap_size);
    }
    console.log(alive.length > 0 ? most / 2 ** 20 : 0);`;
  const args = ['--input-type=module', '--no-warnings', '--eval', program];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

test('a lean heap grows by less over what is alive', () => {
  const usual = largestHeapMb('');
  const lean = largestHeapMb(`(await import(${JSON.stringify(LEAN_HEAP)})).keepHeapLean();`);
  expect(lean).toBeLessThan(0.8 * usual);
});
