import { NOTHING_PROVEN, type ProvenCosts } from '../../domain/index.ts';
import { type MetaModel, provenBy } from '../../model/index.ts';
import type { ChampionPointer, Logger, ModelRegistry } from '../../ports/index.ts';

/**
 * What is proven of a model whose file was named at the start. To start a service again is no judgement of a person: a model that
 * was the champion before keeps what was last proven of it, and one that may not be promoted proves nothing. Of any other its file
 * says it.
 */
export async function adoptedProof(
  model: MetaModel,
  pointer: ChampionPointer | null,
  { registry, logger }: { readonly registry: ModelRegistry; readonly logger: Logger },
): Promise<ProvenCosts> {
  const { version } = model;
  if ((await registry.quarantineOf(version)) !== null) return NOTHING_PROVEN;
  if (pointer?.version === version) return pointer.proven ?? provenBy(model.metadata);
  try {
    const last = (await registry.history()).findLast((move) => move.version === version);
    return last?.proven ?? provenBy(model.metadata);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    logger.warn(`nothing counts as proven of ${version}, since the history of champions cannot be read: ${why}`);
    return NOTHING_PROVEN;
  }
}
