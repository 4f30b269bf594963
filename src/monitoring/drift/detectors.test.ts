import { describe, expect, test } from 'vitest';
import { PythonRandom } from '../../../test/support/python-random.ts';
import { Rng } from '../../core/index.ts';
import { Adwin } from './adwin.ts';
import { Ddm } from './ddm.ts';
import type { DriftDetector, DriftState } from './drift-detector.ts';
import { PageHinkley } from './page-hinkley.ts';

/** Where the state became this one. */
function whenIs(state: DriftState, states: readonly DriftState[]): number[] {
  return states.flatMap((each, i) => (each === state ? [i] : []));
}

function observe(detector: DriftDetector, stream: readonly number[]): DriftState[] {
  return stream.map((value) => detector.update(value));
}

/** The first warning since the start or the latest drift, as the reference prints it. */
function firstWarnings(states: readonly DriftState[]): number[] {
  let isTold = false;
  return states.flatMap((state, i) => {
    const isFirst = state === 'warning' && !isTold;
    isTold = state === 'drift' ? false : isTold || isFirst;
    return isFirst ? [i] : [];
  });
}

function bits(rate: number, n: number, rng: Rng): number[] {
  return Array.from({ length: n }, () => Number(rng.nextFloat() < rate));
}

const HIGH = [4, 5, 6, 7];
const FLIP = [0, 1];

/** The streams of river's documentation and tests (https://riverml.xyz), made as they are made there. */
function stepStream(): number[] {
  const random = new PythonRandom(12345);
  return [...random.choices(FLIP, 1000), ...random.choices(HIGH, 1000)];
}

function fourSegments(): number[] {
  const random = new PythonRandom(42);
  return [FLIP, HIGH, FLIP, HIGH].flatMap((population) => random.choices(population, 1000));
}

function errorStream(): number[] {
  const random = new PythonRandom(42);
  return [...random.choices(FLIP, 1000), ...random.choices(FLIP, 1000, [0.3, 0.7])];
}

test('the streams are those of Python', () => {
  const random = new PythonRandom(42);
  const known = [0.6394267984578837, 0.025010755222666936, 0.27502931836911926];
  expect(known.map(() => random.random())).toEqual(known);
});

describe('the published reference answers', () => {
  test('ADWIN', () => {
    expect(whenIs('drift', observe(new Adwin(), stepStream()))).toEqual([1023]);
    expect(whenIs('drift', observe(new Adwin(), fourSegments()))).toEqual([1023, 2015, 3007]);
    const constant = Array.from({ length: 5000 }, () => 1);
    expect(whenIs('drift', observe(new Adwin(), constant))).toEqual([]);
  });

  test('Page–Hinkley', () => {
    expect(whenIs('drift', observe(new PageHinkley(), stepStream()))).toEqual([1006]);
  });

  test('DDM', () => {
    const states = observe(new Ddm(), errorStream());
    expect(whenIs('drift', states)).toEqual([1334]);
    expect(firstWarnings(states)).toEqual([1084, 1492]);
  });

  test.each([
    { seed: 0, adwin: [1791, 3199], eager: [1641, 3067], ddm: [1679] },
    { seed: 1, adwin: [2175, 3199], eager: [1659, 3111], ddm: [68, 2176] },
    { seed: 2, adwin: [1951, 3199], eager: [1655, 3056], ddm: [1915] },
    { seed: 3, adwin: [1823, 3103], eager: [1682, 3062], ddm: [1807] },
    { seed: 4, adwin: [1887, 3231], eager: [1577, 3095], ddm: [303, 1721] },
  ])('river 0.26.1 on errors that rise and fall, seed $seed', ({ seed, adwin, eager, ddm }) => {
    const random = new PythonRandom(seed);
    const rises = [null, [0.35, 0.65], [0.55, 0.45]];
    const errors = rises.flatMap((weights) => random.choices(FLIP, 1500, weights));
    expect(whenIs('drift', observe(new Adwin(), errors))).toEqual(adwin);
    expect(whenIs('drift', observe(new Adwin({ delta: 0.1, clock: 1 }), errors))).toEqual(eager);
    expect(whenIs('drift', observe(new Ddm(), errors))).toEqual(ddm);
  });

  test('every parameter counts: with another, the answers move', () => {
    const cuts = (options: object) => whenIs('drift', observe(new Adwin(options), fourSegments()));
    const others = [
      { delta: 0.2 },
      { delta: 1e-12 },
      { clock: 1 },
      { maxBuckets: 1 },
      { minWindowLength: 300 },
      { gracePeriod: 1300 },
    ];
    for (const other of others) expect(cuts(other), JSON.stringify(other)).not.toEqual([1023, 2015, 3007]);
    const rises = (options: object) => whenIs('drift', observe(new PageHinkley(options), stepStream()));
    for (const other of [{ minInstances: 1100 }, { delta: 2 }, { threshold: 60 }, { alpha: 0.5 }]) {
      expect(rises(other), JSON.stringify(other)).not.toEqual([1006]);
    }
    for (const other of [{ warmStart: 1100 }, { warningThreshold: 1 }, { driftThreshold: 4 }]) {
      const states = observe(new Ddm(other), errorStream());
      expect([...firstWarnings(states), ...whenIs('drift', states)], JSON.stringify(other)).not.toEqual([
        1084, 1492, 1334,
      ]);
    }
  });
});

