import { globSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const paths = globSync(['src/**/*.ts', 'dashboard/**/*.{ts,tsx}', 'bench/**/*.ts', 'test/support/**/*.ts'], {
  cwd: ROOT,
})
  .map((path) => path.split(sep).join('/'))
  .filter((path) => !path.endsWith('.generated.ts'))
  .sort();

/** All rooms: those of `src`, `src` itself, and the other scanned folders. */
const ROOMS: readonly string[] = [...new Set(paths.map(roomOf))];

function roomOf(path: string): string {
  return /^(?:src\/[^/]+(?=\/)|src|dashboard|bench|test\/support)/.exec(path)?.[0] ?? dirname(path);
}

/** Words that are allowed although they contain a banned one: names on the wire, and the order book. */
const ALLOWED = /\bml4t_watchers\w*|\bn_watchers\b|\bfs\.watch\b|\border[ -]books?\b/gi;

/** A rule and the strings in a text that break it. */
interface Rule {
  readonly name: string;
  readonly pattern: RegExp;
  /** How the text is prepared before the pattern is applied; the lines stay the same. */
  readonly prepare: (text: string) => string;
  readonly broken: readonly string[];
  readonly kept: readonly string[];
}

/** Separates the words of identifiers: `nWatchers` and `bar-book` become `n watchers` and `bar book`. */
function separateWords(text: string): string {
  return text
    .replace(ALLOWED, '')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[_-]/g, ' ')
    .toLowerCase();
}

const RULES: readonly Rule[] = [
  {
    name: 'private word',
    pattern:
      /\b(?:desks?|shel(?:f|ves)|keepers?|errands?|bur(?:y|ies|ied|ying)|lonely|watch(?:es|ed|ing|ers?)?|boards?|books?|managers?)\b/g,
    prepare: separateWords,
    broken: [
      'class SignalDesk {',
      'const barBook = 1;',
      'BAR_BOOK',
      'nWatchers: 3',
      'a bar-keeper',
      'a watched market',
    ],
    kept: ['the dashboard', 'a textbook filter', 'the order book', 'booked returns', 'n_watchers: 3', 'fs.watch(path)'],
  },
  {
    name: 'squeezed literal',
    pattern: /\.\.\.\{|\.\.\.\[(?:[^[\]]|\[[^[\]]*\])*\](?!\s*\.)/g,
    prepare: (text) => text,
    broken: ['x = { ...{ a, b }, c };', 'x = { ...{\n  a } };', 'f(...[a, b]);', '[...[a[0], b], ...c]'],
    kept: ['x = { ...a, b };', 'f(...[...set].map(g));', 'f(...(a ? { b } : {}));'],
  },
  {
    name: 'riddle',
    pattern: /\bso (?:many|long|often|much)\b|\btold of\b|\bis\b[^.\n]*\bown business\b/gi,
    prepare: (text) => text,
    broken: ['From so many on', 'waits so long at most', 'is told of an error', "is the caller's own business"],
    kept: ['so that many wait', 'as long as label', 'a series of its own'],
  },
  {
    name: 'name without a meaning',
    pattern: /(?:^|\/)(?:helpers?|utils?)\.tsx?$/g,
    prepare: (text) => text,
    broken: ['src/core/utils.ts', 'test/support/helpers.ts'],
    kept: ['src/core/checks.ts'],
  },
];

function matchesOf({ prepare, pattern }: Rule, text: string): RegExpExecArray[] {
  return [...prepare(text).matchAll(pattern)];
}

/** What breaks a rule in a file, as `path:line rule: text`. The path is line 0. */
function brokenIn(path: string): string[] {
  const text = `${path}\n${readFileSync(join(ROOT, path), 'utf8')}`;
  return RULES.flatMap((rule) =>
    matchesOf(rule, text).map((match) => {
      const line = match.input.slice(0, match.index).split('\n').length - 1;
      return `${path}:${line} ${rule.name}: ${match[0]}`;
    }),
  );
}

test.each(RULES)('the rule against a $name finds it and nothing else', (rule) => {
  for (const text of rule.broken) expect(matchesOf(rule, text).length, text).toBeGreaterThan(0);
  for (const text of rule.kept) expect(matchesOf(rule, text), text).toEqual([]);
});

test('every room is scanned', () => {
  expect(paths.length).toBeGreaterThan(300);
  expect(ROOMS).toEqual(expect.arrayContaining(['src', 'src/core', 'src/live', 'dashboard', 'bench', 'test/support']));
});

test.each(ROOMS)('the words of %s are plain', (room) => {
  expect(paths.filter((path) => roomOf(path) === room).flatMap(brokenIn)).toEqual([]);
});
