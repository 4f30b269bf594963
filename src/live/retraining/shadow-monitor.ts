import type { Clock } from '../../core/index.ts';
import type { MaturedOutcome, SignalEvent } from '../../domain/index.ts';
import type { MetaModel } from '../../model/index.ts';
import { type AttemptResult, byEntry, compareModels, judgeShadow, labelSpans } from '../../monitoring/index.ts';
import type { ML4TOrchestrator } from '../../orchestrator/index.ts';
import type { Journal, Logger, ModelEntry, ModelRegistry, ShadowPointer } from '../../ports/index.ts';
import type { Champion } from '../champion/champion.ts';
import type { EventStream } from '../event-stream.ts';
import type { ShadowStatus } from '../service-api.ts';
import type { Judgements } from './judgements.ts';
import { recordedEvent, scoreSignals } from './score-signals.ts';

export interface ShadowMonitorOptions {
  readonly orchestrator: ML4TOrchestrator;
  readonly journal: Journal;
  readonly registry: ModelRegistry;
  readonly models: Champion;
  readonly judgements: Judgements;
  readonly feed: EventStream;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly nowMs: () => number;
  /** Outcomes known before the process began, oldest first. */
  readonly known: readonly MaturedOutcome[];
  /** The shadow stands no more. */
  readonly onEnd: (result: AttemptResult) => void;
}

/** Why a challenger that was compared with another model than the one that serves by now does not follow. */
export const CHAMPION_CHANGED = 'another model came to serve meanwhile; it is kept, not promoted';

/** Outcomes asked about before the status tells of them. */
const AT_ONCE = 50;

/** A live outcome, with what the shadow would have answered. */
interface Scored extends MaturedOutcome {
  readonly silent: number;
}

/** A model that stands in shadow. */
interface Shadow extends ShadowPointer {
  readonly model: MetaModel;
  /** Outcomes it was not asked about yet, as they came. */
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
  #shadow: Shadow | null = null;
  /** Outcomes that came before {@link start}; then null. */
  #early: MaturedOutcome[] | null;
  #latestTs = 0n;
  #running: Promise<void> = Promise.resolve();

  constructor(options: ShadowMonitorOptions) {
    this.#options = options;
    this.#early = [...options.known];
    for (const known of options.known) this.#see(known);
  }

  /** Live outcomes a challenger must hold on; 0 where it need not. */
  get wanted(): number {
    const { automatic, shadowOutcomes } = this.#options.orchestrator.config.retrain;
    return automatic ? shadowOutcomes : 0;
  }

