import { DataError, Ml4tError } from '../../../core/index.ts';
import type { BusCodec, DecodedEntry } from '../../../ports/index.ts';
import { entryFault, type StreamEntry } from './entries.ts';

/** Maximum number of entries that are kept for their other reader, and of bytes of each. */
const [MAX_KEPT, MAX_KEPT_BYTES] = [256, 4096];

/**
 * Decodes entries. Where signals and bars share a stream, two connections read each entry: what the first has made of it is kept for the
 * other.
 */
export class EntryDecoder {
  readonly #codec: BusCodec;
  readonly #entryBytes: number;
  readonly #isShared: boolean;
  /** By entry id, oldest first. */
  readonly #kept = new Map<string, { readonly entry: StreamEntry; readonly decoded: DecodedEntry | Ml4tError }>();

  /** @param entryBytes - maximum size of an entry. @param isShared - whether each is decoded twice. */
  constructor(codec: BusCodec, entryBytes: number, isShared: boolean) {
    this.#codec = codec;
    this.#entryBytes = entryBytes;
    this.#isShared = isShared;
  }

  /** @returns what an entry says, or why it cannot be read. */
  decode(entry: StreamEntry): DecodedEntry | Ml4tError {
    if (!this.#isShared) return this.#decode(entry);
    const kept = this.#kept.get(entry.id);
    if (kept !== undefined) {
      this.#kept.delete(entry.id);
      if (isSame(kept.entry, entry)) return kept.decoded;
    }
    const decoded = this.#decode(entry);
    if ((entry.fields.payload?.length ?? 0) <= MAX_KEPT_BYTES) this.#keep(entry, decoded);
    return decoded;
  }

  #keep(entry: StreamEntry, decoded: DecodedEntry | Ml4tError): void {
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= MAX_KEPT) this.#kept.delete(oldest);
    this.#kept.set(entry.id, { entry, decoded });
  }

  #decode(entry: StreamEntry): DecodedEntry | Ml4tError {
    const fault = entryFault(entry, this.#entryBytes);
    if (fault !== null) return fault;
    try {
      return this.#codec.decode(entry.fields);
    } catch (error) {
      return error instanceof Ml4tError ? error : new DataError('BAD_JSON', `it cannot be read: ${String(error)}`);
    }
  }
}

/** Whether two entries of one id say the same: a server that lost its data gives ids again. */
function isSame(a: StreamEntry, b: StreamEntry): boolean {
  const [{ payload: mine, ...fields }, { payload: theirs, ...others }] = [a.fields, b.fields];
  if (mine === null || theirs === null || Buffer.compare(mine, theirs) !== 0) return false;
  const sameFields =
    fields.topic === others.topic && fields.type === others.type && fields.encoding === others.encoding;
  return sameFields && a.repeated === b.repeated && a.cut === null && b.cut === null;
}
