import { type FeatureName, isColumnName, isFeatureName } from '../feature-names.ts';
import { isFrame } from './frame.ts';

/**
 * Parts of the name of a feature, `base[(n)][@frame][:INSTRUMENT]` in this order: `volatility(50)@1h:BTCUSDT.BINANCE`.
 */
export interface FeaturePath {
  /** Name of a built-in feature, of one of the caller, or of a column. */
  readonly base: string;
  /** Its parameter, such as the number of bars that it looks back, an integer >= 1; null for the usual one. */
  readonly parameter: number | null;
  /** Length of the bars it is computed from; null for those of the event. See {@link isFrame}. */
  readonly frame: string | null;
  /** Instrument whose bars it is computed from; null for that of the event. */
  readonly instrument: string | null;
}

/** What {@link parseFeaturePath} asks for, for error sentences. */
export const FEATURE_PATH_RULE =
  'base(n)@frame:INSTRUMENT, each part but base optional, e.g. volatility(50), momentum@4h or momentum@1h:BTCUSDT.BINANCE';

/** Maximum number of characters of an instrument in a name. */
const MAX_INSTRUMENT = 128;

const BASE = '[A-Za-z_][A-Za-z0-9_.-]{0,63}';
const PARAMETER = '\\(([1-9][0-9]{0,5})\\)';
/** Printable ASCII without what ends a cell, an attribute or a list: such a name stands in headers, pages and options. */
const INSTRUMENT = `[!#-%(-+\\--;=?-\\[\\]-_a-~]{1,${MAX_INSTRUMENT}}`;
const PATH = new RegExp(`^(${BASE})(?:${PARAMETER})?(?:@([0-9a-z]+))?(?::(${INSTRUMENT}))?$`);

/** The parts of a name; null for a text that is none. A plain name is a path of its base alone. */
export function parseFeaturePath(name: string): FeaturePath | null {
  const [, base, parameter, frame, instrument] = PATH.exec(name) ?? [];
  if (base === undefined || (frame !== undefined && !isFrame(frame))) return null;
  return {
    base,
    parameter: parameter === undefined ? null : Number(parameter),
    frame: frame ?? null,
    instrument: instrument ?? null,
  };
}

/** The name of parts, the inverse of {@link parseFeaturePath}. */
export function printFeaturePath({ base, parameter, frame, instrument }: FeaturePath): string {
  const looked = parameter === null ? base : `${base}(${parameter})`;
  const framed = frame === null ? looked : `${looked}@${frame}`;
  return instrument === null ? framed : `${framed}:${instrument}`;
}

/** Whether a name has, or is to have, more than its base. */
export function isDerivedName(name: string): boolean {
  return /[(@:]/.test(name);
}

/** The name without parameter, frame and instrument; of a text that is no such name, the text. */
export function baseOf(name: FeatureName): FeatureName {
  return parseFeaturePath(name)?.base ?? name;
}

/** What settings may list for both waves of the time of day. */
export const TIME_OF_DAY = 'time_of_day';

/** Whether a name is that of a feature, or of a feature or a column with a parameter, a frame or an instrument. */
export function isListedName(name: unknown): name is FeatureName {
  if (name === TIME_OF_DAY) return true;
  if (typeof name !== 'string' || !isDerivedName(name)) return isFeatureName(name);
  const base = parseFeaturePath(name)?.base;
  return isFeatureName(base) || isColumnName(base);
}
