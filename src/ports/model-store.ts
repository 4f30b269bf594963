/**
 * Where model files are kept, by a path that the operator gives. What was written is read back byte for byte, by any process, once its
 * promise resolved; a write that was cut short, by a kill -9 or a full disk, leaves what was there. In an object store a path is a key,
 * and one `PUT` is a write.
 */
export interface ModelStore {
  /** The whole file. @throws {ModelError} `MODEL_NOT_FOUND` where nothing was written. @throws {DataError} `FILE_UNREADABLE`. */
  read(path: string): Promise<Uint8Array>;
  /** Writes the whole file or leaves what was there. @throws {DataError} `FILE_UNWRITABLE`. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Finds out before long work whether {@link write} has a chance. @throws {DataError} `FILE_UNWRITABLE`. */
  checkWritable(path: string): Promise<void>;
}

/** SHA-256 of some bytes, or of a text in UTF-8, as 64 lower-case hexadecimal characters. Passed in, so that pure rooms can name content. */
export type Sha256 = (content: Uint8Array | string) => string;
