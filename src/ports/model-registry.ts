/** Which kept model serves, and which served before it. */
export interface ChampionPointer {
  readonly version: string;
  readonly predecessor: string | null;
}

/** Every model a service keeps, under its version; a version never changes. */
export interface ModelRegistry {
  /** Versions, oldest first. */
  list(): Promise<readonly string[]>;
  /** @throws {ModelError} `MODEL_NOT_FOUND`, also for what is no version at all. */
  read(version: string): Promise<Uint8Array>;
  /** Keeps a model. One that is kept already stays as it is. @throws {DataError} `FILE_UNWRITABLE`. */
  add(version: string, bytes: Uint8Array): Promise<void>;
  champion(): Promise<ChampionPointer | null>;
  /** Replaces the pointer, whole or not at all. @throws {DataError} `FILE_UNWRITABLE`. */
  setChampion(pointer: ChampionPointer): Promise<void>;
}
