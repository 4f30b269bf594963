import type { Clock } from '../../core/index.ts';
import {
  afterAlarm,
  computingSentence,
  NO_MODEL,
  type TrustFigures,
  type TrustSentence,
  trustSentence,
  unseenSentence,
} from '../../monitoring/index.ts';
import type { Journal, ModelRegistry } from '../../ports/index.ts';
import type { Champion } from '../champion/champion.ts';
import { isModelFault } from '../champion/kept-models.ts';
import { type FeatureShift, featureShifts, type LatestFeatures } from './feature-shift.ts';
import { type Descendant, type KnownManifest, lineOfDescent, type ServiceTime } from './line-of-descent.ts';
import { type ComputedPromises, PromiseHistory } from './promise-history.ts';

/** Whether the serving model may be believed, and why. */
export interface TrustReport extends TrustSentence {
  /** Null where no model serves; then it has no figures either. */
  readonly modelVersion: string | null;
  /** ISO-8601, when the outcomes were read that the answer speaks of; null for none. */
  readonly asOf: string | null;
  /** Outcomes in the journal when this was answered, of whatever model. */
  readonly nRecorded: number;
  /** Of these, the first ones, which the answer speaks of; 0 where no model serves. */
  readonly nComputed: number;
  /** Null also while they are computed. */
  readonly figures: TrustFigures | null;
  readonly models: readonly Descendant[];
  /** Number of the latest signals that `features` are of. */
  readonly nSignals: number;
  /** Null for too few signals, and where the model's file does not know its training rows. */
  readonly features: readonly FeatureShift[] | null;
}

export interface TrustMonitorOptions {
  readonly champion: Champion;
  readonly registry: ModelRegistry;
  readonly journal: Journal;
  readonly clock: Clock;
  /** UNIX milliseconds. */
  readonly nowMs: () => number;
  /** Number of the last recorded outcome. */
  readonly lastOutcome: () => number;
  /** What the serving model judged last; null where none serves. */
  readonly latestFeatures: () => LatestFeatures | null;
}

/** Says whether the serving model may be believed. It is asked by a reader: the traffic pays nothing for it. */
export class TrustMonitor {
  readonly #options: TrustMonitorOptions;
  readonly #promises: PromiseHistory;

  constructor(options: TrustMonitorOptions) {
    this.#options = options;
    this.#promises = new PromiseHistory(options);
  }

  /** @throws {JournalError | DataError} (by the promise) where journal or registry cannot be read. */
  async report(): Promise<TrustReport> {
    const { champion, latestFeatures } = this.#options;
    const version = champion.current?.version ?? null;
    const [promises, models] = await Promise.all([
      version === null ? null : this.#promises.figures(version),
      this.#descent(),
    ]);
    const latest = latestFeatures();
    const proofEnded = proofEndOf(version, models);
    const figured = promises === null ? NO_MODEL : sayOf(promises);
    const said = proofEnded === null ? figured : afterAlarm(figured, proofEnded);
    const { asOfMs = null, nComputed = 0, nRecorded = this.#options.lastOutcome(), figures = null } = promises ?? {};
    return {
      modelVersion: version,
      ...said,
      asOf: asOfMs === null ? null : new Date(asOfMs).toISOString(),
      nRecorded,
      nComputed,
      figures,
      models,
      nSignals: latest?.nSignals ?? 0,
      features: latest === null ? null : featureShifts(latest),
    };
  }

  async #descent(): Promise<readonly Descendant[]> {
    const { registry } = this.#options;
    const [moves, kept] = await Promise.all([registry.history(), registry.list()]);
    const versions = [...new Set([...moves.map(({ version }) => version), ...kept])];
    const manifests = await Promise.all(
      versions.map(async (version): Promise<KnownManifest> => [version, await this.#manifest(version)]),
    );
    return lineOfDescent(moves, manifests);
  }

  /** Null for a model that is not kept any more, or cannot be read. */
  async #manifest(version: string): Promise<KnownManifest[1]> {
    try {
      return await this.#options.registry.manifest(version);
    } catch (error) {
      if (isModelFault(error)) return null;
      throw error;
    }
  }
}

/** A sentence about what is computed, and of how much it is. */
function sayOf({ figures, nComputed, nRecorded, asOfMs }: ComputedPromises): TrustSentence {
  if (figures === null || asOfMs === null) return computingSentence(nComputed, nRecorded);
  const said = trustSentence(figures);
  const unseen = unseenSentence(nComputed, nRecorded, new Date(asOfMs).toISOString());
  return unseen === null ? said : { ...said, because: [...said.because, unseen] };
}

/** What ended the proof of the serving model, which holds whatever its figures are; null where nothing did. */
function proofEndOf(version: string | null, models: readonly Descendant[]): ServiceTime['proofEnded'] {
  return models.find((model) => model.version === version)?.served.at(-1)?.proofEnded ?? null;
}
