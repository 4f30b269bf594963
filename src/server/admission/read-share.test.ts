import { expect, test } from 'vitest';
import { ReadShare } from './read-share.ts';

const MIB = 2 ** 20;

function shared() {
  const state = { nowMs: 0, delayMs: 100 };
  return {
    state,
    share: new ReadShare(
      () => state.delayMs,
      () => state.nowMs,
    ),
  };
}

test('while nothing is late, reads are never refused', () => {
  const { state, share } = shared();
  state.delayMs = 5;
  for (let k = 0; k < 100; k++) share.begin()(MIB);
  expect(share.isSpent).toBe(false);
});

test('while it is late, a burst passes, and later a share of each second', () => {
  const { state, share } = shared();
  for (let k = 0; k < 3; k++) share.begin()(MIB);
  expect(share.isSpent).toBe(false);
  share.begin()(MIB);
  expect(share.isSpent, 'the burst is spent').toBe(true);
  state.nowMs += 100;
  expect(share.isSpent, 'some came back').toBe(false);
});

test('a long burst closes the door for no longer than a second', () => {
  const { state, share } = shared();
  for (let k = 0; k < 1000; k++) share.begin()(MIB);
  state.nowMs += 1001;
  expect(share.isSpent).toBe(false);
});

test('few answers are in the making at once, and one that is given up counts no longer', () => {
  const { share } = shared();
  const made = Array.from({ length: 4 }, () => share.begin());
  expect(share.isSpent).toBe(true);
  made[0](0);
  made[0](0);
  expect(share.isSpent).toBe(false);
});
