import type { BusCodecName, BusEncoding, NautilusFields, TrainerKind } from './choices.ts';

/** Where trainings run. */
export interface TrainerSettings {
  /** Threads of this process, or `ml4t worker` processes. */
  readonly kind: TrainerKind;
  /** Name of the queue and of all its keys in Redis; 1 to 64 letters, digits, dots, dashes or underscores, some in braces for a cluster. */
  readonly queue: string;
  /** Silence after which the work of a worker goes to another, in seconds; >= 1. */
  readonly lockSeconds: number;
  /** Time for which training sets and results stay in Redis, in seconds; >= 60. */
  readonly keepSeconds: number;
  /** Maximum size of one training set, unpacked, in megabytes; [1, 512], a bar takes 64 bytes. */
  readonly maxMegabytes: number;
}

/** The connection to Redis and how its streams are read and written. */
export interface RedisSettings {
  /** Address, redis:// or rediss:// (TLS), or redis-sentinel:// and rediss-sentinel:// with the name of the primary after #. */
  readonly url: string;
  /** File with the password, read again at each connection; null for none. */
  readonly passwordFile: string | null;
  /** User at the sentinels; null for the default one. */
  readonly sentinelUser: string | null;
  /** File with the password of the sentinels; null for none. */
  readonly sentinelPasswordFile: string | null;
  /** PEM file with the authority that signed the server's certificate; null for the system's. */
  readonly tlsCaFile: string | null;
  /** Form of the messages. */
  readonly codec: BusCodecName;
  /** Encoding of the payloads of a Nautilus codec. */
  readonly encoding: BusEncoding;
  /** Fields of the answers of a Nautilus codec; both sides must have the same. */
  readonly nautilusFields: NautilusFields;
  /** Bar type of signals that name none, whole or what follows the instrument; null for the first that fits the model. */
  readonly barType: string | null;
  /** Maximum wait of a signal without bars for the bar that it is due, in milliseconds; [0, 60000], 0 for none. */
  readonly barWaitMs: number;
  /** Consumer group that shares the signals. */
  readonly group: string;
  /** Name in the group; null for one drawn for each data directory. */
  readonly consumer: string | null;
  /** Maximum number of entries read at once; [1, 10000]. */
  readonly batch: number;
  /** Age at which the entry of a silent consumer is taken over, in milliseconds; >= 100. */
  readonly claimIdleMs: number;
  /** Maximum number of deliveries before an entry is dead; >= 1. */
  readonly maxDeliveries: number;
  /** Approximate maximum number of answers in the output stream; >= 1. */
  readonly maxOutputEntries: number;
  /** Maximum duration of a command, in milliseconds; >= 100. */
  readonly commandTimeoutMs: number;
}
