/** Bits for one id: of a thousand that were never added, fewer than one a layer is taken for one that was; two or three beside a million. */
const BITS_PER_ID = 16;
/** Number of bits set for an id. */
const N_HASHES = 8;
/** Number of ids that the first layer is made for; each further layer is made for twice as many. */
const FIRST_LAYER_IDS = 1 << 16;
/** Maximum number of layers: together for 67 million ids, in 134 MB. */
const MAX_LAYERS = 10;

/** Bits of ids. */
interface Layer {
  readonly bits: Uint32Array;
  /** Number of ids it is made for. */
  readonly capacity: number;
  nIds: number;
}

/**
 * Set of ids in two bytes each, which never denies an id that was added, and rarely takes one for added that was not. Layers are
 * added as it grows; once the last one is full, every id is taken for added.
 *
 * @see Bloom (1970), Space/time trade-offs in hash coding; Almeida et al. (2007), Scalable Bloom filters.
 */
export class IdFilter {
  readonly #layers: Layer[];
  readonly #maxLayers: number;
  readonly #firstIds: number;
  #isFull = false;

  /** @param firstIds - number of ids that the first layer is made for, a power of two. */
  constructor(firstIds = FIRST_LAYER_IDS, maxLayers = MAX_LAYERS) {
    this.#firstIds = firstIds;
    this.#maxLayers = maxLayers;
    this.#layers = [layerFor(firstIds)];
  }

  /** Adds an id, unless it seems to be there. */
  add(id: string): void {
    if (this.mayHold(id)) return;
    let last = this.#layers[this.#layers.length - 1];
    if (last.nIds === last.capacity) {
      this.#isFull = this.#layers.length === this.#maxLayers;
      if (this.#isFull) return;
      last = layerFor(this.#firstIds << this.#layers.length);
      this.#layers.push(last);
    }
    last.nIds++;
    const [first, step] = hashesOf(id);
    const mask = last.bits.length * 32 - 1;
    for (let k = 0; k < N_HASHES; k++) {
      const bit = (first + Math.imul(k, step)) & mask;
      last.bits[bit >>> 5] |= 1 << bit;
    }
  }

  /** Whether an id may have been added; false only for one that was not. */
  mayHold(id: string): boolean {
    if (this.#isFull) return true;
    const [first, step] = hashesOf(id);
    return this.#layers.some(({ bits }) => hasAll(bits, first, step));
  }
}

function layerFor(capacity: number): Layer {
  return { bits: new Uint32Array((capacity * BITS_PER_ID) / 32), capacity, nIds: 0 };
}

function hasAll(bits: Uint32Array, first: number, step: number): boolean {
  const mask = bits.length * 32 - 1;
  for (let k = 0; k < N_HASHES; k++) {
    const bit = (first + Math.imul(k, step)) & mask;
    if ((bits[bit >>> 5] & (1 << bit)) === 0) return false;
  }
  return true;
}

/** Two independent hashes of 32 bits; the second is odd, so that its multiples reach every bit. */
function hashesOf(id: string): readonly [first: number, step: number] {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < id.length; i++) {
    const unit = id.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  const first = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  const step = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(first ^ (first >>> 13), 3266489909);
  return [first, step | 1];
}
