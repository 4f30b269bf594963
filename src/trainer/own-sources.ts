import { TrainingError } from '../core/index.ts';
import type { ModuleSource } from '../domain/index.ts';
import { loadModule } from '../runtime/index.ts';
import type { OwnParts, OwnSources, TrainingRequest } from '../training/index.ts';

/**
 * Where another thread loads the definitions of a caller.
 *
 * @throws {TrainingError} for a closure, which cannot leave its thread.
 */
export function sourcesOf(own: OwnParts = {}): OwnSources {
  const entries = Object.entries(own).map(([part, { source }]): [string, ModuleSource] => {
    if (source !== null) return [part, source];
    throw new TrainingError(
      'TRAINING_FAILED',
      `the ${part} of this training cannot go to another thread, which loads a module only: ` +
        `hand in await fromModule(new URL('./my-${part}.ts', import.meta.url)), or train with inlineTrainer()`,
    );
  });
  return Object.fromEntries(entries);
}

/** @throws {TrainingError} for a predictor that was made elsewhere, which is a function of this thread. */
export function refuseFixed({ fixed }: Pick<TrainingRequest, 'fixed'>): void {
  if (fixed === undefined) return;
  const message = 'a predictor that was made elsewhere cannot go to another thread; calibrate it with inlineTrainer()';
  throw new TrainingError('TRAINING_FAILED', message);
}

/** Loads the definitions and verifies that they are the caller's. @throws {DataError} when they have changed or cannot be loaded. */
export async function loadOwn(sources: OwnSources): Promise<OwnParts> {
  const entries = Object.entries(sources).map(async ([part, source]) => {
    return [part, { value: await loadModule(source), source }] as const;
  });
  return Object.fromEntries(await Promise.all(entries)) as OwnParts;
}
