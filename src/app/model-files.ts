import type { ModelStore } from '../ports/index.ts';

/** Model files on disk. The room of the registry is loaded with the first file. */
export const modelFiles: ModelStore = {
  read: async (path) => (await registry()).fileModelStore.read(path),
  write: async (path, bytes) => (await registry()).fileModelStore.write(path, bytes),
  checkWritable: async (path) => (await registry()).fileModelStore.checkWritable(path),
};

const registry = (): Promise<typeof import('../registry/index.ts')> => import('../registry/index.ts');
