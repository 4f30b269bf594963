import { createVpinScratch, vpin } from '../../features/index.ts';
import type { FitContext } from '../fit-rows.ts';

/**
 * The toxicity of every event's window.
 *
 * @param column - (nEvents,) the feature `vpin`, which is 0 where the window has no volume.
 * @returns (nEvents,) VPIN; NaN where the window has no volume.
 */
export function toxicityOf(
  { instruments, events, config }: Pick<FitContext, 'instruments' | 'events' | 'config'>,
  column: Float64Array,
): Float64Array {
  const scratch = createVpinScratch();
  const { entry, instrument } = events;
  const toxicity = column.slice();
  for (let k = 0; k < toxicity.length; k++) {
    if (toxicity[k] > 0) continue;
    const { available } = vpin(instruments[instrument[k]].bars, entry[k], config.vpin, scratch);
    if (!available) toxicity[k] = Number.NaN;
  }
  return toxicity;
}
