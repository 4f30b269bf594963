import {
  BUS_CODECS,
  BUS_ENCODINGS,
  NAUTILUS_FIELDS,
  type RedisSettings,
  TRAINER_KINDS,
  type TrainerSettings,
} from '../../domain/index.ts';
import { type SettingTable, setting } from '../setting-rule.ts';
import { integer, matching, nullable, oneOf, text } from '../value-kinds.ts';

export const TRAINER_RULES: SettingTable<TrainerSettings> = {
  kind: setting(
    oneOf(TRAINER_KINDS),
    'threads',
    'where trainings run: on threads of this process, or on ml4t worker processes, over Redis',
  ),
  queue: setting(
    matching(
      /^(?=.{1,64}$)[A-Za-z0-9._-]*(\{[A-Za-z0-9._-]+\}[A-Za-z0-9._-]*)?$/,
      '1 to 64 letters, digits, dots, dashes or underscores, some of them in braces for a Redis Cluster',
    ),
    'ml4t-training',
    'name of the queue and of all its keys in Redis',
  ),
  lockSeconds: setting(integer(1), 30, 'silence after which the work of a worker goes to another, in seconds'),
  keepSeconds: setting(integer(60), 3600, 'time for which training sets and results stay in Redis, in seconds'),
  maxMegabytes: setting(
    integer(1, 512),
    256,
    'maximum size of one training set, unpacked, in megabytes; a bar takes 64 bytes',
  ),
};

export const REDIS_RULES: SettingTable<RedisSettings> = {
  url: setting(
    text(),
    'redis://127.0.0.1:6379',
    'address, redis:// or rediss:// (TLS); of sentinels, redis-sentinel://host,host#primary',
  ),
  passwordFile: setting(nullable(text()), null, 'file with the password, read at each connection'),
  sentinelUser: setting(nullable(text()), null, 'user at the sentinels; null for the default one'),
  sentinelPasswordFile: setting(nullable(text()), null, 'file with the password of the sentinels'),
  tlsCaFile: setting(nullable(text()), null, "PEM file with the authority that signed the server's certificate"),
  codec: setting(oneOf(BUS_CODECS), 'ml4t', 'form of the messages'),
  encoding: setting(oneOf(BUS_ENCODINGS), 'json', 'encoding of the payloads of a Nautilus codec'),
  nautilusFields: setting(
    oneOf(NAUTILUS_FIELDS),
    'classic',
    'fields of the answers of a Nautilus codec: those of 0.1, or with the decision, as the node declares',
  ),
  barType: setting(
    nullable(text()),
    null,
    'bar type of signals that name none, whole or what follows the instrument; null: the first that fits the model',
  ),
  barWaitMs: setting(
    integer(0, 60_000),
    250,
    'maximum wait of a signal without bars for the bar that it is due, in milliseconds; half of `redis.claim_idle_ms` at most',
  ),
  group: setting(text(), 'ml4t', 'consumer group that shares the signals'),
  consumer: setting(nullable(text()), null, 'name in the group; null for one drawn for each data directory'),
  batch: setting(integer(1, 10_000), 64, 'maximum number of entries read at once'),
  claimIdleMs: setting(
    integer(100),
    5000,
    'age at which the entry of a silent consumer is taken over, in milliseconds',
  ),
  maxDeliveries: setting(integer(1), 5, 'maximum number of deliveries before an entry is dead'),
  maxOutputEntries: setting(integer(1), 100_000, 'approximate maximum number of answers in the output stream'),
  commandTimeoutMs: setting(integer(100), 5000, 'maximum duration of a command, in milliseconds'),
};
