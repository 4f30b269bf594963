import { ModelError } from '../core/index.ts';

/** Error for a file that cannot be read. @param what - what is wrong with it. */
export function corrupt(what: string, cause?: unknown): ModelError {
  return new ModelError('MODEL_CORRUPT', `the model file is damaged or not a model: ${what}`, { cause });
}
