import type { OrchestratorConfig } from '../../src/config/index.ts';
import { Rng } from '../../src/core/index.ts';
import type { BarSeries } from '../../src/domain/index.ts';
import { findEvents } from '../../src/training/index.ts';

/**
 * The events of the built-in primary with the side of a coin.
 *
 * @returns (nBars,) -1 or +1 at the events, else 0.
 */
export function coinSides(bars: BarSeries, config: OrchestratorConfig, seed: number): Int8Array {
  const rng = new Rng(seed);
  const side = new Int8Array(bars.length);
  for (const entry of findEvents(bars, null, config).index) side[entry] = rng.nextInt(2) === 1 ? 1 : -1;
  return side;
}
