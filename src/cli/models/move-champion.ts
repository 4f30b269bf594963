import { openModels, withChampion } from '../../app/index.ts';
import type { OrchestratorConfig } from '../../config/index.ts';
import { ConditionError, ModelError, ServiceError } from '../../core/index.ts';
import type { ChampionPointer } from '../../ports/index.ts';
import { askService, type ServiceAddress } from '../service/ask-service.ts';

/** Which model serves now, and what moved it there. */
export interface Moved extends ChampionPointer {
  /** The address of the service that did it; null where it was done in the directory, for the next service to find. */
  readonly by: string | null;
}

/**
 * Lets a kept model serve: by the service, where one uses the directory, else in the directory itself.
 *
 * @throws {ModelError} when it may not serve, or is quarantined and not forced. @throws {ConditionError} when the service is not
 * to be reached.
 */
export async function promoteModel(
  config: OrchestratorConfig,
  version: string,
  service: ServiceAddress,
  isForced: boolean,
): Promise<Moved> {
  const moved = await withChampion(config, {
    check: (champion) => champion.checkPromotion(version, { isForced }).catch(nameForce),
    move: (champion) => champion.promote(version, { isForced, why: 'promoted by hand' }),
  });
  if (moved !== null) return { ...moved, by: null };
  return askToMove(config, service, `${encodeURIComponent(version)}/promote${isForced ? '?force=true' : ''}`);
}

/**
 * Lets the model before the champion serve again: by the service, where one uses the directory, else in the directory itself.
 *
 * @param version - the champion, which is rolled back; null where there is none. @throws {ServiceError} `NO_PREDECESSOR`. Else as
 * {@link promoteModel}.
 */
export async function rollbackModel(
  config: OrchestratorConfig,
  version: string | null,
  service: ServiceAddress,
): Promise<Moved> {
  if (version === null) {
    throw new ServiceError('NO_PREDECESSOR', 'there is no model to return to: no model is the champion');
  }
  const moved = await withChampion(config, {
    check: (champion) => champion.checkRollback(version),
    move: (champion) => champion.rollback(version, 'taken back by hand', `${version} was rolled back by hand`),
  });
  if (moved !== null) return { ...moved, by: null };
  return askToMove(config, service, `${encodeURIComponent(version)}/rollback`);
}

/** Names the option that promotes a quarantined model all the same. */
function nameForce(error: unknown): never {
  if (error instanceof ModelError && error.code === 'MODEL_QUARANTINED') {
    throw new ModelError('MODEL_QUARANTINED', `${error.message}; --force does it anyway`, { cause: error });
  }
  throw error;
}

/** @throws {Ml4tError} with the code and the sentence the service answered with. */
async function askToMove({ server }: OrchestratorConfig, service: ServiceAddress, move: string): Promise<Moved> {
  const { url } = service;
  await askService(service, `/v1/models/${move}`, {}, (code) => {
    const rule = 'the address of the service that uses the data directory';
    return new ConditionError('--url', rule, `${url} (${code})`);
  });
  const pointer = await openModels(server.dataDir).champion();
  if (pointer === null) throw new ModelError('MODEL_NOT_FOUND', 'no model is the champion any more');
  return { ...pointer, by: url };
}
