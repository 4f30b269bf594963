import type { OrchestratorConfig } from '../../config/index.ts';
import type { Clock } from '../../core/index.ts';
import { NO_COLUMNS, type Series } from '../../domain/index.ts';
import type { FeatureRegistry } from '../../features/index.ts';
import type { MetaModel } from '../../model/index.ts';
import { type ChallengerVerdict, compareModels, judgeChallenger } from '../../monitoring/index.ts';
import type { Journal } from '../../ports/index.ts';
import type {
  ContextInstrument,
  FittedModel,
  TrainingLoop,
  TrainingProgress,
  TrainOptions,
} from '../../training/index.ts';
import { headline } from '../../validation/index.ts';
import type { Champion } from '../champion/champion.ts';
import type { KeptModels } from '../champion/kept-models.ts';
import { contextHistory } from './context-history.ts';
import type { Judgements } from './judgements.ts';
import { pastSignals, type SignalledBars } from './past/past-signals.ts';
import { checkEnoughTold, toldText } from './past/told-outcomes.ts';
import { withColumns } from './past-columns.ts';
import { scoreSignals } from './score-signals.ts';
import { CHAMPION_CHANGED, type ShadowMonitor } from './shadow-monitor.ts';
import { FEWEST_HELD_OUT, type Holdout, instrumentOf, splitHistory } from './split-history.ts';

export interface ChallengerTrainingOptions {
  readonly config: OrchestratorConfig;
  readonly trainingLoop: TrainingLoop;
  readonly journal: Journal;
  readonly champion: Champion;
  readonly kept: KeptModels;
  readonly clock: Clock;
  /** The features that models may look at. */
  readonly features: FeatureRegistry;
  readonly judgements: Judgements;
  readonly shadow: ShadowMonitor;
}

/** The verdict on a challenger. */
interface Judged {
  readonly verdict: ChallengerVerdict;
  readonly reason: string;
  /** `ts_event` of the last event it was judged on; none where it came to no comparison. */
  readonly lastTs?: bigint;
}

/** What came of a challenger. */
export interface ChallengerResult {
  readonly end: 'promoted' | 'kept';
  readonly modelVersion: string;
  /** In one sentence. */
  readonly note: string;
}

/**
 * Trains a challenger on what the journal has seen and lets it prove itself: it and the champion are scored on the same latest
 * events, on which neither was trained. What was judged is what may serve, without a refit.
 */
export class ChallengerTraining {
  readonly #options: ChallengerTrainingOptions;

  constructor(options: ChallengerTrainingOptions) {
    this.#options = options;
  }

  /** @throws {DataError | TrainingError | JournalError | ModelError} where no challenger came of it; the champion goes on. */
  async run(
    { instrumentId, barType }: Series,
    onProgress: (progress: TrainingProgress) => void = () => undefined,
  ): Promise<ChallengerResult> {
    const { journal, config, trainingLoop } = this.#options;
    const serving = this.#options.champion.current;
    const ofProbability = serving?.isOfProbability === true; // made outside: what was sent since is calibrated anew
    const names = ofProbability ? [] : config.featureNames;
    const context = await contextHistory(journal, names, { instrumentId, barType });
    const past = await journal.history(instrumentId, barType);
    const columns = new Set([...config.columns, ...(serving?.columnFeatures?.names ?? [])]);
    const { isGiven } = trainingLoop.labeler;
    const history = pastSignals(past, [...columns], isGiven);
    if (isGiven) checkEnoughTold(history, history.unused, config.training.minTrainingSamples);
    const split = serving === null ? null : this.#split(history, instrumentId, serving.lastBarTs, context);
    const fitted = await this.#fit(split?.training ?? history, { context, ofProbability, onProgress });
    const { nSamples, model } = fitted.result;
    const { accuracy } = fitted.result.metrics;
    const { word } = headline(model.metadata.training);
    const told = toldText(fitted.result.dataset, { isGiven, unused: history.unused, config });
    const worth = `${nSamples} signals of ${instrumentId}${told}: ${word}; accuracy ${accuracy.toFixed(4)} out of sample`;
    const judged = serving === null ? null : await this.#judge(serving, model, split?.holdout ?? null);
    const isFirst = await this.#keep(model, fitted.modelBytes);
    const { end, why } = await this.#place(serving, model, judged, isFirst);
    return { end, modelVersion: model.version, note: `${worth}; ${why}` };
  }

