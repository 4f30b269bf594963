import { atOnce, ConditionError, ModelError, TrainingError } from '../core/index.ts';
import type { Own } from '../domain/index.ts';
import { boostingLearner } from './boosting/boosting-learner.ts';
import type { ShapleyValues } from './explanation/tree-shapley.ts';
import { foreignLearner } from './foreign/foreign-learner.ts';
import { forestLearner } from './forest/forest-learner.ts';
import type { DecodeContext, EncodedPredictor, Learner, LearnerContext, Predictor } from './learner.ts';
import { probabilityLearner } from './sent/probability-learner.ts';

/** The built-in learners, which have no module of their own. */
export const FOREST: Own<Learner> = { value: forestLearner, source: null };
export const BOOSTING: Own<Learner> = { value: boostingLearner, source: null };
/** Of models that were trained elsewhere: it reads them, and cannot fit. */
export const FOREIGN: Own<Learner> = { value: foreignLearner, source: null };
/** Of predictions made outside: it fits nothing, and predicts the probability that came with a signal. */
export const PROBABILITY: Own<Learner> = { value: probabilityLearner as Learner, source: null };
/** Those that a model file calls by name. */
export const NAMED_LEARNERS: readonly Own<Learner>[] = [BOOSTING, FOREIGN, PROBABILITY];
const BUILT_IN: readonly Own<Learner>[] = [FOREST, ...NAMED_LEARNERS];

const NAME = /^[a-z][a-z0-9_-]{0,39}$/;

/** Whether a learner is the built-in forest. */
export function isForest({ value }: Own<Learner>): boolean {
  return value === forestLearner;
}

/** Whether a learner is the built-in boosting. */
export function isBoosting({ value }: Own<Learner>): boolean {
  return value === boostingLearner;
}

/** Whether a learner is that of models that were trained elsewhere. */
export function isForeign({ value }: Own<Learner>): boolean {
  return value === foreignLearner;
}

/** Whether a learner is that of predictions made outside. */
export function isProbability({ value }: Own<Learner>): boolean {
  return value === probabilityLearner;
}

/** Whether a learner is built in. Its models are read wherever this program runs, and on any thread. */
export function isBuiltIn(own: Own<Learner>): boolean {
  return BUILT_IN.some(({ value }) => value === own.value);
}

/** @throws {ConditionError} for a learner without a usable name, or without a method of the interface. */
export function checkLearner(own: Own<Learner>): Own<Learner> {
  if (isBuiltIn(own)) return own;
  const { value } = own;
  const missing = (['fit', 'encode', 'decode'] as const).find((method) => typeof value?.[method] !== 'function');
  if (missing !== undefined) throw new ConditionError(`learner.${missing}`, 'a function', value?.[missing]);
  const rule = 'lower-case letters, digits, - and _, a letter first, at most 40, and not that of a built-in learner';
  const isTaken = BUILT_IN.some(({ value: { name } }) => name === value.name);
  if (typeof value.name !== 'string' || !NAME.test(value.name) || isTaken)
    throw new ConditionError('learner.name', rule, value.name);
  return own;
}

/**
 * Predictor of another learner than the built-in ones. Its probabilities are rounded to float32, as in the graph of the
 * file, and checked.
 */
class OwnPredictor implements Predictor {
  /** The predictor that the learner made, and can encode. */
  readonly made: Predictor;
  readonly importance: Float64Array | null;
  readonly size: Readonly<Record<string, number>>;
  readonly dividends?: (row: Float32Array) => Float64Array | null;
  readonly shapley?: (row: Float32Array) => ShapleyValues | null;
  readonly #name: string;

  constructor(name: string, made: Predictor, importance: Float64Array | null) {
    this.made = made;
    this.importance = importance;
    this.size = made.size ?? {};
    if (made.dividends !== undefined) this.dividends = (row) => this.#dividendsOf(row);
    if (made.shapley !== undefined) this.shapley = (row) => this.#shapleyOf(row);
    this.#name = name;
  }

  predictOne(row: Float32Array): number {
    return this.#checked(this.#asked(() => this.made.predictOne(row)));
  }

