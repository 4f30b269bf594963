import type { FillRule, PrimaryName, Sampling } from '../event-choices.ts';
import type { ClassWeight, FoldWindow, LabelKind, LearnerKind } from './choices.ts';

/** How trades are labelled. */
export interface LabelSettings {
  /** Rule of the labels; with `given` they come from outside (`--labels`, `POST /v1/outcomes`). */
  readonly kind: LabelKind;
  /**
   * Path or file URL of the module with the operator's own labeler, for the kind `module`; null for any other. It is loaded where a
   * program starts, and never by data.
   */
  readonly module: string | null;
  /** Bars from entry to exit of the kinds `fixed_horizon` and `trend_scanning`; [1, 10000], of the latter at least 4. */
  readonly horizonBars: number;
  /** Take-profit distance, in ATR(14) of the event bar; > 0. */
  readonly ptMultiplier: number;
  /** Stop-loss distance, in ATR(14) of the event bar; > 0. */
  readonly slMultiplier: number;
  /** Holding time until the vertical barrier, in bars; [1, 10000]. */
  readonly maxHoldingBars: number;
  /** Price at which an exit is booked. */
  readonly fill: FillRule;
  /** Distance of two prices, to which barriers are rounded outward, price units, > 0; null for an estimate from the closes. */
  readonly tickSize: number | null;
  /** Cost of a round trip, in basis points, >= 0; null for the larger of one tick and 1 bp. */
  readonly costBps: number | null;
  /** Gross return that a trade labelled 1 must exceed, as a fraction; net of costs with {@link LabelSettings.netOfCosts}. */
  readonly minReturn: number;
  /** Whether labels are made of net returns, and barriers rounded only to a tick that is set: the rule of 0.1. */
  readonly netOfCosts: boolean;
}

/** Which bars become events. */
export interface EventSettings {
  /** Built-in primary strategy that gives the sides. */
  readonly primary: PrimaryName;
  /** Rule that picks events among the bars that have a side. */
  readonly sampling: Sampling;
  /** CUSUM threshold, in volatilities of the bar; > 0. */
  readonly cusumMultiplier: number;
}

/** How training events are weighted. */
export interface WeightSettings {
  /** Whether uniqueness is multiplied by |return|. */
  readonly returnWeighted: boolean;
  /** Weight of the oldest event relative to the newest; [0, 1], 1 is no decay. */
  readonly timeDecay: number;
  /** Weighting of the two classes. */
  readonly classWeight: ClassWeight;
}

/** What fits the predictor. */
export interface LearnerSettings {
  /** The random forest, gradient boosting, or a learner of the operator's own. */
  readonly kind: LearnerKind;
  /**
   * Path or file URL of the module with the operator's own learner, for the kind `module`; null for any other. It is loaded where a
   * program starts, and never by data.
   */
  readonly module: string | null;
}

/** How trees are boosted; scikit-learn's names. */
export interface BoostingSettings {
  /** Maximum number of trees; [1, 10000]. */
  readonly nEstimators: number;
  /** Depth of a tree, in levels of splits; [1, 12]. */
  readonly maxDepth: number;
  /** Share of each tree's step that is taken; (0, 1]. */
  readonly learningRate: number;
  /**
   * Number of trees without a lower log-loss in the last fifth of the training events after which no more are grown, >= 1; null for
   * all of them, without holding any event back.
   */
  readonly earlyStoppingRounds: number | null;
}

/** How the random forest is grown; scikit-learn's names. */
export interface ForestSettings {
  /** Number of trees; [1, 10000]. */
  readonly nEstimators: number;
  /** Depth of a tree, in levels of splits; [1, 12]. */
  readonly maxDepth: number;
  /** Minimum number of drawn events in a node that is split; >= 2. */
  readonly minSamplesSplit: number;
  /** Minimum number of drawn events in a leaf; >= 1. */
  readonly minSamplesLeaf: number;
  /** Number of features drawn at each split: `sqrt` of all, or an integer in [1, number of features]. */
  readonly maxFeatures: 'sqrt' | number;
  /** Seed of everything random in a training; [0, 2^31 - 1]. */
  readonly randomState: number;
}

/** How a model is judged: trained on the past, tested on the block that follows. */
export interface WalkForwardSettings {
  /** Number of test blocks; [2, 100]. */
  readonly nFolds: number;
  /** What a fold trains on. */
  readonly window: FoldWindow;
  /** Number of latest events that train a fold of a rolling window, >= 100; null for the length of a block. */
  readonly trainEvents: number | null;
  /** Gap between the last training label and the test block, in bars; >= 0. */
  readonly embargoBars: number;
}

/** The regime model (calm or turbulent). */
export interface RegimeSettings {
  /** Regime weight of certain turbulence; [0, 1]. */
  readonly floor: number;
  /** Number of random starts of the fit; [1, 100]. */
  readonly nStarts: number;
  /** Maximum number of iterations of a start; [1, 10000]. */
  readonly maxIterations: number;
  /** Maximum number of latest training bars the regime model is fitted on; >= 1000. */
  readonly maxBars: number;
}

/** What a training needs. */
export interface TrainingSettings {
  /** Minimum number of labelled events for a training; >= 10. */
  readonly minTrainingSamples: number;
}
