import { readFile } from 'node:fs/promises';
import { handedModelPath, readModelFile } from '../../app/index.ts';
import type { OrchestratorConfig } from '../../config/index.ts';
import { ConditionError, ModelError } from '../../core/index.ts';
import type { MetaModel } from '../../model/index.ts';
import { writeFileAtomic } from '../../runtime/index.ts';
import { askService, type ServiceAddress } from '../service/ask-service.ts';

/** A model that was handed in. */
export interface HandedModel {
  readonly model: MetaModel;
  /** Id of the retraining that judges it; null where no service was reached. */
  readonly triggerId: string | null;
}

/** What a service was asked about. */
interface Series {
  readonly instrument?: string | undefined;
  readonly barType?: string | undefined;
}

/**
 * Hands a model to the service that uses the data directory: it is put there, and a retraining is asked for, which takes it in place of a
 * training. Without a service it waits for the next retraining.
 *
 * @throws {ModelError | DataError} for a file that cannot be read, or that was never calibrated.
 * @throws {Ml4tError} what the service answered where it refuses.
 */
export async function challengeModel(
  path: string,
  config: OrchestratorConfig,
  service: ServiceAddress,
  { instrument, barType }: Series,
): Promise<HandedModel> {
  const { model } = await readModelFile(path, undefined, config.limits).catch(nameRemedy);
  if (model.metadata.training.verdictFormat !== '0.2') throw notCalibrated();
  await writeFileAtomic(handedModelPath(config.server.dataDir), await readFile(path));
  const notReached = new ConditionError(
    '--url',
    'the address of the service that uses the data directory',
    service.url,
  );
  const series = { ...(instrument && { instrument_id: instrument }), ...(barType && { bar_type: barType }) };
  try {
    const answer = (await askService(service, '/v1/retrain', series, () => notReached)) as {
      readonly trigger_id?: string;
    };
    return { model, triggerId: answer.trigger_id ?? null };
  } catch (error) {
    if (error === notReached) return { model, triggerId: null };
    throw error;
  }
}

/** A file of another program does not name its inputs. */
function nameRemedy(error: unknown): never {
  if (error instanceof ModelError && error.code === 'MODEL_SCHEMA') throw notCalibrated(error);
  throw error;
}

function notCalibrated(cause?: unknown): ModelError {
  const message =
    'the model was never calibrated here, so it has nothing to decide by; first run ml4t calibrate MODEL BARS';
  return new ModelError('MODEL_SCHEMA', message, { cause });
}
