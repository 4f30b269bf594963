/** A bar of entry whose trades are to be looked at. */
export interface DueEntry {
  /** Of its series. */
  readonly key: string;
  readonly entryTs: bigint;
}

/** Trades to be looked at because bars of their series changed, by its key and time of entry. */
export class DueTrades {
  readonly #entries = new Map<string, bigint[]>();

  /** Those that were due already come first, so that none waits for ever. */
  add(key: string, entries: readonly bigint[]): void {
    const before = new Set(this.#entries.get(key));
    const all = [...before, ...entries.filter((entry) => !before.has(entry))];
    if (all.length > 0) this.#entries.set(key, all);
  }

  /** Takes the next ones. */
  next(): DueEntry | null {
    for (const [key, entries] of this.#entries) {
      const entryTs = entries.shift();
      if (entries.length === 0) this.#entries.delete(key);
      if (entryTs !== undefined) return { key, entryTs };
    }
    return null;
  }

  /** One that was taken comes next again: not all of its trades were looked at. */
  putBack(key: string, entryTs: bigint): void {
    this.#entries.set(key, [entryTs, ...(this.#entries.get(key) ?? [])]);
  }

  drop(key: string): void {
    this.#entries.delete(key);
  }
}
