import type { Tags } from 'yaml';
import { DataError } from '../../core/index.ts';

/** The parser of the package `yaml`, loaded when settings are read. */
export type ParseYaml = typeof import('yaml').parse;

/** YAML without its hexadecimal and octal integers: `0x65` is text here, as on every wire. */
const DECIMALS_ONLY = (tags: Tags): Tags =>
  tags.filter((tag) => typeof tag === 'string' || !['HEX', 'OCT'].includes(tag.format ?? ''));
// Warnings of the parser would show the text, which may have a secret.
const OPTIONS = { schema: 'core', customTags: DECIMALS_ONLY, maxAliasCount: 0, logLevel: 'error' } as const;
/** A text that YAML changes on purpose: in quotes, of a block, with a tag or an anchor. */
const MARKED = /^\s*['"|>!&]/;

const REASONS: Readonly<Record<string, string>> = {
  BAD_ALIAS: 'an alias is not taken; put a text that begins with * in quotes',
  BAD_INDENT: 'something is not closed, or not indented as what stands around it',
  BLOCK_AS_IMPLICIT_KEY: 'a second colon stands in a line; put the text in quotes',
  DUPLICATE_KEY: 'a key is given twice',
  MISSING_CHAR: 'a quote, comma or closing bracket is missing',
  MULTILINE_IMPLICIT_KEY: 'a key has no colon behind it',
  TAB_AS_INDENT: 'tabs indent it; use spaces',
  UNEXPECTED_TOKEN: 'something stands where nothing may follow; put a text with signs in quotes',
};

/** Reads a whole file. @throws {DataError} `FILE_UNREADABLE` with the place of the first fault, and nothing that stands there. */
export function readYaml(path: string, text: string, parse: ParseYaml): unknown {
  try {
    return parse(text, OPTIONS);
  } catch (error) {
    const { code, linePos } = error as Partial<import('yaml').YAMLParseError>;
    const place = linePos === undefined ? '' : `line ${linePos[0].line}, column ${linePos[0].col}: `;
    const reason = code === undefined ? 'aliases are not taken' : (REASONS[code] ?? 'it cannot be understood here');
    throw new DataError('FILE_UNREADABLE', `${path} is not YAML: ${place}${reason}`);
  }
}

/** Reads one value as YAML does. What YAML would take for more than one, or cut at a comment, stays the text that was given. */
export function readScalar(text: string, parse: ParseYaml): unknown {
  try {
    const value: unknown = parse(text, OPTIONS);
    const isPlain = typeof value === 'string' && !MARKED.test(text);
    return isPlain || (typeof value === 'object' && value !== null) ? text.trim() : value;
  } catch {
    return text; // no YAML, so it is taken as text and checked by the rule of its setting
  }
}
