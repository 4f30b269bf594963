import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileModelRegistry } from '../../src/registry/index.ts';
import { MemoryRegistry, type RegistryFactory } from '../../src/testing/index.ts';

/** Registries in memory, for the contract. */
export const memoryRegistries: RegistryFactory = async () => {
  const registry = new MemoryRegistry();
  return { registry, reopen: async () => registry.reopen(), dispose: async () => undefined };
};

/** Registries in files, for the contract. */
export const fileRegistries: RegistryFactory = async () => {
  const directory = mkdtempSync(join(tmpdir(), 'registry-contract-'));
  return {
    registry: fileModelRegistry(directory),
    reopen: async () => fileModelRegistry(directory),
    dispose: async () => rmSync(directory, { recursive: true, force: true }),
  };
};
