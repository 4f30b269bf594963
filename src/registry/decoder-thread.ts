import { parentPort, workerData } from 'node:worker_threads';
import type { FeatureName, ModuleSource, Own } from '../domain/index.ts';
import { type Learner, type PlainModel, toPlainModel } from '../model/index.ts';
import { decodeModel } from '../model/onnx/index.ts';
import { loadModule, type PlainError, sha256, toPlainError } from '../runtime/index.ts';

/** `workerData` of the thread. */
export interface DecoderThreadData {
  /** The learner of the caller, which the thread loads and verifies with the first file; null without one. */
  readonly learner: ModuleSource | null;
  /** Maximum number of splits above a leaf of a forest. */
  readonly treeLevels: number;
}

export interface DecoderRequest {
  readonly bytes: Uint8Array;
  readonly featureNames: readonly FeatureName[] | undefined;
}

export type DecoderReply = { readonly decoded: PlainModel } | { readonly error: PlainError };

/** Answers in the order of the requests, because the learner is loaded before the first. */
async function answer(
  { bytes, featureNames }: DecoderRequest,
  learner: Promise<Own<Learner> | null>,
  treeLevels: number,
): Promise<DecoderReply> {
  try {
    const own = await learner;
    const options = { sha256, treeLevels, ...(featureNames && { featureNames }), ...(own && { learner: own }) };
    return { decoded: toPlainModel(decodeModel(bytes, options)) };
  } catch (error) {
    return { error: toPlainError(error) };
  }
}

async function loadLearner(source: ModuleSource | null): Promise<Own<Learner> | null> {
  return source === null ? null : { value: (await loadModule(source)) as Learner, source };
}

// The port is null only where this file is not the entry of a thread.
if (parentPort !== null) {
  const { learner: source, treeLevels } = workerData as DecoderThreadData;
  const learner = loadLearner(source);
  learner.catch(() => undefined); // every file is answered with the reason
  parentPort.on('message', async (request: DecoderRequest) =>
    parentPort?.postMessage(await answer(request, learner, treeLevels)),
  );
}
