import type { TriggerEntry } from '../../ports/index.ts';

/** One retraining from its order to its end, as far as it came. */
export interface TriggerHistory extends Omit<TriggerEntry, 'kind' | 'note' | 'atMs'> {
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
  for (const move of moves) {
    const { kind: _, note: _why, atMs, ...trigger } = move;
    const { triggerId, state } = trigger;
    const known = byId.get(triggerId);
    const before = known?.moves ?? [];
    const isRepeated = before.some((earlier) => earlier.state === state);
    byId.delete(triggerId); // it comes last now
    if (known !== undefined && isRepeated) byId.set(triggerId, known);
    else byId.set(triggerId, { ...trigger, moves: [...before, { state, atMs, note: sentenceOf(move) }] });
  }
  return [...byId.values()].reverse().slice(0, limit);
}

/** A move's note for people. The first one also says what was ordered; nobody reads it back from there. */
export function sentenceOf({ state, instrumentId, barType, resumedFrom, note }: TriggerEntry): string | null {
  if (state !== 'created') return note;
  const ofType = barType === null ? '' : `, bars ${JSON.stringify(barType)}`;
  const on = instrumentId === null ? null : `on ${JSON.stringify(instrumentId)}${ofType}`;
  const again = resumedFrom === null ? null : `again, for it was interrupted: ${resumedFrom}`;
  return [on, again, note].filter((part) => part !== null).join('; ') || null;
}
