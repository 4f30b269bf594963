import { z } from 'zod';
import { DataError, parseLossless } from '../core/index.ts';
import type { ProvenCosts } from '../domain/index.ts';
import type { ChampionPointer } from '../ports/index.ts';
import { readSmallText, writeFileAtomic } from '../runtime/index.ts';

const basisPoints = z.number().min(0).nullable();
/** Proven costs as they stand in the files of a registry. */
export const provenSchema = z.strictObject({ model_bps: basisPoints, primary_bps: basisPoints });
const pointerSchema = z.object({
  version: z.string(),
  predecessor: z.string().nullable(),
  proven: provenSchema.optional(),
});

/** The file that names the model that serves, the one before it, and what is proven while it serves. */
export interface ChampionFile {
  /** @returns null where there is none. @throws {DataError} `FILE_UNREADABLE` for one that does not name a model. */
  read(): Promise<ChampionPointer | null>;
  /** @throws {DataError} `FILE_UNWRITABLE`. */
  write(pointer: ChampionPointer): Promise<void>;
}

/** The pointer in a file of one line of JSON, which is replaced completely or not at all. */
export function championFileAt(path: string): ChampionFile {
  return {
    async read() {
      const text = await readSmallText(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw new DataError('FILE_UNREADABLE', `cannot read ${path}: ${error.message}`);
      });
      return text === null ? null : parsePointer(text, path);
    },
    async write({ version, predecessor, proven }) {
      const line = JSON.stringify({ version, predecessor, ...provenRecord(proven) });
      await writeFileAtomic(path, new TextEncoder().encode(`${line}\n`));
    },
  };
}

/** Proven costs as a field of a JSON object; no field where they are not recorded. */
export function provenRecord(proven: ProvenCosts | undefined): { readonly proven?: z.output<typeof provenSchema> } {
  return proven === undefined ? {} : { proven: { model_bps: proven.modelBps, primary_bps: proven.primaryBps } };
}

/** The field of a pointer that {@link provenRecord} wrote. */
export function provenIn(record: z.output<typeof provenSchema> | undefined): Pick<ChampionPointer, 'proven'> {
  return record === undefined ? {} : { proven: { modelBps: record.model_bps, primaryBps: record.primary_bps } };
}

function parsePointer(text: string, path: string): ChampionPointer {
  const data = pointerSchema.safeParse(jsonOf(text)).data;
  if (data === undefined)
    throw new DataError('FILE_UNREADABLE', `${path} does not name a model; remove the file to start without a model`);
  return { version: data.version, predecessor: data.predecessor, ...provenIn(data.proven) };
}

function jsonOf(text: string): unknown {
  try {
    return parseLossless(text);
  } catch {
    return null; // refused by the schema
  }
}
