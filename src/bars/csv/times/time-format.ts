import { ConditionError } from '../../../core/index.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** The words of strftime that are read, and what each matches. */
const WORDS: Readonly<Record<string, string>> = {
  Y: String.raw`(?<Y>\d{4})`,
  y: String.raw`(?<y>\d{2})`,
  m: String.raw`(?<m>\d{1,2})`,
  d: String.raw`(?<d>\d{1,2})`,
  b: '(?<b>[a-z]{3})[a-z]*',
  H: String.raw`(?<H>\d{1,2})`,
  I: String.raw`(?<I>\d{1,2})`,
  p: '(?<p>[ap]m)',
  M: String.raw`(?<M>\d{2})`,
  S: String.raw`(?<S>\d{2})`,
  f: String.raw`(?<f>\d{1,9})`,
  z: String.raw`(?<z>Z|[+-]\d{2}:?\d{2})`,
  '%': '%',
};
const RULE = `of ${Object.keys(WORDS)
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
  H,
  I,
  p = '',
  M = '00',
  S = '00',
  f,
  z = '',
}: Partial<Record<string, string>>) {
  const year = Y ?? `${Number(y) < 69 ? '20' : '19'}${y}`;
  const month = m ?? String(MONTHS.indexOf(b.toLowerCase()) + 1);
  const isAfternoon = p.toLowerCase() === 'pm';
  if (I !== undefined && (Number(I) < 1 || Number(I) > 12)) return null;
  const hour = H ?? (I === undefined ? '0' : String((Number(I) % 12) + (isAfternoon ? 12 : 0)));
  const [mm, dd, hh] = [month, d ?? '', hour].map((part) => part.padStart(2, '0'));
  return `${year}-${mm}-${dd}T${hh}:${M}:${S}${f === undefined ? '' : `.${f}`}${z}`;
}
