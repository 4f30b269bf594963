import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, expectTypeOf, test } from 'vitest';
import { OrchestratorConfig } from '../../config/index.ts';
import { SILENT } from '../../ports/index.ts';
import { type CreateLiveOptions, createLiveService } from '../create-live-service.ts';
import { createOrchestrator } from '../create-orchestrator.ts';
import { createSignalService } from '../create-service.ts';
import type { OPTION_METHODS } from './check-options.ts';

// What a program in JavaScript hands in, or one whose types were cast away.

const directory = mkdtempSync(join(tmpdir(), 'ml4t-options-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const config = OrchestratorConfig({
  modelPath: join(directory, 'model.onnx'),
  redisEnabled: false,
  server: { dataDir: join(directory, 'data'), port: 0 },
});

const nothing = (): void => undefined;

/** Each function that takes options, as a promise. */
const DOORS: readonly [string, (options: object) => Promise<unknown>][] = [
  ['createOrchestrator', async (options) => createOrchestrator(config, { logger: SILENT, ...options })],
  ['createSignalService', (options) => createSignalService(config, { logger: SILENT, ...options })],
  ['createLiveService', (options) => createLiveService(config, { logger: SILENT, ...options })],
];

describe.each(DOORS)('%s', (_, open) => {
  test.each<[object, string]>([
    [{ feature: 1 }, 'feature must be a known option (did you mean features?); its value is not shown'],
    [{ sizer: {} }, 'sizer.size must be a function, was missing'],
    [{ sizer: null }, 'sizer.size must be a function, was missing'],
    [{ trainer: { train: nothing } }, 'trainer.close must be a function, was missing'],
    [{ modelStore: { read: nothing } }, 'modelStore.write must be a function, was missing'],
    [{ registry: {} }, 'registry.list must be a function, was missing'],
    [{ journal: { append: 3 } }, 'journal.append must be a function, was 3'],
    [{ bus: { start: nothing } }, 'bus.onStatus must be a function, was missing'],
    [{ bus: { start: nothing, onStatus: nothing } }, 'bus.stop must be a function, was missing'],
  ])('refuses %o', async (options, sentence) => {
    await expect(open(options)).rejects.toMatchObject({ code: 'INVALID_VALUE', message: sentence });
  });
});

test('every option is in the table, and nothing else (tsc checks this)', () => {
  expectTypeOf<keyof typeof OPTION_METHODS>().toEqualTypeOf<keyof CreateLiveOptions>();
});
