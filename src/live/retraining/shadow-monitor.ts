import type { OrchestratorConfig } from '../../config/index.ts';
import type { Clock } from '../../core/index.ts';
import type { MaturedOutcome, SignalEvent } from '../../domain/index.ts';
import type { FeatureRegistry } from '../../features/index.ts';
import type { MetaModel } from '../../model/index.ts';
import {
  type AttemptResult,
  byEntry,
  type ChallengerJudgement,
  type Comparison,
  columnsOf,
  compareModels,
  judgeChallenger,
  judgeShadow,
  labelSpans,
} from '../../monitoring/index.ts';
import type { Journal, Logger, ModelEntry, ModelRegistry, ShadowPointer } from '../../ports/index.ts';
import { OneAtATime } from '../../runtime/index.ts';
import type { Champion } from '../champion/champion.ts';
import type { KeptModels } from '../champion/kept-models.ts';
import type { EventStream } from '../event-stream.ts';
import type { ShadowStatus } from '../service-api.ts';
import { type Subscribable, Topic } from '../topic.ts';
import type { JudgedPair, Judgements } from './judgements.ts';
import { recordedEvent, scoreSignals } from './score-signals.ts';
import { FEWEST_HELD_OUT } from './split-history.ts';

export interface ShadowMonitorOptions {
  readonly config: OrchestratorConfig;
  readonly journal: Journal;
  readonly registry: ModelRegistry;
  readonly champion: Champion;
  readonly kept: KeptModels;
  readonly judgements: Judgements;
  readonly feed: EventStream;
  readonly clock: Clock;
  /** The features that models may look at. */
  readonly features: FeatureRegistry;
  readonly logger: Logger;
  readonly nowMs: () => number;
  /** Outcomes known before the process began, oldest first. */
  readonly known: readonly MaturedOutcome[];
}

/** Why a challenger is not promoted when the champion that it was compared with serves no more. */
export const CHAMPION_CHANGED = 'another model came to serve meanwhile; it is kept, not promoted';

/** Number of live outcomes on which a challenger is judged that no held-out event judged before: as many as of the latter else. */
export function untestedOutcomes({ shadowOutcomes, holdoutEvents }: OrchestratorConfig['retrain']): number {
  return Math.max(shadowOutcomes, holdoutEvents ?? FEWEST_HELD_OUT);
}

/** Maximum number of outcomes scored before the status shows them. */
const AT_ONCE = 50;

/** A live outcome, with what the shadow would have answered. */
interface Scored extends MaturedOutcome {
  readonly silent: number;
}

/** A model that stands in shadow. */
interface Shadow extends ShadowPointer {
  readonly model: MetaModel;
  /** Outcomes it was not asked about yet, in the order they came to be known. */
  readonly waiting: MaturedOutcome[];
  readonly scored: Scored[];
  /** Why it may serve, once it was judged. */
  proof: string | null;
}

/**
 * A challenger that won on the held-out events stands beside the champion until enough of the champion's live signals have their
 * outcome. It is asked about each of them afterwards, from the recorded bars, as {@link scoreSignals} does; so all there is to
 * remember over a restart is who stands there since when.
 */
export class ShadowMonitor {
  readonly #options: ShadowMonitorOptions;
  readonly #ended = new Topic<[result: AttemptResult]>();
  readonly #turns = new OneAtATime();
  #shadow: Shadow | null = null;
  /** Outcomes that came before {@link start}; then null. */
  #early: MaturedOutcome[] | null;
  #latestTs = 0n;

