import { DataError, ModelError } from '../core/index.ts';
import { DEFAULT_LIMITS } from '../domain/index.ts';
import { MAX_MODEL_BYTES } from '../model/index.ts';
import type { ModelStore } from '../ports/index.ts';
import { checkWritable, readWhole, writeFileAtomic } from '../runtime/index.ts';

/** Model files on disk, written completely or not at all. @param maxBytes - maximum size of a file that is read. */
export function fileModelStore(maxBytes: number = DEFAULT_LIMITS.fileBytes): ModelStore {
  return {
    read: async (path) => {
      try {
        return await readWhole(
          path,
          Math.min(maxBytes, MAX_MODEL_BYTES),
          maxBytes < MAX_MODEL_BYTES ? 'limits.file_bytes' : undefined,
        );
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT') throw new ModelError('MODEL_NOT_FOUND', `no model at ${path}`, { cause: error });
        throw new DataError('FILE_UNREADABLE', `cannot read the model at ${path}: ${message}`, { cause: error });
      }
    },
    write: writeFileAtomic,
    checkWritable,
  };
}
