import type { ProvenCosts } from '../../domain/index.ts';
import { bp } from '../../validation/index.ts';

/** What counts as proven while a model serves, in the names of the status; nothing where a record of an older program does not say. */
export function proofRecord(proven: ProvenCosts | undefined): Readonly<Record<string, unknown>> {
  if (proven === undefined) return {};
  const { modelBps, primaryBps } = proven;
  return {
    proven: modelBps !== null || primaryBps !== null,
    proven_up_to_bps: modelBps,
    primary_proven_up_to_bps: primaryBps,
  };
}

/** The same in one line for people, with what follows from it. */
export function proofLine(proven: ProvenCosts | undefined): string {
  if (proven === undefined) return 'what its file proves';
  const { modelBps, primaryBps } = proven;
  const parts = [
    ...(modelBps === null ? [] : [`what it takes pays up to ${bp(modelBps)}`]),
    ...(primaryBps === null ? [] : [`all signals of the primary pay up to ${bp(primaryBps)}`]),
  ];
  if (parts.length > 0) return parts.join('; ');
  return 'nothing: under sizing.trust proven every size is 0 until a model with a proof is promoted';
}
