import { expect, test } from 'vitest';
import { distanceOf, hasTrade, nearnessOf, verdictOf } from '../../dashboard/data/decision.ts';
import { parseLossless, Rng, stringifyLossless } from '../../src/core/index.ts';
import { recentSchema, signalDetailSchema, statusSchema } from '../../src/wire/index.ts';
import { answer, detailOf, EVERY_KIND, ended, manySignals, oldAnswer, open } from './sample-signals.ts';
import { SERVING, statusOf } from './sample-status.ts';

test('the samples are what the service may say', () => {
  const signals = [...EVERY_KIND.map(open), ended(answer({ id: 'ended' }), 0.004), ...manySignals(40, 3)];
  const asSent = (value: unknown): unknown => parseLossless(stringifyLossless(value));
  expect(recentSchema.safeParse(asSent({ signals })).error).toBeUndefined();
  for (const one of signals) {
    const detail = detailOf(one, { venn_abers: [0.431, 0.462] });
    expect(signalDetailSchema.safeParse(asSent(detail)).error, one.enriched.signal_id).toBeUndefined();
  }
  for (const serving of [SERVING, null])
    expect(statusSchema.safeParse(asSent(statusOf(serving))).error).toBeUndefined();
});

test('what was not decided is no skip', () => {
  expect(verdictOf({ take: true })).toBe('take');
  expect(verdictOf({ take: false })).toBe('skip');
  expect(verdictOf({ take: null })).toBe('none');
  expect(verdictOf(oldAnswer('old'))).toBe('none');
});

test('a colour depends on the distance to break-even alone, never on the confidence', () => {
  const rng = new Rng(15);
  for (let k = 0; k < 500; k++) {
    const at = rng.nextFloat();
    const distance = 0.4 * rng.nextFloat() - 0.2;
    const wanted =
      distance > 0 ? (distance >= 0.05 ? 'far-above' : 'above') : distance <= -0.05 ? 'far-below' : 'below';
    const said = nearnessOf({ meta_confidence: at + distance, break_even: at });
    // A sum and a difference of doubles may not give the distance back; at an edge either side is right.
    const isAtEdge = [0, 0.05].some((edge) => Math.abs(Math.abs(distance) - edge) < 1e-12);
    if (!isAtEdge) expect(said, `confidence ${at + distance}, break-even ${at}`).toBe(wanted);
  }
  expect(nearnessOf({ meta_confidence: 0.37, break_even: 0.31 }), '37 % is good where 31 % pays').toBe('far-above');
  expect(nearnessOf({ meta_confidence: 0.6, break_even: 0.68 }), '60 % is bad where 68 % pays').toBe('far-below');
  expect(nearnessOf({ meta_confidence: 0.5, break_even: 0.5 }), 'the break-even itself does not pay').toBe('below');
  expect(nearnessOf({ meta_confidence: 0.9, break_even: null })).toBe('unknown');
  expect(nearnessOf(oldAnswer('old'))).toBe('unknown');
});

test('a distance is null where the answer has no break-even', () => {
  expect(distanceOf({ meta_confidence: 0.5, break_even: 0.38 })).toBeCloseTo(0.12, 12);
  expect(distanceOf({ meta_confidence: 0.5, break_even: null })).toBeNull();
});

test('a flat signal and one that warms up have no trade', () => {
  const without = EVERY_KIND.filter((one) => !hasTrade(one)).map(({ signal_id: id }) => id);
  expect(without).toEqual(['flat', 'warming-up']);
});
