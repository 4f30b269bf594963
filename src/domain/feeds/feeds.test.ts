import { describe, expect, test } from 'vitest';
import { type Cadence, cadenceOf, measureCadence, measureStep, soleCadence } from './cadence.ts';
import { feedFault, feedSentence } from './feed-fault.ts';
import { seriesKey, seriesOf } from './series-key.ts';

const MINUTE = 60_000_000_000n;
const START = 1_700_000_000_000_000_000n;

/** Close times by the gaps between them, in minutes. */
function times(...gaps: readonly number[]): BigInt64Array {
  let at = START;
  return BigInt64Array.from([0, ...gaps].map((gap) => (at += BigInt(Math.round(gap * 60)) * 1_000_000_000n)));
}
const steps = (n: number, minutes = 1): number[] => new Array<number>(n).fill(minutes);
const at = (bars: BigInt64Array, minutesLater = 0): bigint => (bars.at(-1) ?? 0n) + BigInt(minutesLater) * MINUTE;

describe('the cadence of bars', () => {
  test('the common step is the median of at least half of the gaps', () => {
    expect(measureStep(times(...steps(6), 7, 9, 30))).toBe(MINUTE);
    expect(measureStep(times(1, 2, 3, 4, 5, 6))).toBeNull();
    expect(measureStep(times())).toBeNull();
    expect(measureCadence(times(1, 2.5, 3, 4, 5.2, 6))).toBeNull();
  });

  test('usual, longest and shortest gap, and the longest run of equal others', () => {
    const gaps = [...steps(990), 2, 2, 2, 3, 2, 0.5, 30, 2880, ...steps(5000)];
    expect(measureCadence(times(...gaps))).toEqual({
      stepNs: MINUTE,
      usualGapNs: 2n * MINUTE,
      longestGapNs: 2880n * MINUTE,
      longestOpenGapNs: 2880n * MINUTE,
      shortestGapNs: MINUTE / 2n,
      longestRun: 3,
      openHours: null,
    });
  });

  test('an instrument is looked up by its name, else the single one counts', () => {
    const cadence = measureCadence(times(...steps(10)));
    expect(cadenceOf({ '': cadence }, 'A')).toBe(cadence);
    expect(cadenceOf({ A: null, '': cadence }, 'A')).toBeNull();
    expect(cadenceOf(null, 'A')).toBeNull();
    expect(cadenceOf({}, 'toString')).toBeNull();
  });

  test('a sole cadence is what a lookup finds for every name', () => {
    const cadence = measureCadence(times(...steps(10)));
    for (const cadences of [null, { '': cadence }, { '': null }]) {
      for (const name of ['A', '', 'toString']) expect(soleCadence(cadences)).toBe(cadenceOf(cadences, name));
    }
    for (const cadences of [{}, { A: cadence }, { A: null, '': cadence }])
      expect(soleCadence(cadences)).toBeUndefined();
  });

  test('one cadence is asked with several ages in turn', () => {
    const cadence = measureCadence(times(...steps(99)));
    if (cadence === null) throw new Error('steps of a minute have a cadence');
    const bars = times(...steps(60));
    const stateAt = (minutes: number, maxAgeBars: number) =>
      feedFault(bars, bars[60] + BigInt(minutes) * MINUTE, cadence, maxAgeBars)?.state;
    for (let round = 0; round < 2; round++) {
      expect([stateAt(2, 1), stateAt(2, 3), stateAt(4, 3)]).toEqual(['silent', undefined, 'silent']);
    }
  });

  test('an instrument without a name is judged by what holds for all, where all have one step', () => {
    const [minutes, others] = [steps(99), [...steps(70), 2, 2, 9, ...steps(40)]].map((gaps) =>
      measureCadence(times(...gaps)),
    );
    const cadences = { A: minutes, B: others };
    expect(cadenceOf(cadences, 'X')).toEqual({
      stepNs: MINUTE,
      usualGapNs: 9n * MINUTE,
      longestGapNs: 9n * MINUTE,
      longestOpenGapNs: 9n * MINUTE,
      shortestGapNs: MINUTE,
      longestRun: 2,
      openHours: null,
    });
    expect(cadenceOf(cadences, 'X')).toBe(cadenceOf(cadences, 'Y'));
    expect(cadenceOf({ ...cadences, C: measureCadence(times(...steps(99, 5))) }, 'X')).toBeNull();
    expect(cadenceOf({ ...cadences, C: null }, 'X')).toBeNull();
  });
});

