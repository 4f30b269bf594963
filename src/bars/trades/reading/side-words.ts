import type { Side } from '../../../domain/index.ts';

/** How the column of a side is read: as the taker's, as the maker's, or not at all. */
export const SIDE_SOURCES = ['taker', 'maker', 'tick_rule'] as const;
export type SideSource = (typeof SIDE_SOURCES)[number];

export const SIDE_RULE = 'buy or sell, or empty where nobody knows';
export const FLAG_RULE = 'true or false';

/** Words of exchanges for the side of a trade, in capitals. What is empty, `N` or the like is not known. */
const WORDS: Readonly<Record<string, Side>> = {
  BUY: 1,
  BUYER: 1,
  B: 1,
  '1': 1,
  '+1': 1,
  '1.0': 1,
  SELL: -1,
  SELLER: -1,
  S: -1,
  '-1': -1,
  '-1.0': -1,
  '': 0,
  '0': 0,
  '0.0': 0,
  N: 0,
  NONE: 0,
  NULL: 0,
  NAN: 0,
  UNKNOWN: 0,
  NO_AGGRESSOR: 0,
};
/** Databento: `A`, ask, where a seller was the aggressor. */
const DATABENTO: Readonly<Record<string, Side>> = { ...WORDS, A: -1 };
/** NautilusTrader's numbers of `aggressor_side`. */
const NAUTILUS: Readonly<Record<string, Side>> = { ...WORDS, '1': 1, '2': -1 };
const FLAGS: Readonly<Record<string, Side>> = { TRUE: -1, '1': -1, FALSE: 1, '0': 1 };

/** What the cells of a column say of the side that crossed the spread. */
export type SideWords = Readonly<Record<string, Side>>;

/** The words of the column of a side. @param names - of all columns. @param index - of that of the side. */
export function sideWords(names: readonly string[], index: number): SideWords {
  const lower = names.map((name) => name.trim().toLowerCase());
  if (lower[index] === 'aggressor_side') return NAUTILUS;
  return lower.includes('rtype') ? DATABENTO : WORDS;
}

/** The words of a flag that says whether the buyer was the maker: the taker sold then. */
export const MAKER_FLAGS: SideWords = FLAGS;

/** Reads a cell; null for a word that is none. */
export function readSide(words: SideWords, text: string): Side | null {
  const word = text.trim().toUpperCase();
  return Object.hasOwn(words, word) ? words[word] : null;
}

/** SQL for the same: the side as TINYINT, NULL for a word that is none. */
export function sideSql(words: SideWords, column: string): string {
  const text = `coalesce(upper(trim(CAST(${column} AS VARCHAR))), '')`;
  const cases = Object.entries(words).map(([word, side]) => `WHEN '${word}' THEN ${side}`);
  return `CASE ${text} ${cases.join(' ')} END::TINYINT`;
}
