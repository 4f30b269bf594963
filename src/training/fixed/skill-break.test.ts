import { expect, test } from 'vitest';
import { Rng } from '../../core/index.ts';
import { findSkillBreak } from './skill-break.ts';

/** Events a bar apart; a score that says `skill(k)` of the label, which stays the same for as many events as one lasts. */
function eventsOf(
  seed: number,
  n: number,
  skill: (k: number) => number,
  lasts = 1,
): Parameters<typeof findSkillBreak>[0] {
  const random = new Rng(seed);
  const label = new Uint8Array(n);
  const score = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const isNew = k % lasts === 0;
    label[k] = isNew ? Number(random.nextFloat() < 0.5) : label[k - 1];
    score[k] = isNew ? skill(k) * label[k] + random.nextFloat() : score[k - 1];
  }
  const t0 = Int32Array.from(label, (_, k) => k);
  return { label, score, t0, t1: t0.map((at) => at + lasts) };
}

test('a model that learned the first part looks so, and the time is told', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const found = findSkillBreak(eventsOf(seed, 2000, (k) => (k < 800 ? 0.35 : 0)));
    expect(found?.at, `seed ${seed}`).toBeGreaterThanOrEqual(600);
    expect(found?.at, `seed ${seed}`).toBeLessThanOrEqual(1000);
    expect(found?.aucBefore).toBeGreaterThan(0.65);
    expect(found?.aucAfter).toBeLessThan(0.6);
  }
});

test.each([
  ['knows nothing', 0, 1],
  ['knows the same always', 0.2, 1],
  ['knows the same always, ten trades open at a time', 0.2, 10],
  ['knows nothing, a hundred trades open at a time', 0, 100],
])('a model that %s has no break', (_, skill, lasts) => {
  const found = Array.from({ length: 100 }, (__, seed) => findSkillBreak(eventsOf(seed, 4000, () => skill, lasts)));
  expect(found.filter((one) => one !== null)).toEqual([]);
});

test('a skill that grows, few events, and one kind of labels are none', () => {
  expect(findSkillBreak(eventsOf(1, 2000, (k) => (k < 800 ? 0 : 0.35)))).toBeNull();
  expect(findSkillBreak(eventsOf(1, 150, (k) => (k < 75 ? 0.9 : 0)))).toBeNull();
  expect(findSkillBreak({ ...eventsOf(1, 2000, (k) => (k < 800 ? 1 : 0)), label: new Uint8Array(2000) })).toBeNull();
  expect(findSkillBreak(eventsOf(1, 0, () => 0))).toBeNull();
});
