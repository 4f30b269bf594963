import type { Binary, ElementType, GroupMap, Reduction, Unary } from './program.ts';

/** The results of comparisons and of logic are 0 and 1. */
export const UNARY_FUNCTIONS: Readonly<Record<Unary, (x: number) => number>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  exp: Math.exp,
  floor: Math.floor,
  identity: (x) => x,
  isNaN: (x) => (Number.isNaN(x) ? 1 : 0),
  log: Math.log,
  neg: (x) => -x,
  not: (x) => (x === 0 ? 1 : 0),
  reciprocal: (x) => 1 / x,
  round: roundHalfEven,
  sigmoid,
  sign: Math.sign,
  sqrt: Math.sqrt,
  truncate: Math.trunc,
};

export const BINARY_FUNCTIONS: Readonly<Record<Binary, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  and: (a, b) => (a !== 0 && b !== 0 ? 1 : 0),
  div: (a, b) => a / b,
  equal: (a, b) => (a === b ? 1 : 0),
  greater: (a, b) => (a > b ? 1 : 0),
  greaterOrEqual: (a, b) => (a >= b ? 1 : 0),
  less: (a, b) => (a < b ? 1 : 0),
  lessOrEqual: (a, b) => (a <= b ? 1 : 0),
  max: Math.max,
  min: Math.min,
  mul: (a, b) => a * b,
  or: (a, b) => (a !== 0 || b !== 0 ? 1 : 0),
  pow: (a, b) => a ** b,
  sub: (a, b) => a - b,
};

/** The results as a runtime stores them. */
export function stored(value: number, type: ElementType): number {
  return type === 'float' ? Math.fround(value) : value;
}

/** 1 / (1 + exp(-x)), exact also where exp(-x) is very large. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** @param value - gives element k of the group. @param type - to which every intermediate result is rounded. */
export function reduce(fn: Reduction, n: number, type: ElementType, value: (k: number) => number): number {
  if (fn === 'argMax' || fn === 'argMin') return firstExtreme(n, (k) => (fn === 'argMax' ? value(k) : -value(k)));
  let total = fn === 'prod' ? 1 : fn === 'max' ? Number.NEGATIVE_INFINITY : fn === 'min' ? Number.POSITIVE_INFINITY : 0;
  for (let k = 0; k < n; k++) total = stored(joined(fn, total, stored(value(k), type), type), type);
  if (fn === 'mean') return total / n;
  return fn === 'l2' ? Math.sqrt(total) : total;
}

function joined(fn: Reduction, total: number, x: number, type: ElementType): number {
  switch (fn) {
    case 'max':
      return Math.max(total, x);
    case 'min':
      return Math.min(total, x);
    case 'prod':
      return total * x;
    case 'l1':
      return total + Math.abs(x);
    case 'l2':
    case 'sumSquare':
      return total + stored(x * x, type);
    default:
      return total + x;
  }
}

function firstExtreme(n: number, value: (k: number) => number): number {
  let best = 0;
  for (let k = 1; k < n; k++) if (value(k) > value(best)) best = k;
  return best;
}

/** Maps a group of numbers in place. */
export function mapGroup(fn: GroupMap, group: Float64Array, type: ElementType): void {
  if (fn === 'softmax' || fn === 'softmaxZero') softmax(group, fn === 'softmaxZero');
  else normalize(fn, group, type);
}

/** @param keepsZeros - whether a value of 0 gets no share, as SOFTMAX_ZERO has it. */
function softmax(group: Float64Array, keepsZeros: boolean): void {
  const most = group.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const shares = group.map((x) => (keepsZeros && Math.abs(x) <= 1e-7 ? 0 : Math.exp(x - most)));
  const total = shares.reduce((a, b) => a + b, 0);
  for (let k = 0; k < group.length; k++) group[k] = shares[k] / total;
}

/** A group whose norm is 0 stays as it is; one whose norm is too large for its type has no numbers. */
function normalize(fn: GroupMap, group: Float64Array, type: ElementType): void {
  const norm =
    fn === 'normalizeMax'
      ? reduce('max', group.length, type, (k) => group[k])
      : reduce(fn === 'normalizeL1' ? 'l1' : 'l2', group.length, type, (k) => group[k]);
  if (norm === 0) return;
  const divisor = Number.isFinite(norm) ? norm : Number.NaN;
  for (let k = 0; k < group.length; k++) group[k] /= divisor;
}
