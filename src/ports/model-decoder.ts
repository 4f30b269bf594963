import type { FeatureName } from '../domain/index.ts';
import type { MetaModel } from '../model/index.ts';

/**
 * Reads the bytes of a model file, checks included, somewhere that nobody waits for: it takes milliseconds.
 *
 * @param featureNames - the columns of a forest that is not ours.
 * @throws {ModelError} by the promise, when the bytes are not a model that may serve.
 */
export type ModelDecoder = (bytes: Uint8Array, featureNames?: readonly FeatureName[]) => Promise<MetaModel>;
