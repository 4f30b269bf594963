import { ConditionError } from '../../../core/index.ts';
import { monthOf } from './months.ts';
import { fullYear, hourOfHalf } from './vendor-time.ts';

/** The words of strftime that are read, and what each matches. */
const WORDS: Readonly<Record<string, string>> = {
  Y: String.raw`(?<Y>\d{4})`,
  y: String.raw`(?<y>\d{2})`,
  m: String.raw`(?<m>\d{1,2})`,
  d: String.raw`(?<d>\d{1,2})`,
  b: '(?<b>[a-z]{3,9})',
  H: String.raw`(?<H>\d{1,2})`,
  I: String.raw`(?<I>\d{1,2})`,
  p: '(?<p>[ap]m)',
  M: String.raw`(?<M>\d{2})`,
  S: String.raw`(?<S>\d{2})`,
  f: String.raw`(?<f>\d{1,9})`,
  z: String.raw`(?<z>Z|[+-]\d{2}:?\d{2})`,
  '%': '%',
};
const RULE = `s, ms, us or ns for integers, or of ${Object.keys(WORDS)
  .map((word) => `%${word}`)
  .join(' ')}, each once, with a year, a month and a day`;

/**
 * Reads times by a format.
 *
 * @param format - in strftime's words: `%d/%m/%Y %H:%M`.
 * @returns a function that writes such a text as ISO-8601, or gives null for another.
 * @throws {ConditionError} for a word that is not read, one that is there twice, and a format without a date.
 */
export function timeFormatReader(format: string): (text: string) => string | null {
  const words = [...format.matchAll(/%(.)/gs)].map(([, word]) => (word === 'B' ? 'b' : word));
  const has = (...any: readonly string[]): boolean => any.some((word) => words.includes(word));
  const isWhole = has('Y', 'y') && has('m', 'b') && has('d') && has('I') === has('p');
  const isKnown = words.every((word) => Object.hasOwn(WORDS, word));
  const isOnce = new Set(words).size === words.length;
  if (!isWhole || !isKnown || !isOnce) throw new ConditionError('timeFormat', RULE, format);
  const pattern = format.replace(/%(.)|[.*+?^${}()|[\]\\/-]/gs, (text, word: string | undefined) =>
    word === undefined ? `\\${text}` : WORDS[word === 'B' ? 'b' : word],
  );
  const whole = new RegExp(`^${pattern}$`, 'i');
  return (text) => {
    const parts = whole.exec(text.trim())?.groups;
    return parts === undefined ? null : isoOf(parts);
  };
}

function isoOf({
  Y,
  y = '00',
  m,
  d,
  b = '',
  H = '0',
  I,
  p = '',
  M = '00',
  S = '00',
  f,
  z = '',
}: Partial<Record<string, string>>): string | null {
  const month = m ?? monthOf(b);
  const hour = I === undefined ? H : hourOfHalf(I, p);
  if (month === null || hour === null) return null;
  const [mm, dd, hh] = [String(month), d ?? '', hour].map((part) => part.padStart(2, '0'));
  return `${Y ?? fullYear(y)}-${mm}-${dd}T${hh}:${M}:${S}${f === undefined ? '' : `.${f}`}${z}`;
}