describe('ADWIN', () => {
  test('its buckets know the mean and the variance of the window', () => {
    const values = Array.from({ length: 200 }, (_, i) => i % 7);
    const adwin = new Adwin();
    observe(adwin, values);
    const mean = values.reduce((sum, value) => sum + value) / 200;
    expect(adwin.width).toBe(200);
    expect(adwin.mean).toBeCloseTo(mean, 12);
    expect(adwin.variance).toBeCloseTo(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 200, 12);
  });

  test('tells of a fall too, Page–Hinkley does not', () => {
    const fall = [...Array.from({ length: 500 }, () => 5), ...Array.from({ length: 500 }, () => 0)];
    expect(whenIs('drift', observe(new Adwin(), fall))).toEqual([511]);
    expect(whenIs('drift', observe(new PageHinkley(), fall))).toEqual([]);
  });

  test('says nothing before its first look', () => {
    const adwin = new Adwin();
    expect(adwin.mean).toBeNaN();
    expect(observe(adwin, [0, 1000, 0, 1000])).toEqual(['stable', 'stable', 'stable', 'stable']);
  });
});

test('Page–Hinkley by hand: a jump from 0 to 1 is cumulated until it reaches the threshold', () => {
  const detector = new PageHinkley({ minInstances: 3, delta: 0, threshold: 1.1, alpha: 1 });
  // The running means are 0, 0, 1/3, 1/2; what exceeds them cumulates to 0, 0, 2/3, 7/6.
  expect(observe(detector, [0, 0, 1, 1, 0])).toEqual(['stable', 'stable', 'stable', 'drift', 'stable']);
});

test('Page–Hinkley tells of nothing before minInstances values, and of it at that one', () => {
  const detector = new PageHinkley({ minInstances: 6, delta: 0, threshold: 1.1, alpha: 1 });
  expect(whenIs('drift', observe(detector, [0, 0, 1, 1, 1, 1, 1]))).toEqual([5]);
});

test('DDM by hand: 2 and 3 standard errors over the lowest rate', () => {
  const detector = new Ddm({ warmStart: 9 });
  // Lowest after 1 error in 10: rate 0.1, error 0.0949. So 0.290 is a warning and 0.385 a drift; then come 0.298, 0.375, 0.436.
  expect(observe(detector, [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]).at(-1)).toBe('stable');
  expect(observe(detector, [1, 1, 1])).toEqual(['warning', 'warning', 'drift']);
});

test('on unchanged outcomes false alarms are rare, after a change all tell', () => {
  const alarms = { adwin: 0, pageHinkley: 0, ddm: 0 };
  const found = { adwin: 0, pageHinkley: 0, ddm: 0 };
  const make = { adwin: () => new Adwin(), pageHinkley: () => new PageHinkley(), ddm: () => new Ddm() };
  for (let seed = 0; seed < 20; seed++) {
    const rng = new Rng(seed);
    const quiet = bits(0.4, 20_000, rng);
    const changed = [...bits(0.4, 2000, rng), ...bits(0.6, 2000, rng)];
    for (const name of ['adwin', 'pageHinkley', 'ddm'] as const) {
      alarms[name] += whenIs('drift', observe(make[name](), quiet)).length;
      found[name] += Number(whenIs('drift', observe(make[name](), changed)).some((i) => i >= 2000));
    }
  }
  expect(alarms.adwin, 'in 400,000 outcomes').toBeLessThanOrEqual(2);
  expect(alarms.pageHinkley, 'in 400,000 outcomes').toBeLessThanOrEqual(30);
  expect(alarms.ddm, 'in 400,000 outcomes').toBeLessThanOrEqual(10);
  expect(
    Object.values(found).every((n) => n >= 19),
    JSON.stringify(found),
  ).toBe(true);
});

