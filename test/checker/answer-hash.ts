import { createHash } from 'node:crypto';

/** An answer as it stands on a wire: the part that lasts, the hash it claims, and the hash it has. */
export interface ReadAnswer {
  readonly signalId: string;
  readonly lasting: string;
  readonly claimed: string;
  readonly computed: string;
}

const HASH_MARK = ',"answer_hash":"';

export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** Reads an answer: everything before its hash, closed again, is what the hash is of. Null when it is no answer. */
export function readAnswer(text: string): ReadAnswer | null {
  const at = text.lastIndexOf(HASH_MARK);
  if (at < 0) return null;
  const lasting = `${text.slice(0, at)}}`;
  const claimed = text.slice(at + HASH_MARK.length, at + HASH_MARK.length + 64);
  try {
    const signalId = (JSON.parse(text) as { signal_id?: unknown }).signal_id;
    return typeof signalId === 'string' ? { signalId, lasting, claimed, computed: sha256(lasting) } : null;
  } catch {
    return null;
  }
}
