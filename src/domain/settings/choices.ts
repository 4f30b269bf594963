export const CLASS_WEIGHTS = ['none', 'balanced'] as const;
/** How the classes are weighted in training; `balanced` gives both the same total weight, which distorts probabilities. */
export type ClassWeight = (typeof CLASS_WEIGHTS)[number];

export const FOLD_WINDOWS = ['expanding', 'rolling'] as const;
/** What a fold trains on: all events before it, or the latest of them. */
export type FoldWindow = (typeof FOLD_WINDOWS)[number];

export const LABEL_KINDS = ['triple_barrier', 'fixed_horizon', 'trend_scanning', 'module', 'given'] as const;
/**
 * Rule of the labels: the triple barrier; the return over a fixed number of bars; the strongest trend within it; a labeler of the
 * operator's own; or outcomes that come from outside.
 */
export type LabelKind = (typeof LABEL_KINDS)[number];

export const LEARNER_KINDS = ['forest', 'boosting', 'module'] as const;
/** What fits the predictor: the random forest, gradient boosting, or a learner of the operator's own. */
export type LearnerKind = (typeof LEARNER_KINDS)[number];

export const BAR_STAMPS = ['close', 'open'] as const;
/** Which end of a bar its time stands for. */
export type BarStamp = (typeof BAR_STAMPS)[number];

export const DURABILITIES = ['process', 'power'] as const;
/** What a written record survives: the end of the process, or also the loss of power. */
export type Durability = (typeof DURABILITIES)[number];

export const SIZING_METHODS = ['afml', 'kelly', 'linear', 'integrated'] as const;
/**
 * How a bet follows from a probability and its break-even: `afml` by its distance in standard deviations, `kelly` by the growth of
 * capital, `linear` by its share of the way to certainty; `integrated` is the probability itself, whatever the break-even.
 */
export type SizingMethod = (typeof SIZING_METHODS)[number];

export const TRUSTS = ['proven', 'expected', 'always'] as const;
/**
 * What a signal must have to be taken: a proof that such trades pay and an expected return above its cost, the latter alone, or, for
 * sizes of the method `integrated`, neither.
 */
export type Trust = (typeof TRUSTS)[number];

export const FACTOR_USES = ['auto', 'always', 'never'] as const;
/** When regime weight and toxicity enter a size: where the training proved that each improves it, always, or never. */
export type FactorUse = (typeof FACTOR_USES)[number];

export const NAUTILUS_FIELDS = ['classic', 'full'] as const;
/** Fields of an answer to a NautilusTrader node: those of 0.1, or with the decision. */
export type NautilusFields = (typeof NAUTILUS_FIELDS)[number];

export const TRAINER_KINDS = ['threads', 'bullmq'] as const;
/** Where trainings run: on threads of this process, or on `ml4t worker` processes, over Redis. */
export type TrainerKind = (typeof TRAINER_KINDS)[number];

export const BUS_CODECS = ['ml4t', 'nautilus-v1', 'nautilus-v2'] as const;
/** How messages look on Redis: the program's own JSON, or the classes of a NautilusTrader generation. */
export type BusCodecName = (typeof BUS_CODECS)[number];

export const BUS_ENCODINGS = ['json', 'msgpack'] as const;
/** How a Nautilus codec writes payloads as bytes. */
export type BusEncoding = (typeof BUS_ENCODINGS)[number];
