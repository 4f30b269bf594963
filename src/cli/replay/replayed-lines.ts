import { entryPositions, type ReplayedSignal } from '../../orchestrator/index.ts';
import { enrichedSignalToWire } from '../../wire/index.ts';

/**
 * Records of replayed signals: the answer, and what a researcher lays beside it. `averaged_size` and `stepped_size` are the position
 * after the bet, put together from the bets that are open; null where nothing is bet.
 */
export function replayedLines(replayed: readonly ReplayedSignal[]): Record<string, unknown>[] {
  const positions = entryPositions(replayed);
  return replayed.map(({ enriched }, k) => ({
    ...enrichedSignalToWire(enriched),
    averaged_size: positions[k]?.averaged ?? null,
    stepped_size: positions[k]?.stepped ?? null,
  }));
}
