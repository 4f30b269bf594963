import { DEFAULT_LIMITS, type LimitSettings } from '../../domain/index.ts';
import { type SettingTable, setting } from '../setting-rule.ts';
import { integer } from '../value-kinds.ts';

export const LIMIT_RULES: SettingTable<LimitSettings> = {
  requestsPerConnection: setting(
    integer(1),
    DEFAULT_LIMITS.requestsPerConnection,
    'maximum number of requests of one connection that wait for their answer; past it 429, and it is closed',
  ),
  unreadBytes: setting(
    integer(4 * 2 ** 20),
    DEFAULT_LIMITS.unreadBytes,
    'maximum size of the answers that wait to be read, over all connections, in bytes; past it 429 for reads',
  ),
  entryBytes: setting(
    integer(65_536),
    DEFAULT_LIMITS.entryBytes,
    'maximum size of one entry or message of Redis, in bytes; of a larger one the beginning and a hash are kept',
  ),
  lineBytes: setting(integer(1024), DEFAULT_LIMITS.lineBytes, 'maximum size of one line of CSV or NDJSON, in bytes'),
  fileBytes: setting(integer(1024), DEFAULT_LIMITS.fileBytes, 'maximum size of a file of bars or a model, in bytes'),
  unpackedBytes: setting(
    integer(1024),
    DEFAULT_LIMITS.unpackedBytes,
    'maximum size of what a file of bars becomes when it is unpacked, in bytes; a bar takes 64',
  ),
  treeLevels: setting(
    integer(1, 1024),
    DEFAULT_LIMITS.treeLevels,
    'maximum number of splits above a leaf in the trees of a model file',
  ),
};
