import { expect, test } from 'vitest';
import { runMarket } from '../../bench/meta-labeling/run-market.ts';

test('two markets of the public benchmark, by the command line: what is taken beats a coin and taking all', async () => {
  const markets = await Promise.all([1, 2].map((seed) => runMarket(seed, [])));
  for (const [k, { raw, coin, always }] of markets.entries()) {
    const seed = k + 1;
    expect(raw.precision, `seed ${seed}`).toBeGreaterThan(always.precision + 0.05);
    expect(raw.precision, `seed ${seed}`).toBeGreaterThan(coin.precision + 0.05);
    expect(raw.sharpe, `seed ${seed}`).toBeGreaterThan(Math.max(always.sharpe, coin.sharpe));
    expect(always.taken, 'every event was replayed').toBe(1);
  }
});
