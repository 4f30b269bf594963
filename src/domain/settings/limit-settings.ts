/** Bounds of everything that is read. What is larger is refused with a sentence, and never held in memory as a whole. */
export interface LimitSettings {
  /** Maximum number of requests of one connection that wait for their answer; >= 1. */
  readonly requestsPerConnection: number;
  /** Maximum size of the answers that wait to be read, over all connections, in bytes; >= 4 MiB. */
  readonly unreadBytes: number;
  /** Maximum size of one entry or message of Redis, in bytes; >= 65536. */
  readonly entryBytes: number;
  /** Maximum size of one line of a text file or of stdin, in bytes; >= 1024. */
  readonly lineBytes: number;
  /** Maximum size of one file as it lies on disk, in bytes; >= 1024. */
  readonly fileBytes: number;
  /** Maximum size of what one packed file of bars becomes, in bytes; >= 1024. */
  readonly unpackedBytes: number;
  /** Maximum number of splits above a leaf of a model's trees; [1, 1024]. */
  readonly treeLevels: number;
}

export const DEFAULT_LIMITS: LimitSettings = Object.freeze({
  requestsPerConnection: 64,
  unreadBytes: 64 * 2 ** 20,
  entryBytes: 2 ** 20,
  lineBytes: 16 * 2 ** 20,
  fileBytes: 2 ** 30,
  unpackedBytes: 2 ** 30,
  treeLevels: 128,
});
