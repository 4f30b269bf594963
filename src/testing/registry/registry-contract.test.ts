import { describe, test } from 'vitest';
import { fileRegistries, memoryRegistries } from '../../../test/support/registry-subjects.ts';
import { registryContract } from './registry-contract.ts';

describe('the registry in files', () => {
  for (const { name, run } of registryContract(fileRegistries)) test(name, run);
});

describe('the registry in memory', () => {
  for (const { name, run } of registryContract(memoryRegistries)) test(name, run);
});
