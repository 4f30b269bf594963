/**
 * A map for objects that come and go by the thousand a second, in the order of their coming. An ordinary `Map` leaves outgrown tables
 * behind, each with its entries and a link to the next; once one of them has grown old, V8 holds everything that ever was in
 * a later one until the next full collection. Here the tables hold numbers only, and a deleted object is let go at once.
 */
export class SlotMap<V extends object> {
  readonly #slots = new Map<string, number>();
  /** By slot; null where it is free. */
  readonly #values: (V | null)[] = [];
  readonly #free: number[] = [];

  get size(): number {
    return this.#slots.size;
  }

  get(key: string): V | null {
    const slot = this.#slots.get(key);
    return slot === undefined ? null : this.#values[slot];
  }

  /** One that is there already is replaced, and keeps its place in the order. */
  set(key: string, value: V): void {
    const slot = this.#slots.get(key) ?? this.#free.pop() ?? this.#values.length;
    this.#slots.set(key, slot);
    this.#values[slot] = value;
  }

  delete(key: string): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) return;
    this.#slots.delete(key);
    this.#values[slot] = null;
    this.#free.push(slot);
  }

  /** Oldest first. */
  keys(): IterableIterator<string> {
    return this.#slots.keys();
  }

  /** Oldest first. */
  values(): V[] {
    return Array.from(this.#slots.values(), (slot) => this.#values[slot] as V);
  }
}
