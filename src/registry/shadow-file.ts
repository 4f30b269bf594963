import { unlink } from 'node:fs/promises';
import { z } from 'zod';
import { DataError, parseLossless } from '../core/index.ts';
import type { ShadowPointer } from '../ports/index.ts';
import { readSmallText, systemFault, writeFileAtomic } from '../runtime/index.ts';

const schema = z.strictObject({
  version: z.string().min(1),
  champion: z.string().min(1),
  since_ts: z.string().regex(/^-?[0-9]{1,19}$/),
  /** Absent for one that held-out events judged, as in files of an older program. */
  untested: z.literal(true).optional(),
});

/** The file that names the model in shadow. */
export interface ShadowFile {
  /** @returns null for a file that is missing or cannot be read, which only ends the trial of a shadow. */
  read(): Promise<ShadowPointer | null>;
  /** @throws {DataError} `FILE_UNWRITABLE`. */
  write(pointer: ShadowPointer | null): Promise<void>;
}

/** The pointer in a file of one line of JSON, which is replaced completely or not at all. */
export function shadowFile(path: string): ShadowFile {
  return {
    async read() {
      const text = await readSmallText(path).catch(() => '');
      return pointerOf(text);
    },
    async write(pointer) {
      if (pointer === null) return remove(path);
      const { version, champion, sinceTs, isUntested = false } = pointer;
      const untested = isUntested ? { untested: true } : {};
      const line = JSON.stringify({ version, champion, since_ts: sinceTs.toString(), ...untested });
      await writeFileAtomic(path, new TextEncoder().encode(`${line}\n`));
    },
  };
}

async function remove(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw new DataError('FILE_UNWRITABLE', `cannot remove ${path}: ${systemFault(error)}`);
  });
}

function pointerOf(text: string): ShadowPointer | null {
  try {
    const { data } = schema.safeParse(parseLossless(text));
    return data === undefined
      ? null
      : {
          version: data.version,
          champion: data.champion,
          sinceTs: BigInt(data.since_ts),
          ...(data.untested === true && { isUntested: true }),
        };
  } catch {
    return null; // no JSON
  }
}