  #split(
    history: SignalledBars,
    instrumentId: string,
    trainedUntil: bigint | null,
    context: readonly ContextInstrument[],
  ): ReturnType<typeof splitHistory> {
    const { config, trainingLoop } = this.#options;
    return splitHistory(history, instrumentId, {
      config,
      labelerFor: (terms) => trainingLoop.labelerFor(terms),
      trainedUntil,
      context,
    });
  }

  /** Keeps a new model, which serves at once where none does. @returns whether it does for that reason. */
  async #keep(model: MetaModel, bytes: Uint8Array): Promise<boolean> {
    const { champion, kept, config } = this.#options;
    await kept.add(model, bytes, { origin: 'retrained', parent: champion.current?.version ?? null });
    const isFirst = await champion.promoteFirst(model);
    await kept.prune(config.models.keep, model.version);
    return isFirst;
  }

  /** Promotes a challenger that is judged and kept, lets it stand in shadow, or leaves it at that. */
  async #place(
    serving: MetaModel | null,
    model: MetaModel,
    judged: Judged | null,
    isFirst: boolean,
  ): Promise<{ readonly end: ChallengerResult['end']; readonly why: string }> {
    const { champion, shadow, config } = this.#options;
    if (isFirst) return { end: 'promoted', why: 'it serves, for none did' };
    if (serving === null || judged === null) return { end: 'kept', why: CHAMPION_CHANGED };
    const { verdict, reason, lastTs } = judged;
    if (verdict !== 'promote' || !config.retrain.automatic) return { end: 'kept', why: reason };
    if (shadow.wanted > 0 && lastTs !== undefined) {
      const whyNot = await shadow.stand(model, serving.version, lastTs);
      const until = `it stands in shadow until ${shadow.wanted} live outcomes are known`;
      return { end: 'kept', why: `${reason}; ${whyNot === null ? until : `but ${whyNot}`}` };
    }
    const isServing = await champion.promoteOver(serving.version, model.version);
    return isServing ? { end: 'promoted', why: reason } : { end: 'kept', why: `${reason}; but ${CHAMPION_CHANGED}` };
  }

  #fit(
    history: SignalledBars,
    options: Pick<TrainOptions, 'context' | 'ofProbability' | 'onProgress'>,
  ): Promise<FittedModel> {
    const { trainingLoop } = this.#options;
    const { bars, sent = NO_COLUMNS, side, labels, told } = instrumentOf(history, trainingLoop.labeler.isGiven);
    const signals = { side, labels: labels ?? null, told: told ?? null };
    return trainingLoop.fit(withColumns(bars, sent), { ...signals, ...options });
  }

  async #judge(serving: MetaModel, challenger: MetaModel, holdout: Holdout | null): Promise<Judged> {
    const { judgements, config, clock, features } = this.#options;
    const { retrain } = config;
    if (challenger.version === serving.version) return held('it is the model that serves');
    if (holdout === null) {
      const wanted = retrain.holdoutEvents ?? `a quarter of them, at least ${FEWEST_HELD_OUT},`;
      return held(`too few events to hold out ${wanted} that judge it; it is kept, not promoted`);
    }
    const firstTs = holdout.events[0].timestamp;
    if (serving.lastBarTs === null || serving.lastBarTs >= firstTs) {
      return held('the serving model was trained on the events that would judge it; it is kept, not promoted');
    }
    const { label, t0, t1, knownRate } = holdout;
    const scores = {
      champion: await scoreSignals(serving, holdout.events, { config, clock, features }),
      challenger: await scoreSignals(challenger, holdout.events, { config, clock, features }),
    };
    if ([...scores.champion, ...scores.challenger].some(Number.isNaN)) {
      return held('the two cannot be asked about the same events; it is kept, not promoted');
    }
    if (this.#options.champion.current !== serving) return held(CHAMPION_CHANGED);
    const comparison = compareModels({ label, t0, t1, ...scores });
    const lastTs = holdout.events[holdout.events.length - 1].timestamp;
    const pair = { champion: serving.version, challenger: challenger.version, firstTs, lastTs };
    const attempt = judgements.nextAttempt(pair);
    const judgement = judgeChallenger(comparison, { attempt, knownRate, alpha: retrain.promotionAlpha });
    judgements.write(pair, comparison, judgement);
    return { ...judgement, lastTs };
  }
}

function held(reason: string): Judged {
  return { verdict: 'hold', reason };
}
