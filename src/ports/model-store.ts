/** Where model files are kept. */
export interface ModelStore {
  /** @throws {ModelError} `MODEL_NOT_FOUND`. @throws {DataError} `FILE_UNREADABLE`. */
  read(path: string): Promise<Uint8Array>;
  /** Writes the whole file or leaves what was there. @throws {DataError} `FILE_UNWRITABLE`. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Finds out before long work whether {@link write} has a chance. @throws {DataError} `FILE_UNWRITABLE`. */
  checkWritable(path: string): Promise<void>;
}

/** SHA-256 of some bytes, as 64 lower-case hexadecimal characters. Passed in, so that pure rooms can name content. */
export type Sha256 = (bytes: Uint8Array) => string;