describe('the fault of a feed', () => {
  const cadence: Cadence = measureCadence(times(...steps(2000), 30, ...steps(500))) as Cadence;

  test('bars in step raise nothing up to the age allowed, which the training may lengthen', () => {
    const bars = times(...steps(99));
    for (const later of [0, 1, 3]) expect(feedFault(bars, at(bars, later), cadence, 3)).toBeNull();
    expect(feedFault(bars, at(bars, 4), cadence, 3)).toEqual({
      state: 'silent',
      ageNs: 4n * MINUTE,
      openNs: 4n * MINUTE,
      limitNs: 3n * MINUTE,
    });
    const ofDays = { ...cadence, usualGapNs: 2880n * MINUTE };
    expect(feedFault(bars, at(bars, 2880), ofDays, 3)).toBeNull();
    expect(feedFault(bars, at(bars, 2881), ofDays, 3)).toMatchObject({ state: 'silent' });
  });

  test('a gap longer than every one of the training is a hole until it leaves the window', () => {
    const bars = times(...steps(50), 32, ...steps(20));
    const fault = feedFault(bars, at(bars), cadence, 3);
    expect(fault).toMatchObject({ state: 'hole', gapNs: 32n * MINUTE, longestNs: 30n * MINUTE, fromTs: bars[50] });
    expect(feedFault(bars.subarray(51), at(bars), cadence, 3)).toBeNull();
    const longer = times(...steps(50), 31, ...steps(20));
    expect(feedFault(longer, at(longer), cadence, 3), 'by less than a twentieth').toBeNull();
  });

  test('bars of another length are known from the first that no training gap explains', () => {
    const found = { state: 'wrong_step', stepNs: 5n * MINUTE, modelStepNs: MINUTE };
    const faultOf = (nFives: number, known = cadence): unknown => {
      const bars = times(...steps(90), ...steps(nFives, 5));
      return feedFault(bars, at(bars), known, 3);
    };
    expect([faultOf(2), faultOf(3)]).toEqual([null, found]);
    const illiquid = { ...cadence, usualGapNs: 5n * MINUTE };
    expect([faultOf(5, illiquid), faultOf(6, illiquid)], 'where such gaps are usual').toEqual([null, found]);
    const shorter = times(...steps(96), 0.5);
    expect(feedFault(shorter, at(shorter), cadence, 3)).toMatchObject({ state: 'wrong_step', stepNs: MINUTE / 2n });
  });

  test('the sentence has both figures', () => {
    const bars = times(...steps(50), 32, 1, 1);
    const sentences = [
      feedFault(bars, at(bars, 200), cadence, 3),
      feedFault(bars, at(bars), cadence, 3),
      feedFault(times(...steps(9, 5)), at(times(...steps(9, 5))), cadence, 3),
    ].map((fault) => fault && feedSentence(fault));
    expect(sentences).toEqual([
      'the last bar is 3 h 20 min old, more than the 3 min that the model allows',
      'no bar for 32 min after 2023-11-14T23:03:20.000Z, longer than every gap of the training (30 min)',
      'bars of 5 min come where the model learned from bars of 1 min',
    ]);
  });
});

test('a series is its instrument and its bar type', () => {
  for (const [id, barType] of [
    ['A', null],
    ['A', '1-MINUTE-LAST'],
    ['A:B', 'x:y'],
  ] as const) {
    expect(seriesOf(seriesKey(id, barType))).toEqual({ instrumentId: id, barType });
  }
  expect(seriesKey('A', null)).toBe('A');
});

test('bars before 1970 and after are as far apart as any', () => {
  const cadence = measureCadence(times(...steps(100))) as Cadence;
  const bars = BigInt64Array.from({ length: 20 }, (_, i) => BigInt(i - 10) * MINUTE);
  expect(feedFault(bars, bars[19], cadence, 3)).toBeNull();
});
