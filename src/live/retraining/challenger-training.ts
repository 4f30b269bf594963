import type { OrchestratorConfig } from '../../config/index.ts';
import { type Clock, Ml4tError } from '../../core/index.ts';
import { NO_COLUMNS } from '../../domain/index.ts';
import type { FeatureRegistry } from '../../features/index.ts';
import type { MetaModel } from '../../model/index.ts';
import { type ChallengerVerdict, compareModels, judgeChallenger } from '../../monitoring/index.ts';
import type { Journal, ModelOrder } from '../../ports/index.ts';
import type {
  ContextInstrument,
  FittedModel,
  TrainingLoop,
  TrainingProgress,
  TrainOptions,
} from '../../training/index.ts';
import type { Champion } from '../champion/champion.ts';
import type { KeptModels } from '../champion/kept-models.ts';
import type { ChallengerSource, FittedHere } from './challengers/challenger-source.ts';
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
  readonly source: ChallengerSource;
}

/** The verdict on a challenger. */
interface Judged {
  readonly verdict: ChallengerVerdict;
  readonly reason: string;
  /** `ts_event` of the last event it was judged on; none where it came to no comparison. */
  readonly lastTs?: bigint;
  /** Whether only live outcomes can judge it: it may know the events that were held out. */
  readonly isUntested?: boolean;
}

/** What came of a challenger. */
export interface ChallengerResult {
  readonly end: 'promoted' | 'kept';
  /** Null where a new file was asked for. */
  readonly modelVersion: string | null;
  /** In one sentence. */
  readonly note: string;
}

/**
 * Trains a challenger on what the journal has seen, or takes one from outside, and lets it prove itself: it and the champion are scored on the
 * same latest events, on which neither was trained; one from outside that may know them, on live outcomes alone. What was judged is what
 * may serve, without a refit.
 */
export class ChallengerTraining {
  readonly #options: ChallengerTrainingOptions;

  constructor(options: ChallengerTrainingOptions) {
    this.#options = options;
  }

  /** @throws {DataError | TrainingError | JournalError | ModelError} where no challenger came of it; the champion goes on. */
  async run(
    order: Omit<ModelOrder, 'modelVersion' | 'holdOutFrom'>,
    onProgress: (progress: TrainingProgress) => void = () => undefined,
  ): Promise<ChallengerResult> {
    const { journal, config, source, trainingLoop } = this.#options;
    const { instrumentId, barType } = order;
    const serving = this.#options.champion.current;
    const ofProbability = serving?.isOfProbability === true; // made outside: what was sent since is calibrated anew
    const names = ofProbability ? [] : config.featureNames;
    const context = await contextHistory(journal, names, { instrumentId, barType });
    const past = await journal.history(instrumentId, barType);
    const columns = new Set([...config.columns, ...(serving?.columnFeatures?.names ?? [])]);
    const { isGiven } = trainingLoop.labeler;
    const history = pastSignals(past, [...columns], isGiven);
    const found = serving === null ? null : this.#split(history, instrumentId, serving.lastBarTs, context);
    const split = found instanceof Ml4tError ? null : found;
    const trainHere = async (): Promise<FittedHere> => {
      if (isGiven) checkEnoughTold(history, history.unused, config.training.minTrainingSamples);
      if (found instanceof Ml4tError) throw found;
      const fitted = await this.#fit(split?.training ?? history, { context, ofProbability, onProgress });
      return { fitted, told: toldText(fitted.result.dataset, { isGiven, unused: history.unused, config }) };
    };
    const holdOutFrom = split?.holdout.events[0].timestamp ?? null;
    const made = await source.make(
      serving,
      { ...order, modelVersion: serving?.version ?? null, holdOutFrom },
      trainHere,
    );
    if (made === null) return { end: 'kept', modelVersion: null, note: ASKED };
    const { model, worth, isOutside } = made;
    const judged = serving === null ? null : await this.#judge(serving, model, split?.holdout ?? null, isOutside);
    const isFirst = await this.#keep(model, made.bytes, isOutside);
    const { end, why } = await this.#place(serving, model, judged, isFirst);
    return { end, modelVersion: model.version, note: `${worth}; ${why}` };
  }

  /** Ends what is being made outside; trainings are ended by the orchestrator. */
  stop(): void {
    this.#options.source.stop();
  }

  #split(
    history: SignalledBars,
    instrumentId: string,
    trainedUntil: bigint | null,
    context: readonly ContextInstrument[],
  ): ReturnType<typeof splitHistory> | Ml4tError {
    const { config, trainingLoop } = this.#options;
    const labelerFor: TrainingLoop['labelerFor'] = (terms) => trainingLoop.labelerFor(terms);
    try {
      return splitHistory(history, instrumentId, { config, labelerFor, trainedUntil, context });
    } catch (error) {
      if (error instanceof Ml4tError) return error; // a fault of the data ends a training here, and nothing from outside
      throw error;
    }
  }

  /** Keeps a new model, which serves at once where none does. @returns whether it does for that reason. */
  async #keep(model: MetaModel, bytes: Uint8Array, isOutside: boolean): Promise<boolean> {
    const { champion, kept, config } = this.#options;
    const origin = isOutside ? 'imported' : 'retrained';
    await kept.add(model, bytes, { origin, parent: champion.current?.version ?? null });
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
    const { verdict, reason, lastTs, isUntested = false } = judged;
    if (isUntested && config.retrain.automatic) {
      const whyNot = await shadow.stand(model, serving.version, model.lastBarTs ?? 0n, { isUntested });
      const until = `it stands in shadow until ${shadow.wantedOf({ isUntested })} live outcomes prove it better`;
      return { end: 'kept', why: `${reason}; ${whyNot === null ? until : `but ${whyNot}`}` };
    }
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

  async #judge(
    serving: MetaModel,
    challenger: MetaModel,
    holdout: Holdout | null,
    isOutside: boolean,
  ): Promise<Judged> {
    const { judgements, config, clock, features } = this.#options;
    const { retrain } = config;
    if (challenger.version === serving.version) return held('it is the model that serves');
    if (isOutside && (holdout === null || isKnownTo(serving, holdout) || isKnownTo(challenger, holdout)))
      return UNTESTED;
    if (holdout === null) {
      const wanted = retrain.holdoutEvents ?? `a quarter of them, at least ${FEWEST_HELD_OUT},`;
      return held(`too few events to hold out ${wanted} that judge it; it is kept, not promoted`);
    }
    const firstTs = holdout.events[0].timestamp;
    if (isKnownTo(serving, holdout)) {
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

/** Why a retraining ends without a model where the serving one was made elsewhere. */
const ASKED =
  'the serving model was made elsewhere and cannot be trained here, so a new file was asked for (alert model_wanted); hand one in with ml4t models challenge, or set retrain.command';

/** A model from outside that no held-out event can judge. */
const UNTESTED: Judged = {
  verdict: 'hold',
  reason: 'it was made outside, and there are no events that it and the champion cannot know',
  isUntested: true,
};

/** Whether a model may have seen events that were held out, or does not say. */
function isKnownTo({ lastBarTs }: MetaModel, { events }: Holdout): boolean {
  return lastBarTs === null || lastBarTs >= events[0].timestamp;
}

function held(reason: string): Judged {
  return { verdict: 'hold', reason };
}
