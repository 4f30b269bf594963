import { parentPort } from 'node:worker_threads';
import type { FeatureName } from '../domain/index.ts';
import { type DecodedModel, decodeModel } from '../model/index.ts';
import { type PlainError, sha256, toPlainError } from '../runtime/index.ts';

export interface DecoderRequest {
  readonly bytes: Uint8Array;
  readonly featureNames: readonly FeatureName[] | undefined;
}

export type DecoderReply = { readonly decoded: DecodedModel } | { readonly error: PlainError };

function answer({ bytes, featureNames }: DecoderRequest): DecoderReply {
  try {
    return { decoded: decodeModel(bytes, { sha256, ...(featureNames && { featureNames }) }) };
  } catch (error) {
    return { error: toPlainError(error) };
  }
}

// The port is null only where this file is not the entry of a thread.
parentPort?.on('message', (request: DecoderRequest) => parentPort?.postMessage(answer(request)));
