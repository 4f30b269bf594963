/**
 * Map in insertion order for short-lived objects, thousands a second. A plain `Map` replaces its table when it grows, and
 * the old table links to the new one; once the old one is in V8's old generation, every object added later stays in
 * memory until the next full garbage collection. Here the tables contain only slot numbers, so a deleted object can be
 * collected at once.
 */
export class SlotMap<V extends object, K extends string | number | bigint = string> {
  readonly #slots = new Map<K, number>();
  /** Values by slot; null in a free slot. */
  readonly #values: (V | null)[] = [];
  readonly #free: number[] = [];

  get size(): number {
    return this.#slots.size;
  }

  get(key: K): V | null {
    const slot = this.#slots.get(key);
    return slot === undefined ? null : this.#values[slot];
  }

  /** Adds or replaces a value; a replaced value keeps its place in the order. */
  set(key: K, value: V): void {
    const slot = this.#slots.get(key) ?? this.#free.pop() ?? this.#values.length;
    this.#slots.set(key, slot);
    this.#values[slot] = value;
  }

  delete(key: K): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) return;
    this.#slots.delete(key);
    this.#values[slot] = null;
    this.#free.push(slot);
  }

  /** Keys, oldest first. */
  keys(): IterableIterator<K> {
    return this.#slots.keys();
  }

  /** The oldest value; null in an empty map. */
  get oldest(): V | null {
    for (const slot of this.#slots.values()) return this.#values[slot];
    return null;
  }

  /** Values, oldest first. */
  values(): V[] {
    return Array.from(this.#slots.values(), (slot) => this.#values[slot] as V);
  }
}