  predictMany(x: Float32Array, nRows: number): Float64Array {
    const predicted = this.#asked(() => this.made.predictMany(x, nRows));
    if (predicted.length !== nRows) throw this.#fault(`predicts ${predicted.length} rows of ${nRows}`);
    return Float64Array.from(predicted, (p) => this.#checked(p));
  }

  #asked<T>(ask: () => T): T {
    try {
      return atOnce(ask());
    } catch (cause) {
      throw this.#fault(`failed: ${messageOf(cause)}`, cause);
    }
  }

  /** Null when the learner fails, or returns another number than one a set of features. */
  #dividendsOf(row: Float32Array): Float64Array | null {
    try {
      const dividends = atOnce(this.made.dividends?.(row)) ?? null;
      return dividends?.length === 2 ** row.length ? dividends : null;
    } catch {
      return null;
    }
  }

  /** Null when the learner fails, or returns another number than one a feature. */
  #shapleyOf(row: Float32Array): ShapleyValues | null {
    try {
      const shapley = atOnce(this.made.shapley?.(row)) ?? null;
      return shapley?.contributions.length === row.length ? shapley : null;
    } catch {
      return null;
    }
  }

  #checked(probability: number): number {
    if (probability >= 0 && probability <= 1) return Math.fround(probability);
    throw this.#fault(`predicts ${probability}; a probability must be in [0, 1]`);
  }

  #fault(what: string, cause?: unknown): ModelError {
    return new ModelError('MODEL_LEARNER', `the learner "${this.#name}" ${what}`, { cause });
  }
}

/**
 * Fits a predictor and checks what the learner returned.
 *
 * @throws {TrainingError} `TRAINING_FAILED` when a learner of the caller fails, with its message.
 */
export async function fitPredictor(
  own: Own<Learner>,
  x: Float32Array,
  y: Uint8Array,
  w: Float64Array,
  context: LearnerContext,
): Promise<Predictor> {
  const { value: learner } = own;
  if (isBuiltIn(own)) return learner.fit(x, y, w, context);
  try {
    const made = await learner.fit(x, y, w, context);
    checkMethods(made);
    return new OwnPredictor(learner.name, made, checkedImportance(made.importance, context.featureNames.length));
  } catch (cause) {
    const message = `the learner "${learner.name}" failed: ${messageOf(cause)}`;
    throw new TrainingError('TRAINING_FAILED', message, { cause });
  }
}

/** @throws {ConditionError} when the learner encodes in a form that a file cannot hold. */
export function encodePredictor({ value: learner }: Own<Learner>, predictor: Predictor): EncodedPredictor {
  const encoded = learner.encode(predictor instanceof OwnPredictor ? predictor.made : predictor);
  if ('graph' in encoded || encoded.bytes instanceof Uint8Array) return encoded;
  throw new ConditionError(`what ${learner.name}.encode returns`, '{ graph } or { bytes }', encoded);
}

/** @throws {ModelError} when the learner cannot read its part of the file. */
export function decodePredictor(own: Own<Learner>, encoded: EncodedPredictor, context: DecodeContext): Predictor {
  const { value: learner } = own;
  if (isBuiltIn(own)) return learner.decode(encoded, context);
  try {
    const made = atOnce(learner.decode(encoded, context));
    checkMethods(made);
    return new OwnPredictor(learner.name, made, context.importance);
  } catch (cause) {
    const message = `the learner "${learner.name}" cannot read its part of the model file: ${messageOf(cause)}`;
    throw new ModelError('MODEL_LEARNER', message, { cause });
  }
}

function checkMethods(made: Predictor): void {
  for (const method of ['predictOne', 'predictMany'] as const) {
    if (typeof made?.[method] !== 'function') throw new ConditionError(`predictor.${method}`, 'a function', made);
  }
}

function checkedImportance(importance: Float64Array | null | undefined, nFeatures: number): Float64Array | null {
  if (importance === null || importance === undefined) return null;
  const isValid = importance.length === nFeatures && Array.from(importance).every((v) => v >= 0 && v < Infinity);
  if (!isValid) throw new ConditionError('predictor.importance', `${nFeatures} numbers >= 0, or null`, importance);
  return importance;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
