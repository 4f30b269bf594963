import { createHash } from 'node:crypto';
import { enrichedSignalSchema } from '../../src/wire/index.ts';

/** An answer as it stands on a wire: the part that lasts, the hash it claims, and the hash it has. */
export interface ReadAnswer {
  readonly signalId: string;
  /** Number that it says its record has. */
  readonly seq: number | null;
  readonly lasting: string;
  readonly claimed: string;
  readonly computed: string;
}

const HASH_MARK = ',"answer_hash":"';

export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/**
 * Reads an answer: everything before its hash, closed again, is what the hash is of.
 *
 * @returns null when it is no JSON, or not an answer by the schema of the wire, field for field.
 */
export function readAnswer(text: string): ReadAnswer | null {
  const read = enrichedSignalSchema.safeParse(parseOrNull(text));
  if (!read.success) return null;
  const { signal_id: signalId, seq, answer_hash: claimed } = read.data;
  const lasting = `${text.slice(0, text.lastIndexOf(HASH_MARK))}}`;
  return { signalId, seq: seq ?? null, lasting, claimed, computed: sha256(lasting) };
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
