/** Levels of objects in which a repeated key is named; deeper ones are refused without its name. */
const NAMED_DEPTH = 64;

/**
 * Finds a key that stands twice in one object, also where one of the two is written with escapes.
 *
 * @param text - JSON. @param value - what it parsed to: it has fewer keys than the text where one is repeated.
 * @returns the key, `''` where it lies too deep to be named, or null where there is none.
 */
export function findRepeatedKey(text: string, value: unknown): string | null {
  return countKeysIn(text) === countKeys(value) ? null : nameRepeatedKey(text);
}

/** Number of keys of a value that was parsed, of all its objects together. */
export function countKeys(root: unknown): number {
  let n = 0;
  let level: readonly unknown[] = [root];
  while (level.length > 0) {
    const next: unknown[] = [];
    for (const value of level) {
      const isArray = Array.isArray(value);
      if (!isArray && !isPlain(value)) continue;
      const children: readonly unknown[] = isArray ? value : Object.values(value as object);
      if (!isArray) n += children.length;
      for (const child of children) if (typeof child === 'object' && child !== null) next.push(child);
    }
    level = next;
  }
  return n;
}

function isPlain(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Number of strings in JSON that stand before a colon. */
function countKeysIn(text: string): number {
  let n = 0;
  for (let start = text.indexOf('"'); start >= 0; ) {
    const end = endOfString(text, start);
    if (isKey(text, end)) n++;
    start = text.indexOf('"', end);
  }
  return n;
}

/** The place behind the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text[before] === '\\') before--;
    if ((end - before) % 2 === 1) return end + 1;
  }
  return text.length;
}

function isKey(text: string, end: number): boolean {
  let at = end;
  while (text.charCodeAt(at) <= 0x20) at++;
  return text[at] === ':';
}

function nameRepeatedKey(text: string): string {
  const seen: Set<string>[] = [];
  let depth = 0;
  let from = 0;
  for (let start = text.indexOf('"'); start >= 0; start = text.indexOf('"', from)) {
    for (let at = from; at < start; at++) {
      if (text[at] === '{' && ++depth <= NAMED_DEPTH) seen[depth] = new Set();
      if (text[at] === '}') depth--;
    }
    from = endOfString(text, start);
    if (depth > NAMED_DEPTH || !isKey(text, from)) continue;
    const key = JSON.parse(text.slice(start, from)) as string;
    if (seen[depth].has(key)) return key;
    seen[depth].add(key);
  }
  return '';
}
