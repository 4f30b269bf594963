import type { BarSeries, SizingMethod, Trust } from '../../src/domain/index.ts';

/** What trades pay, in R, as a line in the logarithm of the volatility. */
interface Line {
  readonly at0: number;
  readonly slope: number;
  readonly floor: number;
}

/** All that the page (`truth.md` §4) decides by; a second implementation, written from its sentences and nothing else. */
export interface PageInput {
  readonly p: number;
  readonly bars: BarSeries;
  readonly slMultiplier: number;
  readonly costBps: number;
  readonly method: SizingMethod;
  readonly trust: Trust;
  readonly proven: { readonly modelBps: number | null; readonly primaryBps: number | null };
  /** Null: nothing is known of what trades pay. */
  readonly known: {
    readonly win: Line;
    readonly loss: Line;
    readonly coin: Line;
    readonly logVolatility: readonly [number, number];
    readonly alpha: number;
    readonly beta: number;
    readonly baseRate: number;
    readonly meanOpen: number;
  } | null;
}

export interface PageAnswer {
  readonly take: boolean;
  readonly reason: string;
  readonly breakEven: number | null;
  readonly expectedR: number | null;
  readonly bet: number;
}

/** R: the distance of the stop as a fraction of the price. */
export function riskByPage({ high, low, close }: BarSeries, slMultiplier: number): number {
  const ranges: number[] = [];
  for (let i = close.length - 14; i < close.length; i++) {
    const [h, l, before] = [high[i], low[i], close[i - 1]];
    ranges.push(Math.max(h - l, Math.abs(h - before), Math.abs(l - before)));
  }
  const atr = ranges.reduce((sum, range) => sum + range, 0) / 14;
  return (slMultiplier * atr) / close[close.length - 1];
}

function volatilityByPage({ close }: BarSeries): number {
  const returns = Array.from({ length: 20 }, (_, k) => {
    const i = close.length - 20 + k;
    return Math.log(close[i] / close[i - 1]);
  });
  const mean = returns.reduce((sum, r) => sum + r, 0) / 20;
  return Math.sqrt(returns.reduce((sum, r) => sum + (r - mean) ** 2, 0) / 19);
}

/** Φ by its series around 0. */
function phi(z: number): number {
  let term = z;
  let sum = z;
  for (let k = 1; k < 300; k++) {
    term *= (z * z) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

export function decideByPage(input: PageInput): PageAnswer {
  const { p, bars, method, trust, known, proven, costBps } = input;
  const isSeed = method === 'integrated' && trust === 'always';
  const unknown = { take: isSeed, reason: isSeed ? 'always' : 'no_statistics', bet: isSeed ? p : 0 };
  if (known === null) return { ...unknown, breakEven: null, expectedR: null };
  const x = Math.min(Math.max(Math.log(volatilityByPage(bars)), known.logVolatility[0]), known.logVolatility[1]);
  const at = ({ at0, slope, floor }: Line): number => Math.max(floor, at0 + slope * x);
  const [w, l, m] = [at(known.win), at(known.loss), Math.max(0, at(known.coin))];
  const c = (costBps * 1e-4) / riskByPage(bars, input.slMultiplier);
  const { alpha, beta, baseRate } = known;
  const modelPays = proven.modelBps !== null && costBps <= proven.modelBps;
  const primaryPays = proven.primaryBps !== null && costBps <= proven.primaryBps;
  const isByPrimary = trust === 'proven' && !modelPays && primaryPays;
  const q = isByPrimary ? baseRate : p;
  const expectedR = alpha + beta * (q * w - (1 - q) * l - m) - c;
  const breakEven = (l + m + (c - alpha) / beta) / (w + l);
  if (isSeed) return { take: true, reason: 'always', breakEven, expectedR, bet: p };
  if (breakEven >= 1) return { ...unknown, breakEven, expectedR };
  if (expectedR <= 0) return { take: false, reason: 'below_break_even', breakEven, expectedR, bet: 0 };
  if (trust === 'proven' && !modelPays && !primaryPays) {
    return { take: false, reason: 'not_proven', breakEven, expectedR, bet: 0 };
  }
  const reason = trust === 'always' ? 'always' : isByPrimary ? 'primary_proven' : 'expected';
  const bets: Record<SizingMethod, () => number> = {
    afml: () => 2 * phi((q - breakEven) / Math.sqrt(q * (1 - q))) - 1,
    kelly: () => {
      const [lost, won] = [l + m + c, w - m - c];
      return won <= 0 ? 0 : Math.min(1, expectedR / (lost * won)) / known.meanOpen;
    },
    linear: () => Math.min(1, Math.max(0, (q - breakEven) / (1 - breakEven))),
    integrated: () => q,
  };
  return { take: true, reason, breakEven, expectedR, bet: bets[method]() };
}
