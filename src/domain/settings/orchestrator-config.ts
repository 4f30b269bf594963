import type { FeatureName } from '../feature-names.ts';
import type { AlertSettings } from './alert-settings.ts';
import type { LimitSettings } from './limit-settings.ts';
import type { RedisSettings, TrainerSettings } from './redis-settings.ts';
import type {
  BarFileSettings,
  FeedSettings,
  JournalSettings,
  ModelSettings,
  ModelsSettings,
  OutcomeSettings,
  RetrainSettings,
  ServerSettings,
} from './serving-settings.ts';
import type { SizingSettings } from './sizing-options.ts';
import type {
  BoostingSettings,
  EventSettings,
  ForestSettings,
  LabelSettings,
  LearnerSettings,
  RegimeSettings,
  TrainingSettings,
  WalkForwardSettings,
  WeightSettings,
} from './training-settings.ts';
import type { VpinOptions } from './vpin-options.ts';

/** Every setting of the program, checked and complete. Immutable. */
export interface OrchestratorConfig {
  /** Model file that is trained to and served from. */
  readonly modelPath: string;
  /** Confidence where the model cannot answer; [0, 1]. */
  readonly defaultConfidence: number;
  /** Fall of accuracy below the model's baseline at which it is judged degraded; (0, 0.5]. */
  readonly retrainAccuracyDropThreshold: number;
  /** Number of labelled events a retraining needs, and of new outcomes after which one is due; >= 100. */
  readonly retrainMinSamples: number;
  /** Number of bars after which a retraining is due, >= 1; null for never. */
  readonly retrainIntervalBars: number | null;
  /** Whether `serve` connects to Redis. */
  readonly redisEnabled: boolean;
  /** Redis stream that signals are read from. */
  readonly redisChannelSignals: string;
  /** Redis stream that answers are written to. */
  readonly redisChannelEnriched: string;
  /** Redis stream that bars are read from. */
  readonly redisChannelBars: string;
  /** Time past which an answer is counted and flagged as late, in milliseconds; >= 1. */
  readonly inferenceTimeoutMs: number;
  /** Features of the model in the order of its columns; at least one, without repeats. */
  readonly featureNames: readonly FeatureName[];
  /** Columns of bars, signals and their `features` that are features of the model, after the others; without repeats. */
  readonly columns: readonly FeatureName[];
  /** Those of `columns` that are multiplied by the side of the trade. */
  readonly directional: readonly FeatureName[];
  /** Path or file URL of the module with features of the operator's own; null without any. It is loaded where a program starts, and never by data. */
  readonly featuresModule: string | null;
  readonly labels: LabelSettings;
  readonly events: EventSettings;
  readonly weights: WeightSettings;
  readonly learner: LearnerSettings;
  readonly forest: ForestSettings;
  readonly boosting: BoostingSettings;
  readonly walkForward: WalkForwardSettings;
  readonly regime: RegimeSettings;
  readonly vpin: VpinOptions;
  readonly sizing: SizingSettings;
  readonly training: TrainingSettings;
  readonly model: ModelSettings;
  readonly feed: FeedSettings;
  readonly bars: BarFileSettings;
  readonly server: ServerSettings;
  readonly journal: JournalSettings;
  readonly outcomes: OutcomeSettings;
  readonly retrain: RetrainSettings;
  readonly models: ModelsSettings;
  readonly trainer: TrainerSettings;
  readonly redis: RedisSettings;
  readonly alerts: AlertSettings;
  readonly limits: LimitSettings;
}
