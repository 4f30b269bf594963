/** Trades to be looked at because bars of their instrument changed, by instrument and time of entry. */
export class DueTrades {
  readonly #entries = new Map<string, bigint[]>();

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** Those that were due already come first, so that none waits for ever. */
  add(instrumentId: string, entries: readonly bigint[]): void {
    const before = new Set(this.#entries.get(instrumentId));
    const all = [...before, ...entries.filter((entry) => !before.has(entry))];
    if (all.length > 0) this.#entries.set(instrumentId, all);
  }

  /** Takes the next ones. */
  next(): { readonly instrumentId: string; readonly entryTs: bigint } | null {
    for (const [instrumentId, entries] of this.#entries) {
      const entryTs = entries.shift();
      if (entries.length === 0) this.#entries.delete(instrumentId);
      if (entryTs !== undefined) return { instrumentId, entryTs };
    }
    return null;
  }

  drop(instrumentId: string): void {
    this.#entries.delete(instrumentId);
  }
}