  get status(): ShadowStatus | null {
    if (this.#shadow === null) return null;
    const { version, scored } = this.#shadow;
    return { version, outcomes: Math.min(scored.length, this.wanted), wanted: this.wanted };
  }

  /** Settles when nothing is scored or judged. */
  get idle(): Promise<void> {
    return this.#running;
  }

  /** The champion serves: takes up the shadow that stood when the process before ended. */
  async start(): Promise<void> {
    const { registry, models } = this.#options;
    const pointer = await registry.shadow();
    const model = pointer === null ? null : await models.find(pointer.version);
    const early = this.#early ?? [];
    this.#early = null;
    if (pointer === null) return;
    if (model === null) return this.#end(pointer.version, 'its file cannot be read', 'kept');
    if (this.wanted === 0) return this.#end(pointer.version, 'the settings ask for no shadow any more', 'kept');
    const waiting = early.filter((each) => countsFor(pointer, each));
    const shadow: Shadow = { ...pointer, model, waiting, scored: [], proof: null };
    this.#shadow = shadow;
    this.noticeChampion();
    if (this.#shadow !== shadow) return;
    this.#recordStand(shadow, 'still');
    this.#do(() => this.#work(shadow));
  }

  /**
   * Lets a challenger stand in shadow, in the place of one that does already.
   *
   * @param afterTs - of the last event it was judged on before; only later ones count.
   * @returns null where it stands there now, else why not.
   */
  async stand(model: MetaModel, champion: string, afterTs: bigint): Promise<string | null> {
    const { version } = model;
    if (this.#servingVersion !== champion) return CHAMPION_CHANGED;
    if (this.#shadow?.version === version) return null; // the same bytes go on where they are
    if (this.#shadow !== null) this.#end(this.#shadow.version, `${version} takes its place`, 'kept');
    // What matured until now is not counted, and neither is it after a restart.
    const sinceTs = this.#latestTs > afterTs ? this.#latestTs : afterTs;
    const shadow: Shadow = { version, champion, sinceTs, model, waiting: [], scored: [], proof: null };
    this.#shadow = shadow;
    this.#recordStand(shadow, `until ${this.wanted} live outcomes are known`);
    try {
      await this.#options.registry.setShadow({ version, champion, sinceTs });
    } catch (error) {
      const why = `it cannot be written down who stands in shadow (${sentenceOf(error)}); it is kept, not promoted`;
      if (this.#shadow === shadow) this.#end(version, why, 'kept');
      return why;
    }
    return this.#shadow === shadow ? null : CHAMPION_CHANGED;
  }

  /** The outcome of a signal is known. */
  matured(matured: MaturedOutcome): void {
    this.#see(matured);
    this.#early?.push(matured);
    this.noticeChampion();
    const shadow = this.#shadow;
    if (shadow === null || !countsFor(shadow, matured)) return;
    shadow.waiting.push(matured);
    this.#do(() => this.#work(shadow));
  }

  /** Another model may serve by now: then nothing stands in its shadow. */
  noticeChampion(): void {
    const shadow = this.#shadow;
    const serving = this.#servingVersion;
    if (shadow === null || serving === shadow.champion) return;
    if (serving === shadow.version) this.#end(serving, shadow.proof ?? 'it serves', 'promoted');
    else this.#end(shadow.version, CHAMPION_CHANGED, 'kept');
  }

  get #servingVersion(): string | null {
    return this.#options.orchestrator.inferenceLoop.model?.version ?? null;
  }

  #see({ entryTs, exitTs }: MaturedOutcome): void {
    const ts = exitTs ?? entryTs;
    if (ts > this.#latestTs) this.#latestTs = ts;
  }

  #do(work: () => Promise<void>): void {
    const { logger } = this.#options;
    const told = (error: unknown): void => logger.warn(`the model in shadow cannot be judged: ${sentenceOf(error)}`);
    this.#running = this.#running.then(work).catch(told);
  }

  /** Asks the shadow about what waits, whoever else waits going first, and judges it when that is enough. */
  async #work(shadow: Shadow): Promise<void> {
    while (this.#shadow === shadow && shadow.waiting.length > 0) {
      const nAsked = await this.#ask(shadow);
      if (this.#shadow === shadow && shadow.scored.length >= this.wanted) return this.#judge(shadow);
      if (nAsked === 0) return;
    }
  }

  async #ask(shadow: Shadow): Promise<number> {
    const { orchestrator, clock } = this.#options;
    const { config } = orchestrator;
    const asked: MaturedOutcome[] = [];
    const silent = await scoreSignals(shadow.model, this.#eventsOf(shadow, asked), { config, clock });
    // Where it has no opinion, the default is what it would have answered.
    const answer = (k: number): number => (Number.isNaN(silent[k]) ? config.defaultConfidence : silent[k]);
    asked.forEach((matured, k) => {
      shadow.scored.push({ ...matured, silent: answer(k) });
    });
    return asked.length;
  }

  *#eventsOf({ waiting, scored }: Shadow, asked: MaturedOutcome[]): Generator<SignalEvent> {
    const { journal } = this.#options;
    const nWanted = Math.min(AT_ONCE, this.wanted - scored.length);
    while (waiting.length > 0 && asked.length < nWanted) {
      const event = recordedEvent(journal, waiting[0].signalId);
      if (event === null && journal.health.nQueued > 0) return; // with the next outcome it will be written
      const [next] = waiting.splice(0, 1);
      if (event === null) continue; // its record was lost, as that of a fast answer may be
      asked.push(next);
      yield event;
    }
  }

  async #judge(shadow: Shadow): Promise<void> {
    const { judgements, models, orchestrator } = this.#options;
    const ordered = byEntry(shadow.scored);
    const found = compareModels({
      label: Uint8Array.from(ordered, ({ label }) => label),
      champion: Float64Array.from(ordered, ({ confidence }) => confidence),
      challenger: Float64Array.from(ordered, ({ silent }) => silent),
      ...labelSpans(ordered),
    });
    const { champion, version } = shadow;
    const judgement = judgeShadow(found, judgements.alphaOfLast(champion, orchestrator.config.retrain.promotionAlpha));
    const [firstTs, lastTs] = [ordered[0].entryTs, ordered[ordered.length - 1].entryTs];
    judgements.writeShadow({ champion, challenger: version, firstTs, lastTs }, found, judgement);
    if (judgement.verdict !== 'promote') return this.#end(version, judgement.reason, 'kept');
    try {
      shadow.proof = `it serves; ${judgement.reason}`;
      await models.promoteOver(champion, version);
      this.noticeChampion(); // the swap, whosever it was, ends the shadow
    } catch (error) {
      if (this.#shadow === shadow) this.#end(version, `it may not serve: ${sentenceOf(error)}`, 'kept');
    }
  }

  #end(version: string, why: string, result: AttemptResult): void {
    const { registry, logger, onEnd } = this.#options;
    this.#shadow = null;
    // What stays there is taken up by the next process, and ends there.
    registry
      .setShadow(null)
      .catch((error: unknown) => logger.warn(`the shadow cannot be cleared: ${sentenceOf(error)}`));
    const end = { event: 'shadow_ended', reason: why, predecessor: null } as const;
    this.#record(version, end, `stands in shadow no more: ${why}`);
    onEnd(result);
  }

  #recordStand({ version, champion }: Shadow, how: string): void {
    const stand = { event: 'shadow', reason: how, predecessor: champion } as const;
    this.#record(version, stand, `stands in shadow of ${champion} ${how}`);
  }

  /** @param sentence - the same for people. */
  #record(version: string, entry: Pick<ModelEntry, 'event' | 'reason' | 'predecessor'>, sentence: string): void {
    const { journal, feed, logger, nowMs } = this.#options;
    // The journal's own status says when it cannot be written.
    journal.append({ kind: 'model', version, ...entry, atMs: nowMs() }, false).catch(() => undefined);
    feed.publishState({ what: 'shadow', model_version: version, event: sentence, shadow: this.status });
    logger.info(`the model ${version} ${sentence}`);
  }
}

/**
 * Live traffic: answered while the champion served, after the shadow took its place; by the default too, where the champion is too
 * old, for that is what it was worth.
 */
function countsFor({ champion, sinceTs }: ShadowPointer, { modelVersion, entryTs }: MaturedOutcome): boolean {
  return modelVersion === champion && entryTs > sinceTs;
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
