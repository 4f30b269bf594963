import { COLUMN_NAME_RULE, FEATURE_NAME_RULE, FEATURE_PATH_RULE, isColumnName, isListedName } from '../domain/index.ts';
import type { BrokenRule, ValueKind } from './setting-rule.ts';

/** The numbers in [low, high]. */
export function interval(low: number, high: number): ValueKind<number> {
  return numberThat(`a number in [${low}, ${high}]`, (value) => value >= low && value <= high);
}

/** The numbers in (low, high). */
export function between(low: number, high: number): ValueKind<number> {
  return numberThat(`a number in (${low}, ${high})`, (value) => value > low && value < high);
}

/** The numbers in (low, high]. */
export function aboveUpTo(low: number, high: number): ValueKind<number> {
  return numberThat(`a number in (${low}, ${high}]`, (value) => value > low && value <= high);
}

export function above(low: number): ValueKind<number> {
  return numberThat(`a number > ${low}`, (value) => value > low);
}

export function atLeast(low: number): ValueKind<number> {
  return numberThat(`a number >= ${low}`, (value) => value >= low);
}

/** Any finite number. */
export function anyNumber(): ValueKind<number> {
  return numberThat('a number', () => true);
}

/** The integers in [low, high] that a double represents exactly. */
export function integer(low: number, high = Number.MAX_SAFE_INTEGER): ValueKind<number> {
  const rule = high === Number.MAX_SAFE_INTEGER ? `an integer >= ${low}` : `an integer in [${low}, ${high}]`;
  return numberThat(rule, (value) => Number.isSafeInteger(value) && value >= low && value <= high);
}

/** 0, which switches something off, or an integer >= low. */
export function zeroOrAtLeast(low: number): ValueKind<number> {
  const rule = `0 or an integer >= ${low}`;
  return numberThat(rule, (value) => Number.isSafeInteger(value) && (value === 0 || value >= low));
}

/** The word `name`, or an integer >= low. A number that is too small is answered with the rule of numbers alone. */
export function nameOrInteger<const N extends string>(name: N, low: number): ValueKind<N | number> {
  const number = integer(low);
  const rule = `"${name}" or ${number.rule}`;
  return {
    rule,
    check: (value) => {
      if (value === name) return { value: name };
      return Number.isInteger(value) ? number.check(value) : broken(rule);
    },
  };
}

export function flag(): ValueKind<boolean> {
  return kind('true or false', (value): value is boolean => typeof value === 'boolean');
}

export function text(): ValueKind<string> {
  return kind('a non-empty string', (value): value is string => typeof value === 'string' && value.length > 0);
}

/** The texts of a pattern, which `rule` describes. */
export function matching(pattern: RegExp, rule: string): ValueKind<string> {
  return kind(rule, (value): value is string => typeof value === 'string' && pattern.test(value));
}

/** The names that a feature may have. Whether a program knows the feature is not a question of the settings. */
export function featureName(): ValueKind<string> {
  return kind(`${FEATURE_NAME_RULE}, or ${FEATURE_PATH_RULE}`, isListedName);
}

/** Lists of columns, each at most once; the empty one too. */
export function columnNames(): ValueKind<readonly string[]> {
  const rule = 'a list of columns without repeats';
  return listOf(kind(COLUMN_NAME_RULE, isColumnName), rule, (list) => new Set(list).size === list.length);
}

export function oneOf<const N extends string>(names: readonly N[]): ValueKind<N> {
  const known: ReadonlySet<unknown> = new Set(names);
  return kind(`one of ${names.join(', ')}`, (value): value is N => known.has(value));
}

/** Lists of texts; the empty one too. */
export function names(): ValueKind<readonly string[]> {
  return listOf(text(), 'a list of names', () => true);
}

/** Programs with their arguments, which no shell reads; the empty list too. */
export function commandLine(): ValueKind<readonly string[]> {
  return listOf(text(), 'a program and its arguments', (list) => list.every((each) => !each.includes('\0')));
}

/** Lists of at least one text that `element` takes, each at most once. @param names - what they are, for the rule. */
export function distinct(element: ValueKind<string>, names: string): ValueKind<readonly string[]> {
  const rule = `at least one of ${names}, without repeats`;
  return listOf(element, rule, (list) => list.length > 0 && new Set(list).size === list.length);
}

/** Texts of which none comes twice; none at all is one of them. */
export function withoutRepeats(element: ValueKind<string>, names: string): ValueKind<readonly string[]> {
  return listOf(element, `some of ${names}, without repeats`, (list) => new Set(list).size === list.length);
}

/** `kind`, or null. The rule does not mention null: it is for those who gave a value. */
export function nullable<T>({ rule, check }: ValueKind<T>): ValueKind<T | null> {
  return { rule, check: (value) => (value === null ? { value } : check(value)) };
}

/** Lists of `element`s that `accepts` as a whole; a wrong element is answered with the rule of elements. */
function listOf<T>(
  element: ValueKind<T>,
  rule: string,
  accepts: (list: readonly T[]) => boolean,
): ValueKind<readonly T[]> {
  return {
    rule,
    check: (value) => {
      if (!Array.isArray(value)) return broken(rule);
      const list: T[] = [];
      for (let i = 0; i < value.length; i++) {
        const checked = element.check(value[i]);
        if (!('value' in checked)) return { rule: checked.rule, index: i };
        list.push(checked.value);
      }
      return accepts(list) ? { value: list } : broken(rule);
    },
  };
}

/** Numbers that `holds`; NaN and the infinities never do. */
function numberThat(rule: string, holds: (value: number) => boolean): ValueKind<number> {
  return kind(rule, (value): value is number => typeof value === 'number' && Number.isFinite(value) && holds(value));
}

function kind<T>(rule: string, accepts: (value: unknown) => value is T): ValueKind<T> {
  return { rule, check: (value) => (accepts(value) ? { value } : broken(rule)) };
}

function broken(rule: string): BrokenRule {
  return { rule, index: null };
}
