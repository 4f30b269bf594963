import type { TriggerEntry } from '../../ports/index.ts';

/** One retraining from its order to its end, as far as it came. */
export interface TriggerHistory {
  readonly triggerId: string;
  readonly reason: string;
  readonly priority: number;
  /** That of its last move. */
  readonly state: string;
  /** In their order. */
  readonly moves: readonly { readonly state: string; readonly atMs: number; readonly note: string | null }[];
}

/**
 * Puts moves together by their trigger.
 *
 * @param moves - oldest first; one that is there twice counts once.
 * @returns the latest `limit` triggers, the one that moved last first.
 */
export function triggersOf(moves: readonly TriggerEntry[], limit: number): TriggerHistory[] {
  const byId = new Map<string, TriggerHistory>();
  for (const { triggerId, reason, priority, state, atMs, note } of moves) {
    const before = byId.get(triggerId)?.moves ?? [];
    if (before.some((move) => move.state === state)) continue;
    byId.delete(triggerId); // it comes last now
    byId.set(triggerId, { triggerId, reason, priority, state, moves: [...before, { state, atMs, note }] });
  }
  return [...byId.values()].reverse().slice(0, limit);
}
