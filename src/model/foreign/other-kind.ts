import { ModelError } from '../../core/index.ts';

/** What who has a model of another kind can do. */
const REMEDY =
  'trees and linear models with two classes load (docs/foreign.md); a model of another kind stays outside, and its probability comes with each signal';

/**
 * Error for a file that is sound, and holds a model of a kind that cannot serve here.
 *
 * @param what - what the model is or does, as the rest of a sentence that begins with "it". @param remedy - what to do about it.
 */
export function otherKind(what: string, remedy: string = REMEDY): ModelError {
  return new ModelError('MODEL_KIND', `the model file is valid ONNX of another kind: it ${what}; ${remedy}`);
}

/** A name out of a file, to be shown in a sentence. */
export function named(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name;
}
