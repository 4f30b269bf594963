import { readFile } from 'node:fs/promises';
import { DataError, ModelError } from '../core/index.ts';
import type { ModelStore } from '../ports/index.ts';
import { checkWritable, writeFileAtomic } from '../runtime/index.ts';

/** Model files on disk, written completely or not at all. */
export const fileModelStore: ModelStore = {
  read: async (path) => {
    try {
      return await readFile(path);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') throw new ModelError('MODEL_NOT_FOUND', `no model at ${path}`, { cause: error });
      throw new DataError('FILE_UNREADABLE', `cannot read the model at ${path}: ${message}`, { cause: error });
    }
  },
  write: writeFileAtomic,
  checkWritable,
};
