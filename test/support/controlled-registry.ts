import type { ChampionMove, ChampionPointer, ShadowPointer } from '../../src/ports/index.ts';
import { MemoryRegistry } from '../../src/testing/index.ts';

/** A registry in memory that a test looks into, and damages. */
export class ControlledRegistry extends MemoryRegistry {
  /** Bytes of the models by version; to change them is a fault. */
  get kept(): Map<string, Uint8Array> {
    return this.storage.models;
  }

  get moves(): readonly ChampionMove[] {
    return this.storage.moves;
  }

  get pointer(): ChampionPointer | null {
    return this.storage.champion;
  }

  /** Lets a model be the champion without a look whether it is kept: a fault. */
  point(pointer: ChampionPointer): void {
    this.storage.champion = pointer;
  }

  get shadowed(): ShadowPointer | null {
    return this.storage.shadow;
  }
}
