/** Levels at the beginning of a text beyond which it is no message. */
const MAX_LEVELS = 64;
/** Number of characters that are looked at. */
const HEAD = 512;

/** Whether a text of JSON opens more than 64 levels in its first 512 characters. Such a text costs the parser several times as much as others. */
export function isNestedAtOnce(text: string): boolean {
  const end = Math.min(text.length, HEAD);
  let nLevels = 0;
  for (let i = 0; i < end; i++) {
    const character = text[i];
    if (character === '"') i = endOfString(text, i, end);
    else if (character === '[' || character === '{') nLevels++;
    else if (character === ']' || character === '}') nLevels--;
    if (nLevels > MAX_LEVELS) return true;
  }
  return false;
}

/** @returns the place of the quote that closes the string which opens at `start`; `end` where it does not. */
function endOfString(text: string, start: number, end: number): number {
  for (let i = start + 1; i < end; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i;
  }
  return end;
}
