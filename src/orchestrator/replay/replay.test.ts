import { expect, test } from 'vitest';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { servedBy } from '../../../test/support/replayed-model.ts';
import { type BarSeries, BarSeries as Bars, type Cadence, measureCadence } from '../../domain/index.ts';
import { replay } from './replay.ts';

const MINUTES = randomWalk(400, 3, { gaps: 0 });
const CADENCE = measureCadence(MINUTES.tsEvent);
/** The same bars at other times. */
const at = (timeOf: (i: number) => number): BarSeries =>
  Bars.fromColumns({ ...MINUTES, tsEvent: MINUTES.tsEvent.map((_, i) => BigInt(timeOf(i)) * 60_000_000_000n + 1n) });
const FIVES = at((i) => 5 * (i + 1));

const replayed = (bars: BarSeries, cadences: Record<string, Cadence | null> | null): unknown =>
  replay(
    servedBy(() => 0.5, { cadences }),
    bars,
    { instrumentId: 'A', side: null },
  );

test('bars of another length than the model learned from are refused at once, with both lengths', () => {
  expect(() => replayed(FIVES, { '': CADENCE })).toThrow(
    expect.objectContaining({
      code: 'WRONG_STEP',
      message: expect.stringMatching(/^the bars are of 5 min, the model learned from bars of 1 min; replay such bars/),
    }),
  );
  expect(() => replayed(FIVES, { B: CADENCE }), 'of an instrument that the model does not name').toThrow(/of 5 min/);
});

test('bars of the length, without one, and for a model that states none, are replayed', () => {
  expect(replayed(MINUTES, { '': CADENCE })).toBeInstanceOf(Array);
  expect(
    replayed(
      at((i) => i * i + 1),
      { '': CADENCE },
    ),
    'no common step',
  ).toBeInstanceOf(Array);
  for (const cadences of [null, { '': null }]) expect(replayed(FIVES, cadences)).toBeInstanceOf(Array);
});
