import { expect, test } from 'vitest';
import { Rng } from '../../core/index.ts';
import { runCounter } from './run-counter.ts';

test.each([1, 2, 84, 500])('rows of runs, short and long, are counted at %i places as one by one', (nPlaces) => {
  const rng = new Rng(nPlaces);
  const place = Int32Array.from({ length: 3000 }, () => rng.nextInt(nPlaces));
  const count = runCounter(place, nPlaces);
  const counts = new Float64Array(nPlaces);
  for (let round = 0; round < 50; round++) {
    const runs = Array.from({ length: 6 }, () => [rng.nextInt(3001), rng.nextInt(3001)].sort((a, b) => a - b)).flat();
    if (round === 0) runs.push(0, 3000, 7, 7, 2999, 3000);
    const wanted = new Float64Array(nPlaces);
    for (let r = 0; r < runs.length; r += 2) for (let k = runs[r]; k < runs[r + 1]; k++) wanted[place[k]]++;
    count(runs, counts);
    expect(counts, `round ${round}`).toEqual(wanted);
  }
});
