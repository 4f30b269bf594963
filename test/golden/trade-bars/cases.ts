import { readFileSync } from 'node:fs';
import type { BarSpec, Imbalance } from '../../../src/bars/index.ts';

/** Bars of one file that other libraries made too. */
export interface TradeBarCase {
  readonly file: string;
  readonly kind: BarSpec['kind'];
  /** Seconds, trades, volume or value; absent for imbalance bars. */
  readonly size?: number;
  readonly of?: Imbalance;
  readonly expectedTicks?: number;
  readonly window?: number;
  readonly ticksBetween?: readonly [number, number] | null;
}

const readJson = (name: string) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));

export function readTradeBarCases(): readonly TradeBarCase[] {
  return readJson('cases.json');
}

/** Number and hashes of mlfinpy's bars of each case. */
export function mlfinpyBars(): readonly { readonly nBars: number; readonly bars: string; readonly bought: string }[] {
  return readJson('mlfinpy.json').cases;
}

/** Hash of the volume that takers bought, by finmlkit, of each case; null where it has no such bars. */
export function finmlkitBars(): readonly (string | null)[] {
  return readJson('finmlkit.json').bought;
}

export function specOfCase({ kind, size = 0, of = 'tick', ...options }: TradeBarCase): BarSpec {
  if (kind === 'time') return { kind, lengthNs: BigInt(size) * 1_000_000_000n };
  if (kind !== 'imbalance') return { kind, threshold: size };
  const { expectedTicks = 0, window = 0, ticksBetween } = options;
  return {
    kind,
    imbalance: { of, expectedTicks, expectedBars: 3, window, ticksBetween: ticksBetween ?? [0, Infinity] },
  };
}
