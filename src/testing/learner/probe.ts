import { hashSeed } from '../../core/index.ts';
import { FEATURE_NAMES, type Own } from '../../domain/index.ts';
import { inlineLearnerPool, type Learner, type LearnerContext, type Predictor } from '../../model/index.ts';
import { ContractError } from '../contract-case.ts';
import { N_FEATURES, plantedRows, type Rows } from './planted-rows.ts';

/** What a contract of a learner runs with. */
export interface LearnerContractOptions {
  /** Seed of the rows and of the fits. */
  readonly seed?: number;
  /** Number of rows of a fit. */
  readonly nRows?: number;
  /** Settings of the built-in learner, which others may read. */
  readonly settings?: LearnerContext['settings'];
}

/** Names of the columns of a fit. */
export const NAMES = FEATURE_NAMES.slice(0, N_FEATURES);
/** Slope of the planted signal: the label can then be forecast about 0.2 nats better than by the base rate. */
export const SLOPE = 2;

const SETTINGS: LearnerContext['settings'] = {
  forest: {
    nEstimators: 40,
    maxDepth: 5,
    minSamplesSplit: 10,
    minSamplesLeaf: 5,
    maxFeatures: 'sqrt',
    randomState: 1,
  },
  boosting: { nEstimators: 60, maxDepth: 3, learningRate: 0.1, earlyStoppingRounds: 20 },
};

/** A learner under test, and what every case does with it. */
export class Probe {
  readonly own: Own<Learner>;
  readonly seed: number;
  readonly nRows: number;
  readonly #settings: LearnerContext['settings'];

  constructor(own: Own<Learner>, { seed = 1, nRows = 1500, settings = SETTINGS }: LearnerContractOptions) {
    this.own = own;
    this.seed = seed;
    this.nRows = nRows;
    this.#settings = settings;
  }

  rows(slope = SLOPE, column = 0, stream = 0): Rows {
    return plantedRows(this.nRows, hashSeed(this.seed, stream), slope, column);
  }

  context(onSteps: (nDone: number) => void = () => undefined): LearnerContext {
    return {
      seed: this.seed,
      featureNames: NAMES,
      settings: this.#settings,
      spans: { start: rowNumbers(this.nRows), end: rowNumbers(this.nRows) },
      pool: inlineLearnerPool(),
      onSteps,
      signal: { aborted: false },
    };
  }

  get nSteps(): number {
    return this.own.value.steps?.(this.#settings) ?? 1;
  }

  /** The learner's own predictor, before anything is rounded or checked. */
  async fit({ x, y, w }: Rows): Promise<Predictor> {
    return this.own.value.fit(x, y, w, this.context());
  }

  /** Predicts seeded rows that were not fitted on. */
  ask(predictor: Predictor, nRows = 300): Float64Array {
    return predictor.predictMany(plantedRows(nRows, hashSeed(this.seed, 77), SLOPE).x, nRows);
  }

  /** @throws {ContractError} unless a promise is kept. */
  promise(isKept: boolean, promised: string, happened: string): void {
    if (isKept) return;
    const what = `the learner "${this.own.value.name}" promises that ${promised}, but ${happened} (seed ${this.seed})`;
    throw new ContractError(what);
  }

  promiseSame(promised: string, a: Float64Array, b: Float64Array, tolerance = 0): void {
    this.promise(a.length === b.length, promised, `${a.length} became ${b.length} predictions`);
    const k = a.findIndex((p, i) => !(Object.is(p, b[i]) || Math.abs(p - b[i]) <= tolerance));
    this.promise(k < 0, promised, `prediction ${k} became ${b[k]} instead of ${a[k]}`);
  }
}

/** Labels that end where they begin, one after the other. */
function rowNumbers(nRows: number): Int32Array {
  return Int32Array.from({ length: nRows }, (_, k) => k);
}

/** What a learner keeps of one promise. @throws {ContractError} when it is broken. */
export type Check = (probe: Probe) => Promise<void>;
