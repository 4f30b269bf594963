import { type CreateServiceOptions, createSignalService, inlineTrainer } from '../app/index.ts';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../config/index.ts';
import type { SignalService } from '../live/index.ts';
import { SILENT } from '../ports/index.ts';
import { MemoryJournal } from './journal/memory-journal.ts';
import { MemoryModelStore } from './registry/memory-model-store.ts';
import { MemoryRegistry } from './registry/memory-registry.ts';

/** A service for tests, and what it writes to. */
export interface TestService {
  readonly service: SignalService;
  /** The journal that the service writes; another one that was handed in is the caller's to ask. */
  readonly journal: MemoryJournal;
  readonly registry: MemoryRegistry;
  readonly modelStore: MemoryModelStore;
}

/**
 * The live service in memory, for tests of a program that embeds it: no file, no port. Signals, bars, outcomes,
 * retraining and models work as in {@link createSignalService}; a training runs on the calling thread, which waits for it.
 *
 * @param input - settings that differ from the defaults.
 * @param parts - parts of the test's own; the others are in memory, and the log is silent.
 * @returns the service, which the caller stops.
 * @throws {ConditionError} for a setting out of range.
 */
export async function createTestService(
  input: OrchestratorConfigInput = {},
  parts: CreateServiceOptions = {},
): Promise<TestService> {
  const journal = new MemoryJournal();
  const registry = new MemoryRegistry();
  const modelStore = new MemoryModelStore();
  const inMemory = { journal, registry, modelStore, trainer: inlineTrainer(), logger: SILENT };
  const service = await createSignalService(OrchestratorConfig(input), { ...inMemory, ...parts });
  return { service, journal, registry, modelStore };
}
