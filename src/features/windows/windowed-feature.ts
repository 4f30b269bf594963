import { ConditionError } from '../../core/index.ts';
import type { BuiltInFeatureName } from '../../domain/index.ts';
import type { BuiltInFeature, FeatureKernel, FeatureNeed } from '../feature-definition.ts';

/** Maximum parameter of a feature, so that a window fits in memory. */
export const MAX_PARAMETER = 10_000;

/** What depends on the parameter n. */
export interface WindowShape {
  /** Number of bars that the feature reads, the event's own included. */
  readonly lookback: number;
  readonly unit: string;
  readonly range: readonly [low: number, high: number] | null;
  readonly formula: string;
}

/** A built-in feature of a window whose length a name may state: `rsi(7)`. */
export interface WindowedSpec {
  readonly name: BuiltInFeatureName;
  readonly directional: boolean;
  readonly needs?: readonly FeatureNeed[];
  readonly source: string;
  /** What the parameter counts. */
  readonly counts: string;
  /** The parameter of the plain name. */
  readonly usual: number;
  readonly lowest: number;
  readonly shape: (n: number) => WindowShape;
  readonly kernel: (n: number) => FeatureKernel;
}

/** The feature of the plain name; `withParameter` gives the others. */
export function windowedFeature(spec: WindowedSpec): BuiltInFeature {
  const { name, directional, needs = [], source, counts, usual, lowest, shape, kernel } = spec;
  const parameter = { counts, usual, lowest, highest: MAX_PARAMETER };
  const define = (n: number, named: string): BuiltInFeature => ({
    name: named,
    directional,
    needs,
    source,
    ...shape(n),
    parameter,
    withParameter,
    kernel: kernel(n),
  });
  function withParameter(n: number): BuiltInFeature {
    if (Number.isInteger(n) && n >= lowest && n <= MAX_PARAMETER) return define(n, `${name}(${n})`);
    throw new ConditionError(
      `${name}(n)`,
      `with an integer n in [${lowest}, ${MAX_PARAMETER}], the number of ${counts}`,
      n,
    );
  }
  return define(usual, name);
}