  constructor(options: ShadowMonitorOptions) {
    this.#options = options;
    this.#early = [...options.known];
    for (const known of options.known) this.#noteTime(known);
    options.champion.changed.subscribe(() => this.#endUnlessChampionServes());
  }

  /** The shadow stands no more. */
  get ended(): Subscribable<[result: AttemptResult]> {
    return this.#ended;
  }

  /** Number of live outcomes on which a challenger is judged; 0 where it need not stand in shadow. */
  get wanted(): number {
    const { automatic, shadowOutcomes } = this.#options.config.retrain;
    return automatic ? shadowOutcomes : 0;
  }

  /** {@link wanted}; more for one that no held-out event judged before. */
  wantedOf({ isUntested = false }: Pick<ShadowPointer, 'isUntested'>): number {
    const { retrain } = this.#options.config;
    if (!isUntested) return this.wanted;
    return retrain.automatic ? untestedOutcomes(retrain) : 0;
  }

  get status(): ShadowStatus | null {
    if (this.#shadow === null) return null;
    const { version, scored } = this.#shadow;
    const wanted = this.wantedOf(this.#shadow);
    return { version, outcomes: Math.min(scored.length, wanted), wanted };
  }

  /** Settles when nothing is scored or judged. */
  get idle(): Promise<void> {
    return this.#turns.idle;
  }

  /** The champion serves: takes up the shadow that stood when the process before ended. */
  async start(): Promise<void> {
    const { registry, kept } = this.#options;
    const pointer = await registry.shadow();
    const model = pointer === null ? null : await kept.find(pointer.version);
    const early = this.#early ?? [];
    this.#early = null;
    if (pointer === null) return;
    if (model === null) return this.#end(pointer.version, 'its file cannot be read', 'kept');
    if (this.wantedOf(pointer) === 0)
      return this.#end(pointer.version, 'the settings ask for no shadow any more', 'kept');
    const waiting = early.filter((each) => countsFor(pointer, each));
    const shadow: Shadow = { ...pointer, model, waiting, scored: [], proof: null };
    this.#shadow = shadow;
    this.#endUnlessChampionServes();
    if (this.#shadow !== shadow) return;
    this.#reportStand(shadow, 'still');
    this.#run(() => this.#work(shadow));
  }

  /**
   * Lets a challenger stand in shadow, in the place of one that does already.
   *
   * @param afterTs - of the last event it was judged on before, or may know; only later ones count.
   * @param how.isUntested - whether no held-out event judged it: then live outcomes must prove that it is better.
   * @returns null where it stands there now, else why not.
   */
  async stand(
    model: MetaModel,
    champion: string,
    afterTs: bigint,
    how: Pick<ShadowPointer, 'isUntested'> = {},
  ): Promise<string | null> {
    const { version } = model;
    if (this.#options.champion.current?.version !== champion) return CHAMPION_CHANGED;
    if (this.#shadow?.version === version) return null; // the same bytes go on where they are
    if (this.#shadow !== null) this.#end(this.#shadow.version, `${version} takes its place`, 'kept');
    // What matured until now is not counted, and neither is it after a restart.
    const sinceTs = this.#latestTs > afterTs ? this.#latestTs : afterTs;
    const pointer = { version, champion, sinceTs, ...how };
    const shadow: Shadow = { ...pointer, model, waiting: [], scored: [], proof: null };
    this.#shadow = shadow;
    this.#reportStand(shadow, `until ${this.wantedOf(how)} live outcomes are known`);
    try {
      await this.#options.registry.setShadow(pointer);
    } catch (error) {
      const why = `it cannot be written down who stands in shadow (${sentenceOf(error)}); it is kept, not promoted`;
      if (this.#shadow === shadow) this.#end(version, why, 'kept');
      return why;
    }
    return this.#shadow === shadow ? null : CHAMPION_CHANGED;
  }

  /** Takes in the outcome of a signal: the shadow is asked about it. */
  addOutcome(matured: MaturedOutcome): void {
    this.#noteTime(matured);
    this.#early?.push(matured);
    const shadow = this.#shadow;
    if (shadow === null || !countsFor(shadow, matured)) return;
    shadow.waiting.push(matured);
    this.#run(() => this.#work(shadow));
  }

  #endUnlessChampionServes(): void {
    const shadow = this.#shadow;
    const serving = this.#options.champion.current?.version ?? null;
    if (shadow === null || serving === shadow.champion) return;
    if (serving === shadow.version) this.#end(serving, shadow.proof ?? 'it serves', 'promoted');
    else this.#end(shadow.version, CHAMPION_CHANGED, 'kept');
  }

  #noteTime({ entryTs, exitTs }: MaturedOutcome): void {
    const ts = exitTs ?? entryTs;
    if (ts > this.#latestTs) this.#latestTs = ts;
  }

  #run(work: () => Promise<void>): void {
    const { logger } = this.#options;
    const report = (error: unknown): void => logger.warn(`the model in shadow cannot be judged: ${sentenceOf(error)}`);
    this.#turns.run(work).catch(report);
  }

  /** Asks the shadow about the outcomes that wait, between other work, and judges it when they are enough. */
  async #work(shadow: Shadow): Promise<void> {
    while (this.#shadow === shadow && shadow.waiting.length > 0) {
      const nAsked = await this.#ask(shadow);
      const wanted = this.wantedOf(shadow);
      if (this.#shadow === shadow && shadow.scored.length >= wanted) return this.#judge(shadow);
      if (nAsked === 0) return;
    }
  }

  async #ask(shadow: Shadow): Promise<number> {
    const { config, clock, features } = this.#options;
    const asked: MaturedOutcome[] = [];
    const silent = await scoreSignals(shadow.model, this.#eventsOf(shadow, asked), { config, clock, features });
    // Where it has no opinion, the default is what it would have answered.
    const answer = (k: number): number => (Number.isNaN(silent[k]) ? config.defaultConfidence : silent[k]);
    asked.forEach((matured, k) => {
      shadow.scored.push({ ...matured, silent: answer(k) });
    });
    return asked.length;
  }

  async *#eventsOf(shadow: Shadow, asked: MaturedOutcome[]): AsyncGenerator<SignalEvent> {
    const { journal } = this.#options;
    const { waiting, scored } = shadow;
    const nWanted = Math.min(AT_ONCE, this.wantedOf(shadow) - scored.length);
    while (waiting.length > 0 && asked.length < nWanted) {
      const wasQueued = journal.health.nQueued > 0; // before the look: it may be written meanwhile
      const event = await recordedEvent(journal, waiting[0].signalId);
      if (event === null && wasQueued) return; // with the next outcome it will be written
      const [next] = waiting.splice(0, 1);
      if (event === null) continue; // its record was lost, as that of a fast answer may be
      asked.push(next);
      yield event;
    }
  }

  async #judge(shadow: Shadow): Promise<void> {
    const { champion } = this.#options;
    const ordered = byEntry(shadow.scored);
    const found = compareModels({
      label: Uint8Array.from(ordered, ({ label }) => label),
      champion: Float64Array.from(ordered, ({ confidence }) => confidence),
      challenger: Float64Array.from(ordered, ({ silent }) => silent),
      ...labelSpans(columnsOf(ordered)),
    });
    const { version } = shadow;
    const [firstTs, lastTs] = [ordered[0].entryTs, ordered[ordered.length - 1].entryTs];
    const pair = { champion: shadow.champion, challenger: version, firstTs, lastTs };
    const judgement = shadow.isUntested === true ? this.#judgeUntested(pair, found) : this.#judgeTested(pair, found);
    if (judgement.verdict !== 'promote') return this.#end(version, judgement.reason, 'kept');
    try {
      shadow.proof = `it serves; ${judgement.reason}`;
      await champion.promoteOver(shadow.champion, version); // the change of champion, whoever made it, ends the shadow
    } catch (error) {
      if (this.#shadow === shadow) this.#end(version, `it may not serve: ${sentenceOf(error)}`, 'kept');
    }
  }

  /** The second half of an attempt, which held-out events began. */
  #judgeTested(pair: JudgedPair, found: Comparison): ChallengerJudgement {
    const { judgements, config } = this.#options;
    const judgement = judgeShadow(found, judgements.alphaOfLast(pair.champion, config.retrain.promotionAlpha));
    judgements.writeShadow(pair, found, judgement);
    return judgement;
  }

  /** A whole attempt: nothing judged it before. */
  #judgeUntested(pair: JudgedPair, found: Comparison): ChallengerJudgement {
    const { judgements, config, champion } = this.#options;
    const { decision, training } = champion.current?.metadata ?? { decision: null, training: null };
    const knownRate = decision?.baseRate ?? training?.baseRate ?? found.baseRate;
    const policy = { attempt: judgements.nextAttempt(pair), knownRate, alpha: config.retrain.promotionAlpha };
    const judgement = judgeChallenger(found, policy);
    judgements.writeLive(pair, found, judgement);
    return judgement;
  }

  #end(version: string, why: string, result: AttemptResult): void {
    const { registry, logger } = this.#options;
    this.#shadow = null;
    // What stays there is taken up by the next process, and ends there.
    registry
      .setShadow(null)
      .catch((error: unknown) => logger.warn(`the shadow cannot be cleared: ${sentenceOf(error)}`));
    const end = { event: 'shadow_ended', reason: why, predecessor: null } as const;
    this.#report(version, end, `stands in shadow no more: ${why}`);
    this.#ended.publish(result);
  }

  #reportStand({ version, champion }: Shadow, how: string): void {
    const stand = { event: 'shadow', reason: how, predecessor: champion } as const;
    this.#report(version, stand, `stands in shadow of ${champion} ${how}`);
  }

  /** @param sentence - the same for people. */
  #report(version: string, entry: Pick<ModelEntry, 'event' | 'reason' | 'predecessor'>, sentence: string): void {
    const { journal, feed, logger, nowMs } = this.#options;
    // The journal's own status says when it cannot be written.
    journal.append({ kind: 'model', version, ...entry, atMs: nowMs() }, false).catch(() => undefined);
    feed.publishState({ what: 'shadow', model_version: version, event: sentence, shadow: this.status });
    logger.info(`the model ${version} ${sentence}`);
  }
}

/**
 * Live traffic: answered while the champion served, after the shadow began to stand; also by the default, where the champion is too
 * old, for that is what its answers were.
 */
function countsFor({ champion, sinceTs }: ShadowPointer, { modelVersion, entryTs }: MaturedOutcome): boolean {
  return modelVersion === champion && entryTs > sinceTs;
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
