/** Where a definition can be loaded again, on this thread or another. */
export interface ModuleSource {
  /** File URL of the module. */
  readonly module: string;
  /** Name of the export that holds the definition. */
  readonly exportName: string;
  /** SHA-256 over the file and its relative imports, 64 lower-case hexadecimal characters. */
  readonly hash: string;
}

/** A definition that the caller brings, and where it can be loaded again; a source of null is a closure. */
export interface Own<T> {
  readonly value: T;
  readonly source: ModuleSource | null;
}

/** Takes a definition as the caller handed it in: as it is, which is a closure, or with its source. */
export function toOwn<T extends object>(given: T | Own<T>): Own<T> {
  return 'value' in given && 'source' in given ? given : { value: given, source: null };
}
