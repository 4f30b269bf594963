import { ModelError } from '../../core/index.ts';
import type { ModelStore } from '../../ports/index.ts';

/** Model files in memory, by their paths. */
export class MemoryModelStore implements ModelStore {
  readonly #files = new Map<string, Uint8Array>();

  /** @param files - what is there at the start, by path. */
  constructor(files: Readonly<Record<string, Uint8Array>> = {}) {
    for (const [path, bytes] of Object.entries(files)) this.#files.set(path, Uint8Array.from(bytes));
  }

  async read(path: string): Promise<Uint8Array> {
    const bytes = this.#files.get(path);
    if (bytes === undefined) throw new ModelError('MODEL_NOT_FOUND', `no model at ${path}`);
    return Uint8Array.from(bytes);
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    this.#files.set(path, Uint8Array.from(bytes));
  }

  async checkWritable(): Promise<void> {
    // Memory is.
  }
}
