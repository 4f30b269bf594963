import { createOrchestrator, loadModules } from '../../app/index.ts';
import type { MetaModel } from '../../model/index.ts';
import type { ML4TOrchestrator } from '../../orchestrator/index.ts';
import { SILENT } from '../../ports/index.ts';
import { checkSameLabeler } from '../../training/index.ts';
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
  const own = await loadModules(config);
  const orchestrator = createOrchestrator(config, own);
  if (model === null) await startModel(orchestrator, options);
  else {
    checkSameLabeler(model, orchestrator.labeler, own);
    await orchestrator.swapModel(model);
  }
  const terms = model?.metadata.terms ?? null;
  return { orchestrator, differences: [...differences, ...termDifferences(given, terms, options.instrument)] };
}

/** The model, whatever labels it learned from: it may say by which it is to be judged. */
async function loadModel(
  given: Readonly<Record<string, unknown>>,
  options: Pick<SettingsOptions, 'model' | 'features'>,
): Promise<MetaModel | null> {
  const labels = { ...(given.labels as object | undefined), kind: 'given', module: null };
  const config = checkedSettings({ ...given, labels });
  const orchestrator = createOrchestrator(config, { ...(await loadModules(config)), logger: SILENT });
  try {
    await startModel(orchestrator, options);
    return orchestrator.inferenceLoop.model;
  } finally {
    await orchestrator.stop();
  }
}
