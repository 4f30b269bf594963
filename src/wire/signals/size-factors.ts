import { z } from 'zod';
import { snakeName } from '../../config/index.ts';
import type { EnrichedSignalEvent } from '../../domain/index.ts';

const sharedFactors = { regime_weight: z.number(), non_toxicity: z.number(), fractional_kelly: z.number() };
const signalFactors = { direction: z.number(), magnitude: z.number() };

/** The product of the factors is the size before clamping, but for a caller's own sizer, whose factors are its own. */
export const sizeFactorsSchema = z
  .union([
    z.strictObject({ ...signalFactors, bet: z.number(), ...sharedFactors }),
    z.strictObject({ ...signalFactors, confidence: z.number(), ...sharedFactors }),
    z.record(z.string(), z.number()),
  ])
  .describe(
    'with bet: of the decision, 0 where it is not taken; with confidence: of 0.1; else of a sizer of the caller',
  );
export type WireSizeFactors = z.output<typeof sizeFactorsSchema>;

/** Names of the built-in factors, which every answer has. */
const WIRE_NAMES: ReadonlyMap<string, string> = new Map(
  ['direction', 'magnitude', 'bet', 'confidence', 'regimeWeight', 'nonToxicity', 'fractionalKelly'].map((name) => [
    name,
    snakeName(name),
  ]),
);

/** The factors under the names of the wire, in their order. */
export function sizeFactorsToWire(factors: EnrichedSignalEvent['sizeFactors']): WireSizeFactors {
  return Object.fromEntries(
    Object.entries(factors).map(([name, value]) => [WIRE_NAMES.get(name) ?? snakeName(name), value]),
  );
}

/** The factors of an answer; those of a caller's own sizer keep their names of the wire. */
export function sizeFactorsFromWire(factors: WireSizeFactors): EnrichedSignalEvent['sizeFactors'] {
  if (!('fractional_kelly' in factors && 'non_toxicity' in factors && 'regime_weight' in factors)) return factors;
  const {
    regime_weight: regimeWeight,
    non_toxicity: nonToxicity,
    fractional_kelly: fractionalKelly,
    ...rest
  } = factors;
  return { ...rest, regimeWeight, nonToxicity, fractionalKelly };
}
