import { show } from '../../../core/index.ts';
import { corrupt } from '../../corrupt-file.ts';

/**
 * Takes a value of parsed JSON as what it must be.
 *
 * @param path - dotted name of the property, for the sentence.
 * @throws {ModelError} `MODEL_CORRUPT` naming the property, its rule and the value.
 */
export type Reader<T> = (value: unknown, path: string) => T;

/** Numbers that satisfy `holds`; NaN and the infinities never do. */
export function numberThat(rule: string, holds: (value: number) => boolean): Reader<number> {
  return (value, path) => {
    if (typeof value === 'number' && Number.isFinite(value) && holds(value)) return value;
    throw wrong(path, rule, value);
  };
}

/** A number >= low. */
export function atLeast(low: number): Reader<number> {
  return numberThat(`a number >= ${low}`, (value) => value >= low);
}

export const readBoolean: Reader<boolean> = (value, path) => {
  if (typeof value === 'boolean') return value;
  throw wrong(path, 'true or false', value);
};

export const readFinite = numberThat('a number', () => true);

/** An integer that a double represents exactly, >= low. */
export function integerFrom(low: number): Reader<number> {
  return numberThat(`an integer >= ${low}`, (value) => Number.isSafeInteger(value) && value >= low);
}

export const readInteger = numberThat('an integer', Number.isSafeInteger);

export const readText: Reader<string> = (value, path) => {
  if (typeof value === 'string') return value;
  throw wrong(path, 'a text', value);
};

/** A text of a pattern, which `rule` describes. */
export function matching(pattern: RegExp, rule: string): Reader<string> {
  return (value, path) => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw wrong(path, rule, value);
  };
}

export function oneOf<const N extends string>(names: readonly N[]): Reader<N> {
  return (value, path) => {
    const name = names.find((known) => known === value);
    if (name !== undefined) return name;
    throw wrong(path, `one of ${names.join(', ')}`, value);
  };
}

export function nullable<T>(read: Reader<T>): Reader<T | null> {
  return (value, path) => (value === null ? null : read(value, path));
}

/** A list of at least `minLength`. */
export function listOf<T>(read: Reader<T>, minLength = 0): Reader<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value) || value.length < minLength) throw wrong(path, `a list of at least ${minLength}`, value);
    return value.map((element: unknown, i) => read(element, `${path}.${i}`));
  };
}

/** An object with any names, each with a value of one kind. */
export function recordOf<T>(read: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (value, path) => {
    const entries = Object.entries(asObject(value, path));
    return Object.fromEntries(entries.map(([name, inner]) => [name, read(inner, `${path}.${name}`)]));
  };
}

/** An object with exactly these fields; a missing one is read as undefined. */
export function objectOf<T>(readers: { readonly [K in keyof T]: Reader<T[K]> }): Reader<T> {
  return (value, path) => {
    const object = asObject(value, path);
    const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
    for (const name of Object.keys(object)) {
      if (!Object.hasOwn(readers, name)) throw corrupt(`property ${at(name.slice(0, 40))} is unknown`);
    }
    const names = Object.keys(readers) as (keyof T & string)[];
    return Object.fromEntries(names.map((name) => [name, readers[name](object[name], at(name))])) as T;
  };
}

/** What `read` takes and `holds` as a whole. */
export function checked<T>(read: Reader<T>, holds: (value: T) => boolean, rule: string): Reader<T> {
  return (value, path) => {
    const taken = read(value, path);
    if (!holds(taken)) throw corrupt(`property ${path}: ${rule}`);
    return taken;
  };
}

export function asObject(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw wrong(path, 'an object', value);
}

export function wrong(path: string, rule: string, value: unknown): Error {
  return corrupt(`property ${path} must be ${rule}, was ${value === undefined ? 'missing' : show(value)}`);
}
