import { hash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import type { FeatureName } from '../domain/index.ts';
import { type DecodedModel, decodeModel } from '../model/index.ts';
import { type PlainError, toPlainError } from '../runtime/index.ts';

export interface DecoderRequest {
  readonly bytes: Uint8Array;
  readonly featureNames: readonly FeatureName[] | undefined;
}

export type DecoderReply = { readonly decoded: DecodedModel } | { readonly error: PlainError };

function answer({ bytes, featureNames }: DecoderRequest): DecoderReply {
  try {
    const sha256 = (content: Uint8Array): string => hash('sha256', content, 'hex');
    return { decoded: decodeModel(bytes, { sha256, ...(featureNames && { featureNames }) }) };
  } catch (error) {
    return { error: toPlainError(error) };
  }
}

// The port exists: this file is only ever a thread's entry.
parentPort?.on('message', (request: DecoderRequest) => parentPort?.postMessage(answer(request)));
