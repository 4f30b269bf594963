import { type BarRule, thresholdRule, timeRule } from './bar-rule.ts';
import { type ImbalanceOptions, imbalanceRule } from './imbalance-rule.ts';

export const BAR_KINDS = ['time', 'tick', 'volume', 'dollar', 'imbalance'] as const;
export type BarKind = (typeof BAR_KINDS)[number];

/** Which bars are made, and by what. */
export type BarSpec =
  | { readonly kind: 'time'; readonly lengthNs: bigint }
  | { readonly kind: 'tick' | 'volume' | 'dollar'; readonly threshold: number }
  | { readonly kind: 'imbalance'; readonly imbalance: ImbalanceOptions };

/** A new rule, which has seen no trade. */
export function ruleOf(spec: BarSpec): BarRule {
  if (spec.kind === 'time') return timeRule(spec.lengthNs);
  return spec.kind === 'imbalance' ? imbalanceRule(spec.imbalance) : thresholdRule(spec.kind, spec.threshold);
}

/** The same for bars of several times the size; null for imbalance bars, which have no size. */
export function timesLarger(spec: BarSpec, factor: number): BarSpec | null {
  if (spec.kind === 'imbalance') return null;
  if (spec.kind === 'time') return { kind: 'time', lengthNs: spec.lengthNs * BigInt(factor) };
  return { kind: spec.kind, threshold: spec.threshold * factor };
}
