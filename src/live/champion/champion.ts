import { ModelError, ServiceError } from '../../core/index.ts';
import { NOTHING_PROVEN, type ProvenCosts } from '../../domain/index.ts';
import { type MetaModel, provenBy } from '../../model/index.ts';
import type { ChampionPointer, Journal, Logger, ModelEntry, ModelRegistry } from '../../ports/index.ts';
import { OneAtATime } from '../../runtime/index.ts';
import { type Subscribable, Topic } from '../topic.ts';
import { adoptedProof } from './adopted-proof.ts';
import { isModelFault, type KeptModels } from './kept-models.ts';

export interface ChampionOptions {
  readonly registry: ModelRegistry;
  readonly kept: KeptModels;
  readonly journal: Pick<Journal, 'append'>;
  readonly logger: Logger;
  /** Wall clock, UNIX milliseconds. */
  readonly nowMs: () => number;
}

/** The model that serves, or why none does: a reason that stands in every answer, so it names no path of this machine. */
export type Serving =
  | { readonly model: MetaModel; readonly reason: null; readonly proven: ProvenCosts }
  | { readonly model: null; readonly reason: string; readonly proven: typeof NOTHING_PROVEN };

/** What stands, behind a version, in the cause of a rollback. */
const ROLLED_BACK = ' was rolled back';

/** Why a model serves that the settings name. */
export const ADOPTED = 'adopted from model_path';

/** Whether a move of the champion took one back. @param why - what the registry remembers as the cause. */
export function isRollback(why: string): boolean {
  return why.includes(ROLLED_BACK);
}

/** What the cause of a move says that ended a proof. */
const PROOF_ENDED = 'nothing is proven of it any more';

/** Whether a move of the champion ended its proof. @param why - as for {@link isRollback}. */
export function isProofEnd(why: string): boolean {
  return why.startsWith(PROOF_ENDED);
}

export interface PromoteOptions {
  /** Promotes also a quarantined model; default false. */
  readonly isForced?: boolean;
  /** What the registry remembers as the cause; default `promoted`. */
  readonly why?: string;
}

/**
 * The only owner of which model serves, and of what counts as proven of it. Every change is made in turn, written to the registry
 * first, so that after a crash the model serves that was asked for, then to the journal, and then published.
 *
 * What is proven comes from the model's file where a person chose the model, by hand or by its name at the start, and where it is
 * the first one. A challenger that won takes over what was proven of the one it beat. A rollback ends it, and so does the alarm of
 * decay, until a person promotes a model again.
 */
export class Champion {
  readonly #options: ChampionOptions;
  readonly #turns = new OneAtATime();
  readonly #changed = new Topic<[serving: Serving, why: string]>();
  readonly #proofEnded = new Topic<[serving: Serving, why: string]>();
  #pointer: ChampionPointer | null;
  #serving: Serving = { model: null, reason: 'no model serves', proven: NOTHING_PROVEN };
  #sinceMs: number | null = null;

  private constructor(options: ChampionOptions, pointer: ChampionPointer | null) {
    this.#options = options;
    this.#pointer = pointer;
  }

  /** Reads which model is the champion; none serves yet. @throws {DataError} `FILE_UNREADABLE`. */
  static async open(options: ChampionOptions): Promise<Champion> {
    return new Champion(options, await options.registry.champion());
  }

  /** Another model serves from now on, or none. */
  get changed(): Subscribable<[serving: Serving, why: string]> {
    return this.#changed;
  }

  /** The model that serves goes on, and nothing counts as proven of it any more. */
  get proofEnded(): Subscribable<[serving: Serving, why: string]> {
    return this.#proofEnded;
  }

  /** The model that serves; null for none. */
  get current(): MetaModel | null {
    return this.#serving.model;
  }

  /** What counts as proven of the model that serves. */
  get proven(): ProvenCosts {
    return this.#serving.proven;
  }

  /** Why no model serves; null where one does. */
  get reason(): string | null {
    return this.#serving.reason;
  }

  /** When the serving model came to serve, UNIX ms: a restart in between does not count. Null where none serves. */
  get sinceMs(): number | null {
    return this.#sinceMs;
  }

  /** What the registry names, which stays where a file that is not kept serves in its place. */
  get pointer(): ChampionPointer | null {
    return this.#pointer;
  }

  /** Version before the serving one, which {@link rollback} returns to; null for none. */
  get previous(): string | null {
    return this.#pointer?.version === this.current?.version ? (this.#pointer?.predecessor ?? null) : null;
  }

  /** Lets the model serve that served when the process before ended, or the one before it. @returns whether one serves. */
  resume(): Promise<boolean> {
    return this.#turns.run(() => this.#resume(this.#pointer));
  }

