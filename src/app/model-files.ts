import type { ModelStore } from '../ports/index.ts';

/** Model files on disk. The room of the registry is loaded with the first file. @param maxBytes - maximum size of a file. */
export function modelFiles(maxBytes: number): ModelStore {
  const store = async (): Promise<ModelStore> => (await registry()).fileModelStore(maxBytes);
  return {
    read: async (path) => (await store()).read(path),
    write: async (path, bytes) => (await store()).write(path, bytes),
    checkWritable: async (path) => (await store()).checkWritable(path),
  };
}

const registry = (): Promise<typeof import('../registry/index.ts')> => import('../registry/index.ts');
