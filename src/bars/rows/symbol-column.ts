import type { RowSymbols } from './arrange-rows.ts';

/** Collects the symbol of each row; every symbol is kept once. */
export class SymbolColumn {
  readonly #ids: number[] = [];
  readonly #idOf = new Map<string, number>();

  /** Adds the symbol of the next row. */
  add(text: string): void {
    const name = text.trim();
    const id = this.#idOf.get(name) ?? this.#idOf.size;
    if (id === this.#idOf.size) this.#idOf.set(name, id);
    this.#ids.push(id);
  }

  finish(): RowSymbols {
    return { ids: Int32Array.from(this.#ids), names: [...this.#idOf.keys()] };
  }
}