  /** Keeps a model that was found outside, and lets it serve. @throws {DataError} `FILE_UNWRITABLE`. */
  adopt(model: MetaModel, bytes: Uint8Array): Promise<void> {
    return this.#turns.run(async () => {
      await this.#options.kept.add(model, bytes, { origin: 'adopted', parent: null });
      const proven = await adoptedProof(model, this.#pointer, this.#options);
      await this.#serve(model, this.#pointerTo(model, proven), ADOPTED);
    });
  }

  /** Lets a model serve that cannot be kept; the next process begins without it. */
  serveUnkept(model: MetaModel): void {
    const serving = { model, reason: null, proven: provenBy(model.metadata) };
    this.#change(serving, ADOPTED, null, this.#options.nowMs());
  }

  /** Says why no model serves. */
  serveNone(reason: string): void {
    this.#change({ model: null, reason, proven: NOTHING_PROVEN }, reason, null, null);
  }

  /**
   * Lets a kept model serve.
   *
   * @returns the champion it made.
   * @throws {ModelError | DataError} `MODEL_QUARANTINED`, or as its file deserves; the model before goes on.
   */
  promote(version: string, options: PromoteOptions = {}): Promise<ChampionPointer> {
    return this.#turns.run(() => this.#promote(version, options));
  }

  /** Changes nothing. @throws {ModelError | DataError} where {@link promote} would. */
  async checkPromotion(version: string, options: Pick<PromoteOptions, 'isForced'> = {}): Promise<void> {
    await this.#promotable(version, options);
  }

  /** Changes nothing. @throws {ServiceError | ModelError | DataError} where {@link rollback} would. */
  async checkRollback(version: string): Promise<void> {
    await this.#options.kept.load(this.#predecessorOf(version));
  }

  /**
   * Lets a model serve in place of the champion it was compared with, and of no other: one that came meanwhile stays. What counts as
   * proven of that champion by now counts for the model, whatever its own file says: the years before a decay may have made it.
   *
   * @returns whether it serves. @throws {ModelError | DataError} as {@link promote}.
   */
  promoteOver(champion: string, version: string): Promise<boolean> {
    return this.#turns.run(async () => {
      if (this.current?.version !== champion) return false;
      const { model } = await this.#promotable(version, {});
      await this.#serve(model, this.#pointerTo(model, this.proven), 'promoted');
      return true;
    });
  }

  /** Lets a kept model serve where none does. @returns whether it serves. @throws {DataError} `FILE_UNWRITABLE`. */
  promoteFirst(model: MetaModel): Promise<boolean> {
    return this.#turns.run(async () => {
      if (this.current !== null) return false;
      await this.#serve(
        model,
        { version: model.version, predecessor: null, proven: provenBy(model.metadata) },
        'no model served',
      );
      return true;
    });
  }

  /**
   * Lets the model before the champion serve again, and quarantines the champion.
   *
   * @param version - the champion: one that came meanwhile stays.
   * @param reason - why; it stands in the quarantine. @param why - what the registry remembers as the cause.
   * @returns the champion it made. @throws {ServiceError} `NO_PREDECESSOR`. @throws {ModelError | DataError} as {@link promote}.
   */
  rollback(version: string, reason: string, why = `${version}${ROLLED_BACK}: ${reason}`): Promise<ChampionPointer> {
    return this.#turns.run(async () => {
      const model = await this.#options.kept.load(this.#predecessorOf(version));
      await this.#tryQuarantine(version, reason);
      return this.#serve(model, { version: model.version, predecessor: null, proven: NOTHING_PROVEN }, why);
    });
  }

  /**
   * Ends what counts as proven of the champion, until a person promotes a model again. It ends also where that cannot be written
   * down, though then a restart does not know.
   *
   * @param version - the champion: one that came meanwhile keeps its own.
   */
  endProof(version: string, why: string): Promise<void> {
    return this.#turns.run(async () => {
      const { model, proven } = this.#serving;
      if (model?.version !== version || (proven.modelBps === null && proven.primaryBps === null)) return;
      await this.#writeEnd(version, why);
      const serving: Serving = { model, reason: null, proven: NOTHING_PROVEN };
      this.#serving = serving;
      this.#record({ version, event: 'proof_ended', reason: why, predecessor: null });
      this.#proofEnded.publish(serving, why);
    });
  }

  /** Notes that a model may not be promoted. @throws {ModelError} `MODEL_NOT_FOUND`. @throws {DataError} `FILE_UNWRITABLE`. */
  quarantine(version: string, reason: string): Promise<void> {
    return this.#turns.run(() => this.#quarantine(version, reason));
  }

  async #resume(pointer: ChampionPointer | null): Promise<boolean> {
    if (pointer === null) return false;
    const { version, predecessor } = pointer;
    try {
      await this.#serve(await this.#options.kept.load(version), pointer, 'the champion before it may not serve');
      return true;
    } catch (error) {
      if (!isModelFault(error)) throw error;
      this.#options.logger.warn(`the champion ${version} may not serve: ${error.message}`);
      return predecessor === null
        ? false
        : this.#resume({ version: predecessor, predecessor: null, proven: NOTHING_PROVEN });
    }
  }

  async #promote(version: string, options: PromoteOptions): Promise<ChampionPointer> {
    const { model, isQuarantined } = await this.#promotable(version, options);
    const { why = 'promoted' } = options;
    const pointer = this.#pointerTo(model, provenBy(model.metadata));
    return this.#serve(model, pointer, isQuarantined ? `${why}, forced` : why);
  }

  async #promotable(
    version: string,
    { isForced = false }: PromoteOptions,
  ): Promise<{ readonly model: MetaModel; readonly isQuarantined: boolean }> {
    const quarantined = await this.#options.registry.quarantineOf(version);
    if (quarantined !== null && !isForced) {
      throw new ModelError('MODEL_QUARANTINED', `the model ${version} may not be promoted: ${quarantined.reason}`);
    }
    return { model: await this.#options.kept.load(version), isQuarantined: quarantined !== null };
  }

  /** A new champion returns to the one before it; the champion promoted again keeps its own predecessor. */
  #pointerTo({ version }: MetaModel, proven: ProvenCosts): ChampionPointer {
    const before = this.#pointer;
    const predecessor = before?.version === version ? before.predecessor : (before?.version ?? null);
    return { version, predecessor, proven };
  }

  #predecessorOf(version: string): string {
    const pointer = this.#pointer;
    if (pointer?.version === version && pointer.predecessor !== null) return pointer.predecessor;
    const sentence =
      pointer?.version === version
        ? `there is no model to return to: ${version} has no predecessor`
        : `only the champion can be rolled back to the model before it; the champion is ${pointer?.version ?? 'none'}`;
    throw new ServiceError('NO_PREDECESSOR', sentence);
  }

  /** A bad model must go even where this cannot be written down. */
  async #tryQuarantine(version: string, reason: string): Promise<void> {
    try {
      await this.#quarantine(version, reason);
    } catch (error) {
      this.#options.logger.warn(`${version} cannot be quarantined: ${error instanceof Error ? error.message : error}`);
    }
  }

  async #quarantine(version: string, reason: string): Promise<void> {
    await this.#options.registry.quarantine(version, reason);
    this.#record({ version, event: 'quarantined', reason, predecessor: null });
  }

  /** A file that is not kept serves in the place of the champion: then the record of the latter stays as it is. */
  async #writeEnd(version: string, why: string): Promise<void> {
    if (this.#pointer?.version !== version) return;
    this.#pointer = { ...this.#pointer, proven: NOTHING_PROVEN };
    try {
      await this.#options.registry.setChampion(this.#pointer, `${PROOF_ENDED}: ${why}`);
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      this.#options.logger.warn(`it cannot be written down that nothing is proven of ${version} any more: ${fault}`);
    }
  }

  /** @param pointer - one of an older program does not say what is proven: then the model's file does. */
  async #serve(model: MetaModel, pointer: ChampionPointer, why: string): Promise<ChampionPointer> {
    await this.#options.registry.setChampion(pointer, why);
    const sinceMs = await this.#promotedMs(model.version);
    this.#pointer = pointer;
    const proven = pointer.proven ?? provenBy(model.metadata);
    this.#change({ model, reason: null, proven }, why, pointer.predecessor, sinceMs);
    return pointer;
  }

  /** When the champion became that, UNIX ms; now where the registry does not say. */
  async #promotedMs(version: string): Promise<number> {
    const { registry, logger, nowMs } = this.#options;
    try {
      const move = (await registry.history()).findLast((each, i, moves) => moves[i - 1]?.version !== each.version);
      return move?.version === version ? move.atMs : nowMs();
    } catch (error) {
      logger.warn(`the history of champions cannot be read: ${error instanceof Error ? error.message : error}`);
      return nowMs();
    }
  }

  #change(serving: Serving, reason: string, predecessor: string | null, sinceMs: number | null): void {
    this.#serving = serving;
    this.#sinceMs = sinceMs;
    const version = serving.model?.version ?? null;
    this.#record({ version, event: version === null ? 'none' : 'serves', reason, predecessor });
    this.#changed.publish(serving, reason);
  }

  #record(entry: Omit<ModelEntry, 'kind' | 'atMs'>): void {
    const { journal, nowMs } = this.#options;
    // The journal's own status says when it cannot be written.
    journal.append({ kind: 'model', ...entry, atMs: nowMs() }, false).catch(() => undefined);
  }
}
