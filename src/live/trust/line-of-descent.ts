import type { ChampionMove, ModelManifest } from '../../ports/index.ts';
import { ADOPTED } from '../champion/champion.ts';
import { claimsOf, type ShownClaims } from '../champion/shown-claims.ts';

/** How the time of a model as the champion ended. */
export type ServiceEnd = 'serves' | 'replaced' | 'rolled_back';

/** One time during which a model served. */
export interface ServiceTime {
  /** ISO-8601. */
  readonly since: string;
  /** Why it came to serve, one sentence. */
  readonly why: string;
  /** ISO-8601; null where it serves. */
  readonly until: string | null;
  readonly end: ServiceEnd;
  /** The model that came after it; null where it serves. */
  readonly next: string | null;
  /** Why it ended, one sentence; null where it serves. */
  readonly endedBecause: string | null;
  /** When and why nothing counted as proven any more, as after the alarm of decay; null where that did not happen. */
  readonly proofEnded: { readonly at: string; readonly why: string } | null;
}

/** A model in the line: what it is from, what it may claim, and when it served. */
export interface Descendant {
  readonly version: string;
  /** The version that served when it was trained; null where none did, or where that is not known. */
  readonly parent: string | null;
  /** Null where the model is not kept any more. */
  readonly claims: ShownClaims | null;
  readonly createdAt: string | null;
  /** Why it may not be promoted; null where it may. */
  readonly quarantined: string | null;
  /** Oldest first; empty for a model that never served. */
  readonly served: readonly ServiceTime[];
}

/** What is known of a model by its manifest; null where it is not kept any more. */
export type KnownManifest = readonly [version: string, manifest: ModelManifest | null];

/**
 * The models of a registry as a line of descent: those that served in the order in which they first did, then those that never did, as
 * they were added.
 *
 * @param moves - of the champion, oldest first. @param manifests - of every model that served or is kept.
 */
export function lineOfDescent(
  moves: readonly ChampionMove[],
  manifests: readonly KnownManifest[],
): readonly Descendant[] {
  const times = serviceTimes(moves);
  const known = new Map(manifests);
  const served = [...new Set(times.map(({ version }) => version))];
  const others = manifests.map(([version]) => version).filter((version) => !served.includes(version));
  return [...served, ...others].map((version) => {
    const manifest = known.get(version) ?? null;
    return {
      version,
      parent: manifest?.parent ?? null,
      claims: manifest === null ? null : claimsOf(manifest),
      createdAt: manifest === null ? null : toIso(manifest.createdMs),
      quarantined: manifest?.quarantined?.reason ?? null,
      served: times.filter((time) => time.version === version).map(({ version: _, ...time }) => time),
    };
  });
}

function serviceTimes(moves: readonly ChampionMove[]): (ServiceTime & { readonly version: string })[] {
  const starts = moves.filter(({ version }, i) => moves[i - 1]?.version !== version);
  return starts.map((start, k) => {
    const next = starts.at(k + 1) ?? null;
    const own = moves.slice(moves.indexOf(start) + 1, next === null ? moves.length : moves.indexOf(next));
    const proofEnd = own.find((move) => isProofEnd(move, moves[moves.indexOf(move) - 1]));
    return {
      version: start.version,
      since: toIso(start.atMs),
      why: start.why,
      until: next === null ? null : toIso(next.atMs),
      end: next === null ? 'serves' : isRollback(start, next) ? 'rolled_back' : 'replaced',
      next: next?.version ?? null,
      endedBecause: next === null ? null : whyItEnded(next),
      proofEnded: proofEnd === undefined ? null : { at: toIso(proofEnd.atMs), why: proofEnd.why },
    };
  });
}

/** What a move of the champion says of the model before it. */
function whyItEnded({ why }: ChampionMove): string {
  return why === ADOPTED ? 'the service was started with another model file (model_path)' : why;
}

/** A rollback goes to the predecessor, which then has none of its own: nobody goes further back from there. */
function isRollback(from: ChampionMove, to: ChampionMove): boolean {
  return from.predecessor === to.version && to.predecessor === null;
}

function isProofEnd({ proven }: ChampionMove, { proven: before }: ChampionMove): boolean {
  const nothing = (costs: ChampionMove['proven']): boolean =>
    costs !== undefined && costs.modelBps === null && costs.primaryBps === null;
  return nothing(proven) && !nothing(before);
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
