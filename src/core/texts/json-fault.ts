/** A JSON string, which is passed over, or a word that other languages write for a value. */
const STRING_OR_WORD = /"(?:[^"\\]|\\[\s\S])*"?|\b(?:NaN|nan|Infinity|inf|None|True|False|undefined)\b/g;

/**
 * Why a text is no JSON, in a clause of our own: the engine's sentence quotes the text, and is another in each engine.
 *
 * @param text - as it was parsed. @param written - as it came.
 */
export function jsonFault(text: string, error: unknown, written = text): string {
  if (String(text).trim() === '') return 'it is empty';
  const { message } = error as Error;
  const place = /position (\d+)/.exec(message)?.[1];
  const endsEarly = place === undefined ? /end of/i.test(message) : Number(place) >= text.length;
  if (endsEarly) return 'it ends in the middle';
  const unknown = foreignWord(String(written));
  if (unknown !== null) return unknown;
  return place === undefined
    ? 'it is not written as JSON'
    : `it is not written as JSON at character ${Number(place) + 1}`;
}

/** The first word that JSON does not have, with its place; null where there is none. */
function foreignWord(text: string): string | null {
  for (const { 0: word, index } of text.matchAll(STRING_OR_WORD)) {
    if (word.startsWith('"')) continue;
    const before = text.slice(0, index).split('\n');
    const line = before.length === 1 ? '' : `line ${before.length}, `;
    return `it has ${word}, which JSON does not know, at ${line}character ${before[before.length - 1].length + 1}`;
  }
  return null;
}