test('outcomes that come five alike at a time are taken for drift: why detectors only inform', () => {
  const rng = new Rng(1);
  const alike = bits(0.4, 20_000, rng).flatMap((error) => Array.from({ length: 5 }, () => error));
  for (const detector of [new Adwin(), new PageHinkley(), new Ddm()]) {
    const nAlarms = whenIs('drift', observe(detector, alike)).length;
    expect(nAlarms, `${detector.constructor.name} in 100,000 outcomes`).toBeGreaterThan(10);
    expect(nAlarms, `${detector.constructor.name} in 100,000 outcomes`).toBeLessThan(200);
  }
});

test('what cannot be read is refused', () => {
  for (const detector of [new Adwin(), new PageHinkley(), new Ddm()]) {
    expect(() => detector.update(Number.NaN)).toThrow('value must be');
    expect(() => detector.update(Number.POSITIVE_INFINITY)).toThrow('value must be');
  }
  expect(() => new Ddm().update(0.5)).toThrow('value must be 0 or 1');
});

test.each<[string, () => DriftDetector]>([
  ['delta', () => new Adwin({ delta: 0 })],
  ['delta', () => new Adwin({ delta: 1 })],
  ['clock', () => new Adwin({ clock: 0 })],
  ['maxBuckets', () => new Adwin({ maxBuckets: 0 })],
  ['minWindowLength', () => new Adwin({ minWindowLength: 0 })],
  ['gracePeriod', () => new Adwin({ gracePeriod: -1 })],
  ['minInstances', () => new PageHinkley({ minInstances: 0 })],
  ['delta', () => new PageHinkley({ delta: -0.1 })],
  ['delta', () => new PageHinkley({ delta: Number.POSITIVE_INFINITY })],
  ['threshold', () => new PageHinkley({ threshold: 0 })],
  ['alpha', () => new PageHinkley({ alpha: 0 })],
  ['alpha', () => new PageHinkley({ alpha: 1.1 })],
  ['warmStart', () => new Ddm({ warmStart: 0 })],
  ['warningThreshold', () => new Ddm({ warningThreshold: 0 })],
  ['driftThreshold', () => new Ddm({ driftThreshold: 1 })],
])('an option out of its range is refused by name, case %#: %s', (name, make) => {
  expect(make).toThrow(`${name} must be`);
});

test('options at the ends of their ranges are taken', () => {
  expect(() => new Adwin({ clock: 1, maxBuckets: 1, minWindowLength: 1, gracePeriod: 0 })).not.toThrow();
  expect(() => new PageHinkley({ minInstances: 1, delta: 0, alpha: 1 })).not.toThrow();
  expect(() => new Ddm({ warmStart: 1, warningThreshold: 3, driftThreshold: 3 })).not.toThrow();
});

test('ADWIN cuts off as few values as minWindowLength allows, at either end, and looks first after gracePeriod', () => {
  // A cut of one value at either end: gap 2.5; variance 0.189, log 1.947, 1/1 + 1/31 give a bound of 0.873 + 1.340.
  const options = { delta: 0.99, clock: 32, maxBuckets: 100, minWindowLength: 1, gracePeriod: 31 };
  const quiet = new Array<number>(31).fill(0);
  expect(whenIs('drift', observe(new Adwin(options), [2.5, ...quiet]))).toEqual([31]);
  expect(whenIs('drift', observe(new Adwin(options), [...quiet, 2.5]))).toEqual([31]);
  expect(whenIs('drift', observe(new Adwin({ ...options, minWindowLength: 2 }), [2.5, ...quiet]))).toEqual([]);
  expect(whenIs('drift', observe(new Adwin({ ...options, gracePeriod: 32 }), [2.5, ...quiet]))).toEqual([]);
});

test('Page–Hinkley: a threshold that is reached is an alarm', () => {
  const detector = new PageHinkley({ minInstances: 1, delta: 0, threshold: 1, alpha: 1 });
  expect(observe(detector, [0, 2]), 'mean 1, so the rise is 1').toEqual(['stable', 'drift']);
});

test('DDM is stable while it only counts, however many errors there are', () => {
  expect(new Set(observe(new Ddm(), new Array<number>(30).fill(1)))).toEqual(new Set(['stable']));
});
