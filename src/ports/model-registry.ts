import type { ProvenCosts } from '../domain/index.ts';
import type { ModelClaims, ModelMetadata } from '../model/index.ts';

/** Which kept model serves, which served before it, and what is proven while it serves. */
export interface ChampionPointer {
  readonly version: string;
  readonly predecessor: string | null;
  /** Costs at which it is proven that signals pay; absent in records of an older program, where the model's file says it. */
  readonly proven?: ProvenCosts;
}

/** Whether two pointers say the same, so that to go from one to the other is no move. */
export function isSameChampion(a: ChampionPointer, b: ChampionPointer): boolean {
  return a.version === b.version && a.predecessor === b.predecessor && isSameProof(a.proven, b.proven);
}

function isSameProof(a: ProvenCosts | undefined, b: ProvenCosts | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.modelBps === b.modelBps && a.primaryBps === b.primaryBps;
}

/** A model that is asked in silence about the champion's live signals, before it may take its place. */
export interface ShadowPointer {
  readonly version: string;
  /** Version it stands against. */
  readonly champion: string;
  /** Signals whose entry is later count, ns. */
  readonly sinceTs: bigint;
  /** Whether live outcomes alone judge it, as one from outside; absent for one that won on held-out events before. */
  readonly isUntested?: boolean;
}

/** One move of the champion, as it is remembered for good. */
export interface ChampionMove extends ChampionPointer {
  /** In one sentence. */
  readonly why: string;
  /** UNIX milliseconds. */
  readonly atMs: number;
}

export const MODEL_ORIGINS = ['adopted', 'retrained', 'imported'] as const;
/** How a model came to be kept: from `model_path`, from a retraining, or put into the directory by hand. */
export type ModelOrigin = (typeof MODEL_ORIGINS)[number];

/** What is known of a model when it is first kept. */
export interface ModelBirth {
  readonly origin: ModelOrigin;
  /** The version that served when it was trained; null where none did, or where that is not known. */
  readonly parent: string | null;
}

/** A model as it is handed over to be kept. */
export interface NewModel extends ModelBirth {
  /** What its file says, from whoever has read it already: to read a file takes milliseconds. */
  readonly metadata: ModelMetadata;
}

/** Why a model may not be promoted. */
export interface ModelQuarantine {
  readonly reason: string;
  /** UNIX milliseconds. */
  readonly atMs: number;
}

/** What is kept beside a model: what it may claim, and where it is from. Nothing in it ever changes but `quarantined`. */
export interface ModelManifest extends ModelBirth, ModelClaims {
  readonly version: string;
  /** UNIX milliseconds at which it was first kept. */
  readonly createdMs: number;
  /** Figures out of sample by name, as the model's file has them; null where they are not known. */
  readonly metrics: Readonly<Record<string, number | null>>;
  /** SHA-256 over the bars and signals it was trained on. */
  readonly dataFingerprint: string | null;
  readonly nSamples: number | null;
  /** `ts_event` of the last bar it was trained on. */
  readonly lastBarTs: bigint | null;
  /** How many models were ever kept here, it included; those removed since still count. Null where it was not counted. */
  readonly trial: number | null;
  readonly quarantined: ModelQuarantine | null;
}

/**
 * Every model a service keeps, under its version; a version never changes. `registryContract` of `ml4t-orchestrator/testing` checks
 * what is promised here.
 *
 * **Versions** are names of 1 to 64 letters, digits, `.`, `_` and `-`, and do not begin with a dot. Whatever else is asked for is a
 * model that is not there, never a path or a key that somebody else chose.
 *
 * **Changes** are whole or not at all, also after a kill -9 in their middle; one whose promise resolved is there afterwards. They are
 * made one at a time, so that no model is removed between the check that it is there and its promotion. Another process may move
 * the champion of a service that is not running; reads always ask the storage. What is proven is part of the champion's record, and
 * is replaced with it: were it kept apart, a crash in between could let a model serve with the proof of another.
 *
 * A registry in PostgreSQL: a table of models (version, bytes, manifest, a serial number for their order), one row for the champion,
 * one for the shadow, one for the number of trials, and a table of moves; every change one transaction that takes
 * `pg_advisory_xact_lock` first. In an object store: what {@link champion} reads must be replaced by a conditional write (`If-Match`).
 */
export interface ModelRegistry {
  /** Versions in the order in which they were added. */
  list(): Promise<readonly string[]>;
  /** The bytes as they were added. @throws {ModelError} `MODEL_NOT_FOUND`, also for what is no version at all. */
  read(version: string): Promise<Uint8Array>;
  /** What is known of a kept model; of one without a manifest, what its own file says. @throws {ModelError} `MODEL_NOT_FOUND`. */
  manifest(version: string): Promise<ModelManifest>;
  /**
   * Keeps a model and its manifest, and counts the trial. One that is kept already stays as it is, and counts no trial. One that was
   * removed while it was quarantined comes back with the manifest it had.
   *
   * @param known - without it, a model put here by hand: its origin is `imported`, and its figures are what its file says, unknown
   * for bytes that are no model. @throws {ModelError} `MODEL_NOT_FOUND` for what is no version. @throws {DataError} `FILE_UNWRITABLE`.
   */
  add(version: string, bytes: Uint8Array, known?: NewModel): Promise<void>;
  /** The pointer; null before the first. @throws {DataError} `FILE_UNREADABLE` when what is written there names no model. */
  champion(): Promise<ChampionPointer | null>;
  /**
   * Replaces the pointer, whole or not at all, and notes the move. The pointer it has already is no move.
   *
   * @throws {ModelError} `MODEL_NOT_FOUND` for a model that is not kept (any more); the pointer stays. @throws {DataError}
   * `FILE_UNWRITABLE`.
   */
  setChampion(pointer: ChampionPointer, why: string): Promise<void>;
  /** Every move of the champion, oldest first. @throws {DataError} `FILE_UNREADABLE` when one was changed afterwards. */
  history(): Promise<readonly ChampionMove[]>;
  /**
   * Why a model may not be promoted, else null; also of one that was removed. Reads no model.
   *
   * @throws {ModelError} `MODEL_NOT_FOUND` for what is no version.
   */
  quarantineOf(version: string): Promise<ModelQuarantine | null>;
  /** Notes that a model may not be promoted. The first reason stands. @throws {ModelError} `MODEL_NOT_FOUND`. */
  quarantine(version: string, reason: string): Promise<void>;
  /** The model that stands in shadow; null where none does, or what is written there cannot be read. */
  shadow(): Promise<ShadowPointer | null>;
  /** Replaces that, whole or not at all; null for none. @throws {DataError} `FILE_UNWRITABLE`. */
  setShadow(shadow: ShadowPointer | null): Promise<void>;
  /**
   * Removes the oldest models beyond `keep`, but never the champion, its predecessor, the shadow or `spared`, which count among those
   * that are kept. Of a quarantined one the manifest stays, and the count of trials in any case.
   *
   * @returns the versions removed, oldest first.
   */
  prune(keep: number, spared: string): Promise<readonly string[]>;
}
