import { checkSameLength } from '../core/index.ts';
import { everyRow, pick, rowsWhere } from '../math/index.ts';
import { fitLine, type LineFit } from './fit-line.ts';
import type { Payoff, Payoffs, VolatilityLine } from './payoff.ts';

/** Trades whose two sides have both ended. Rows are events; one without a finite return of both sides or without a risk is left out. */
export interface PayoffRows {
  /** (n,) position of the instrument's name; 0 where there is only one. */
  readonly instrument: Int32Array;
  /** (n,) feature `volatility` at the event, >= 0. */
  readonly volatility: Float64Array;
  /** (n,) 0 or 1. */
  readonly label: Uint8Array;
  /** (n,) gross simple returns of the side and of the other side; the latter null where it is unknown: the coin then counts as 0. */
  readonly ret: Float64Array;
  readonly otherRet: Float64Array | null;
  /** (n,) R: the distance of the stop as a fraction of the entry price, > 0. */
  readonly risk: Float64Array;
}

/** Fewest wins and losses that tell what one pays. */
const MIN_OF_A_LABEL = 30;
/** Fewest labels of an instrument for payoffs of its own. */
const MIN_OF_AN_INSTRUMENT = 500;
/** Share of its mean below which the fitted magnitude of a win or loss does not fall. */
const LEAST_SHARE = 0.1;

/**
 * Fits what wins, losses and the coin pay, each linear in the logarithm of volatility, by least squares.
 *
 * @param rows - columns of which the fit only reads the rows of `among`: those that had ended before the statistics are used.
 * @param names - names of the instruments; payoffs by instrument are fitted only where there are at least two.
 * @param among - rising; by default every row.
 * @throws {ConditionError} when the columns differ in length.
 */
export function fitPayoffs(
  rows: PayoffRows,
  names: readonly string[],
  among: Int32Array = everyRow(rows.label.length),
): Payoffs {
  const { label, risk, ret, otherRet } = rows;
  for (const [name, column] of Object.entries(rows)) if (column !== null) checkSameLength(name, column, 'label', label);
  const isKnown = (k: number): boolean => risk[k] > 0 && Number.isFinite(ret[k] + (otherRet?.[k] ?? 0));
  const known = pick(
    among,
    rowsWhere(among.length, (at) => isKnown(among[at])),
  );
  const all = fitPayoff(rows, known);
  if (names.length < 2) return { all, byInstrument: {} };
  const perInstrument = Map.groupBy(known, (k) => rows.instrument[k]);
  const own = [...perInstrument].filter(([, inside]) => inside.length >= MIN_OF_AN_INSTRUMENT);
  return {
    all,
    byInstrument: Object.fromEntries(own.map(([i, inside]) => [names[i], fitPayoff(rows, Int32Array.from(inside))])),
  };
}

function fitPayoff(rows: PayoffRows, known: Int32Array): Payoff {
  const logVolatility = logRange(rows.volatility, known);
  const x = new Float64Array(known.length);
  const booked = new Float64Array(known.length);
  const coins = new Float64Array(known.length);
  const { volatility, label, ret, otherRet, risk } = rows;
  for (let at = 0; at < known.length; at++) {
    const k = known[at];
    x[at] = logWithin(volatility[k], logVolatility);
    booked[at] = ret[k] / risk[k];
    coins[at] = otherRet === null ? 0 : (ret[k] + otherRet[k]) / 2 / risk[k];
  }
  const wins = rowsWhere(known.length, (at) => label[known[at]] === 1);
  const losses = rowsWhere(known.length, (at) => label[known[at]] !== 1);
  return {
    logVolatility,
    win: magnitude(fitLine(pick(x, wins), pick(booked, wins)), wins.length),
    loss: magnitude(fitLine(pick(x, losses), negatedAt(booked, losses)), losses.length),
    coin: known.length === 0 ? null : { ...fitLine(x, coins), floor: 0 },
  };
}

function negatedAt(values: Float64Array, rows: Int32Array): Float64Array {
  const negated = new Float64Array(rows.length);
  for (let k = 0; k < rows.length; k++) negated[k] = -values[rows[k]];
  return negated;
}

/** Logarithms of the smallest and the largest volatility above 0; of none, 0 and 0. */
function logRange(volatility: Float64Array, known: Int32Array): readonly [number, number] {
  let [low, high] = [Infinity, 0];
  for (let at = 0; at < known.length; at++) {
    const value = volatility[known[at]];
    if (!(value > 0 && value < Infinity)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high > 0 ? [Math.log(low), Math.log(high)] : [0, 0];
}

/** A magnitude needs enough trades and a mean above 0. */
function magnitude(line: LineFit, n: number): VolatilityLine | null {
  return n >= MIN_OF_A_LABEL && line.mean > 0 ? { ...line, floor: LEAST_SHARE * line.mean } : null;
}

/** Logarithm of a volatility, moved into the range of the fit; one of 0 or none takes the lowest. */
export function logWithin(volatility: number, [low, high]: readonly [number, number]): number {
  return volatility > 0 ? Math.min(high, Math.max(low, Math.log(volatility))) : low;
}
