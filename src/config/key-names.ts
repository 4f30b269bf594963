/** A name with its capitals written as `_x`. */
export type SnakeName<S extends string> = S extends `${infer Head}${infer Tail}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${SnakeName<Tail>}`
  : S;

/** The type of a camelCase value after {@link toSnakeCase}. */
export type SnakeCased<T> = T extends readonly (infer Item)[]
  ? SnakeCased<Item>[]
  : T extends object
    ? { -readonly [K in keyof T as K extends string ? SnakeName<K> : K]: SnakeCased<T[K]> }
    : T;

/** `pt_multiplier` to `ptMultiplier`; dots and brackets stay. */
export function camelName(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Objects whose keys are names of features or columns, which are the caller's and stay as they are. */
const BY_FEATURE: ReadonlySet<string> = new Set([
  'byFeature',
  'columnValues',
  'contributions',
  'rawContributions',
  'features',
  'featureImportance',
  'featureProfiles',
  'profiles',
  'psi',
]);

/**
 * Renames the keys of plain objects, at every depth, from camelCase to snake_case. Names of features and columns stay. Values are
 * shared, not copied.
 */
export function toSnakeCase<T>(value: T): SnakeCased<T> {
  return renamed(value) as SnakeCased<T>;
}

function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [snakeName(key), renamedIn(key, child)]));
}

/** @param key - under which the value stands. */
function renamedIn(key: string, value: unknown): unknown {
  if (!BY_FEATURE.has(key) || typeof value !== 'object' || value === null || Array.isArray(value))
    return renamed(value);
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, renamed(child)]));
}

/** `ptMultiplier` to `pt_multiplier`; dots and brackets stay. */
export function snakeName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
