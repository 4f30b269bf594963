import type { FeatureName } from '../../domain/index.ts';
import { coinReturn, excessReturn } from '../../labeling/index.ts';
import { entryPositions, type ReplayedSignal } from '../../orchestrator/index.ts';
import { enrichedSignalToWire } from '../../wire/index.ts';

/**
 * Records of replayed signals: the answer, and what a researcher lays beside it.
 *
 * - `features`: what the model was asked about, by name; null where it was not asked.
 * - `outcome`, `label`, `return`, `coin`, `excess`, `exit_ts`: how the trade ended, as in the outcomes of the live service; null while it
 *   is open, the coin and the excess also while only the other side is.
 * - `in_sample`, `before_training`: whether the model was trained on this time or later ones, and on later ones only.
 * - `averaged_size`, `stepped_size`: the position after the bet, put together from the bets that are open; null where nothing is bet.
 *
 * @param names - features of the model in the order of its inputs; empty without a model.
 * @param tsEvent - (nBars,) time of each replayed bar, UNIX ns.
 */
export function replayedLines(
  replayed: readonly ReplayedSignal[],
  names: readonly FeatureName[],
  tsEvent: BigInt64Array,
): Record<string, unknown>[] {
  const positions = entryPositions(replayed);
  return replayed.map((signal, k) => ({
    ...enrichedSignalToWire(signal.enriched),
    features: namedFeatures(signal, names),
    ...outcomeOf(signal, tsEvent),
    in_sample: signal.inSample,
    before_training: signal.beforeTraining,
    averaged_size: positions[k]?.averaged ?? null,
    stepped_size: positions[k]?.stepped ?? null,
  }));
}

function namedFeatures({ enriched: { features } }: ReplayedSignal, names: readonly FeatureName[]): unknown {
  return features === null ? null : Object.fromEntries(names.map((name, j) => [name, features[j]]));
}

function outcomeOf({ label, kind, ret, other, t1 }: ReplayedSignal, tsEvent: BigInt64Array): Record<string, unknown> {
  if (label === null) {
    return { outcome: null, label: null, return: null, coin: null, excess: null, exit_ts: null };
  }
  return {
    outcome: kind,
    label,
    return: ret,
    coin: other === null ? null : coinReturn(ret, other.ret),
    excess: other === null ? null : excessReturn(ret, other.ret),
    exit_ts: tsEvent[t1],
  };
}
