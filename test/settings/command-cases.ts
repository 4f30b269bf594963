import { fileURLToPath } from 'node:url';
import { modelMaker } from '../../src/app/making/model-maker.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { changes, type SettingCases } from './setting-case.ts';

/** A file to be copied. */
const SELF = fileURLToPath(import.meta.url);
const ORDER = {
  triggerId: 't',
  reason: 'manual',
  detector: null,
  note: null,
  instrumentId: 'SIM',
  barType: null,
  modelVersion: null,
  holdOutFrom: null,
} as const;

/** Settings that start programs. */
export const COMMAND_CASES: SettingCases = {
  'retrain.command': changes('where a challenger comes from', [[], ['cp', SELF]], async (command: string[]) =>
    modelMaker(OrchestratorConfig({ retrain: { command } })).make(ORDER, new AbortController().signal),
  ),
};
