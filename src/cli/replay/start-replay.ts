import { createOrchestrator, loadFeatures } from '../../app/index.ts';
import type { MetaModel } from '../../model/index.ts';
import type { ML4TOrchestrator } from '../../orchestrator/index.ts';
import { SILENT } from '../../ports/index.ts';
import { checkedSettings, type SettingsOptions } from '../options.ts';
import { startModel } from '../start-model.ts';
import { judgingSettings, termDifferences } from './judging-settings.ts';

/** A replay that is ready to begin. */
export interface StartedReplay {
  readonly orchestrator: ML4TOrchestrator;
  /** Where it judges by other settings than its model learned with, a sentence each. */
  readonly differences: readonly string[];
}

/**
 * Loads the model of a replay, which is judged by the settings of its training where no others were given.
 *
 * @param given - see `givenSettings`.
 * @throws {ModelError | DataError} for a named model that may not serve.
 */
export async function startReplay(
  given: Readonly<Record<string, unknown>>,
  options: Pick<SettingsOptions, 'model' | 'features'> & {
    readonly signals?: string;
    readonly labels?: string;
    readonly instrument: string;
  },
): Promise<StartedReplay> {
  const model = await loadModel(given, options);
  const learned = model?.metadata.config ?? {};
  const { settings, differences } = judgingSettings(
    given,
    learned,
    options.signals !== undefined || options.labels !== undefined,
  );
  const config = checkedSettings(settings);
  const orchestrator = createOrchestrator(config, await loadFeatures(config));
  if (model === null) await startModel(orchestrator, options);
  else await orchestrator.swapModel(model);
  const terms = model?.metadata.terms ?? null;
  return { orchestrator, differences: [...differences, ...termDifferences(given, terms, options.instrument)] };
}

async function loadModel(
  given: Readonly<Record<string, unknown>>,
  options: Pick<SettingsOptions, 'model' | 'features'>,
): Promise<MetaModel | null> {
  const config = checkedSettings(given);
  const orchestrator = createOrchestrator(config, { ...(await loadFeatures(config)), logger: SILENT });
  try {
    await startModel(orchestrator, options);
    return orchestrator.inferenceLoop.model;
  } finally {
    await orchestrator.stop();
  }
}
