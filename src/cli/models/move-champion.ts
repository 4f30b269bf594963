import { whileUnused } from '../../app/index.ts';
import { ConditionError, Ml4tError, ModelError, ServiceError } from '../../core/index.ts';
import { type KeptModels, loadModel } from './kept-models.ts';

/** The service that may be using the directory. */
export interface ServiceAddress {
  readonly url: string;
  readonly token: string | null;
}

/** What serves now, and who moved it there. */
export interface Moved {
  readonly version: string;
  readonly predecessor: string | null;
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
  kept: KeptModels,
  version: string,
  service: ServiceAddress,
  isForced: boolean,
): Promise<Moved> {
  const { directory, registry } = kept;
  const isDone = await whileUnused(directory, async () => {
    const quarantined = await registry.quarantineOf(version);
    if (quarantined !== null && !isForced) {
      throw new ModelError(
        'MODEL_QUARANTINED',
        `the model ${version} may not be promoted: ${quarantined.reason}; --force does it anyway`,
      );
    }
    await loadModel(kept, version);
    const pointer = await registry.champion();
    const predecessor = pointer?.version === version ? pointer.predecessor : (pointer?.version ?? null);
    await registry.setChampion({ version, predecessor }, isForced ? 'promoted by hand, forced' : 'promoted by hand');
  });
  if (!isDone) await askService(service, `${encodeURIComponent(version)}/promote${isForced ? '?force=true' : ''}`);
  return movedTo(kept, isDone ? null : service.url);
}

/**
 * Lets the model before the champion serve again: by the service, where one uses the directory, else in the directory itself.
 *
 * @throws {ServiceError} `NO_PREDECESSOR`. Else as {@link promoteModel}.
 */
export async function rollbackModel(kept: KeptModels, service: ServiceAddress): Promise<Moved> {
  const { directory, registry, champion } = kept;
  if (champion === null || champion.predecessor === null) {
    const serving = champion === null ? 'no model is the champion' : `${champion.version} has no predecessor`;
    throw new ServiceError('NO_PREDECESSOR', `there is no model to return to: ${serving}`);
  }
  const { version, predecessor } = champion;
  const isDone = await whileUnused(directory, async () => {
    await loadModel(kept, predecessor);
    await registry.quarantine(version, 'taken back by hand');
    await registry.setChampion({ version: predecessor, predecessor: null }, `${version} was rolled back by hand`);
  });
  if (!isDone) await askService(service, `${encodeURIComponent(version)}/rollback`);
  return movedTo(kept, isDone ? null : service.url);
}

async function movedTo({ registry }: KeptModels, by: string | null): Promise<Moved> {
  const pointer = await registry.champion();
  if (pointer === null) throw new ModelError('MODEL_NOT_FOUND', 'no model is the champion any more');
  return { ...pointer, by };
}

/** @throws {Ml4tError} with the code and the sentence the service answered with. */
async function askService(service: ServiceAddress, move: string): Promise<void> {
  const { url, token } = service;
  const response = await fetch(`${url.replace(/\/$/, '')}/v1/models/${move}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }) },
    body: '{}',
  }).catch((error: Error) => {
    const rule = 'the address of the service that uses the data directory';
    throw new ConditionError('--url', rule, `${url} (${(error.cause as Error | undefined)?.message ?? error.message})`);
  });
  if (response.ok) return;
  const problem = (await response.json().catch(() => ({}))) as { readonly code?: string; readonly detail?: string };
  const { code = 'BAD_REQUEST', detail = `it answered ${response.status}` } = problem;
  throw new Ml4tError(code, `the service at ${url} refused: ${detail}`);
}
