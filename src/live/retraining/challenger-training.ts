import type { Clock } from '../../core/index.ts';
import type { MetaModel } from '../../model/index.ts';
import { type ChallengerVerdict, compareModels, judgeChallenger } from '../../monitoring/index.ts';
import type { ML4TOrchestrator } from '../../orchestrator/index.ts';
import type { Journal } from '../../ports/index.ts';
import type { FittedModel, TrainingProgress } from '../../training/index.ts';
import type { Champion } from '../champion/champion.ts';
import type { Judgements } from './judgements.ts';
import { scoreSignals } from './score-signals.ts';
import { CHAMPION_CHANGED, type ShadowMonitor } from './shadow-monitor.ts';
import { type Holdout, type SignalledBars, signalledBars, splitHistory } from './split-history.ts';

export interface ChallengerTrainingOptions {
  readonly orchestrator: ML4TOrchestrator;
  readonly journal: Journal;
  readonly models: Champion;
  readonly clock: Clock;
  readonly judgements: Judgements;
  readonly shadow: ShadowMonitor;
}

/** What was found of a challenger. */
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
    instrumentId: string,
    onProgress: (progress: TrainingProgress) => void = () => undefined,
  ): Promise<ChallengerResult> {
    const { orchestrator, journal } = this.#options;
    const history = signalledBars(await journal.history(instrumentId));
    const champion = orchestrator.inferenceLoop.model;
    const split = champion === null ? null : splitHistory(history, instrumentId, orchestrator.config);
    const fitted = await this.#fit(split?.training ?? history, onProgress);
    const { nSamples, model } = fitted.result;
    const { accuracy, verdict } = fitted.result.metrics;
    const worth = `${nSamples} signals of ${instrumentId}: ${verdict}, accuracy ${accuracy.toFixed(4)} out of sample`;
    const judged = champion === null ? null : await this.#judge(champion, model, split?.holdout ?? null);
    const isFirst = await this.#options.models.keep(model, fitted.modelBytes);
    const { end, why } = await this.#settle(champion, model, judged, isFirst);
    return { end, modelVersion: model.version, note: `${worth}; ${why}` };
  }

  /** What becomes of a challenger that is judged and kept. */
  async #settle(
    champion: MetaModel | null,
    model: MetaModel,
    judged: Judged | null,
    isFirst: boolean,
  ): Promise<{ readonly end: ChallengerResult['end']; readonly why: string }> {
    const { models, shadow, orchestrator } = this.#options;
    if (isFirst) return { end: 'promoted', why: 'it serves, for none did' };
    if (champion === null || judged === null) return { end: 'kept', why: CHAMPION_CHANGED };
    const { verdict, reason, lastTs } = judged;
    if (verdict !== 'promote' || !orchestrator.config.retrain.automatic) return { end: 'kept', why: reason };
    if (shadow.wanted > 0 && lastTs !== undefined) {
      const whyNot = await shadow.stand(model, champion.version, lastTs);
      const until = `it stands in shadow until ${shadow.wanted} live outcomes are known`;
      return { end: 'kept', why: `${reason}; ${whyNot === null ? until : `but ${whyNot}`}` };
    }
    const isServing = await models.promoteOver(champion.version, model.version);
    return isServing ? { end: 'promoted', why: reason } : { end: 'kept', why: `${reason}; but ${CHAMPION_CHANGED}` };
  }

  #fit({ bars, side }: SignalledBars, onProgress: (progress: TrainingProgress) => void): Promise<FittedModel> {
    return this.#options.orchestrator.trainingLoop.fit(bars, { side, onProgress });
  }

  async #judge(champion: MetaModel, challenger: MetaModel, holdout: Holdout | null): Promise<Judged> {
    const { judgements, orchestrator } = this.#options;
    const { retrain } = orchestrator.config;
    if (challenger.version === champion.version) return hold('it is the model that serves');
    if (holdout === null)
      return hold(`too few events to hold out ${retrain.holdoutEvents} that judge it; it is kept, not promoted`);
    const firstTs = holdout.events[0].timestamp;
    if (champion.lastBarTs === null || champion.lastBarTs >= firstTs) {
      return hold('the serving model was trained on the events that would judge it; it is kept, not promoted');
    }
    const { label, t0, t1, knownRate } = holdout;
    const scores = {
      champion: await scoreSignals(champion, holdout.events, this.#scoring),
      challenger: await scoreSignals(challenger, holdout.events, this.#scoring),
    };
    if ([...scores.champion, ...scores.challenger].some(Number.isNaN)) {
      return hold('the two cannot be asked about the same events; it is kept, not promoted');
    }
    if (orchestrator.inferenceLoop.model !== champion) {
      return hold(CHAMPION_CHANGED);
    }
    const comparison = compareModels({ label, t0, t1, ...scores });
    const lastTs = holdout.events[holdout.events.length - 1].timestamp;
    const pair = { champion: champion.version, challenger: challenger.version, firstTs, lastTs };
    const attempt = judgements.nextAttempt(pair);
    const judgement = judgeChallenger(comparison, { attempt, knownRate, alpha: retrain.promotionAlpha });
    judgements.write(pair, comparison, judgement);
    return { ...judgement, lastTs };
  }

  get #scoring(): Parameters<typeof scoreSignals>[2] {
    const { orchestrator, clock } = this.#options;
    return { config: orchestrator.config, clock };
  }
}

function hold(reason: string): Judged {
  return { verdict: 'hold', reason };
}
