import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Redis } from 'ioredis';
import { outcomeSchema } from '../../src/wire/index.ts';
import type { DeadLetterFact, GroupFact, JournalFact, OutputEntry } from './history.ts';

/** Reads a log of one JSON object a line; a last line cut short by a crash is left out. */
export function readLines<T>(file: string): T[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line) as T);
}

const outcomeIdSchema = outcomeSchema.pick({ signal_id: true });

const UNSETTLED =
  'SELECT signal_id FROM signals s WHERE NOT EXISTS (SELECT 1 FROM settings WHERE settings_id = s.settings_id AND seq < s.seq)';

type Row = Readonly<Record<string, unknown>>;

/** Reads a journal through SQLite itself, as anyone could. */
export function readJournal(file: string, name = file): JournalFact {
  const db = new DatabaseSync(file);
  try {
    const all = (sql: string): Row[] => {
      const statement = db.prepare(sql);
      statement.setReadBigInts(true);
      return statement.all() as Row[];
    };
    const check = db.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[];
    const damage = check.map((row) => row.integrity_check).filter((text) => text !== 'ok');
    return {
      name,
      records: all('SELECT signal_id, answer, answer_hash, number FROM signals ORDER BY seq').map((row) => ({
        signalId: row.signal_id as string,
        answer: row.answer as string,
        answerHash: row.answer_hash as string,
        seq: Number(row.number),
      })),
      outcomeIds: all('SELECT signal_id FROM outcomes').map((row) => outcomeIdSchema.parse(row).signal_id),
      outcomeSeqs: all('SELECT number FROM outcomes ORDER BY seq').map(({ number }) => Number(number)),
      deadLetters: all('SELECT entry_id, signal_id, code FROM dead_letters').map((row) => ({
        entryId: row.entry_id as string,
        signalId: row.signal_id as string | null,
        code: row.code as string,
      })),
      unsettledIds: all(UNSETTLED).map((row) => row.signal_id as string),
      damage: damage.length === 0 ? null : damage.join('; '),
    };
  } finally {
    db.close();
  }
}

/** Where the bus keeps what. */
export interface RedisPlaces {
  readonly url: string;
  readonly signals: string;
  readonly enriched: string;
  readonly group: string;
}

/** What a bus holds after a run. */
export interface RedisFacts {
  readonly outputs: readonly OutputEntry[];
  readonly deadLetters: readonly DeadLetterFact[];
  readonly groups: readonly GroupFact[];
}

/** Reads the output stream, the dead letters and what the consumer group still owes. */
export async function readRedis({ url, signals, enriched, group }: RedisPlaces): Promise<RedisFacts> {
  const redis = new Redis(url, { maxRetriesPerRequest: 1 });
  try {
    const outputs = (await redis.xrange(enriched, '-', '+')).map(([entryId, fields]) => ({
      entryId,
      text: asRecord(fields).payload ?? '',
    }));
    const dead = await redis.xrange(`${enriched}:dead`, '-', '+');
    return {
      outputs,
      deadLetters: dead.map(([, fields]) => readDeadLetter(asRecord(fields))),
      groups: [await readGroup(redis, signals, group)],
    };
  } finally {
    redis.disconnect();
  }
}

/** What the group still owes. */
export async function readGroup(redis: Redis, stream: string, group: string): Promise<GroupFact> {
  const groups = (await redis.exists(stream)) === 1 ? ((await redis.xinfo('GROUPS', stream)) as unknown[][]) : [];
  const found = groups.map((fields) => asRecord(fields)).find(({ name }) => name === group);
  if (found === undefined) return { stream, pending: 0, lag: await redis.xlen(stream) };
  const [last] = await redis.xrevrange(stream, '+', '-', 'COUNT', 1);
  // Redis gives no lag once entries were deleted; then nothing may stand behind the last delivered one.
  const isAtEnd = last === undefined || last[0] === found['last-delivered-id'];
  const lag = found.lag === null || found.lag === undefined ? null : Number(found.lag);
  return { stream, pending: Number(found.pending), lag: isAtEnd ? 0 : lag };
}

/** A dead letter names the entry it came from in a field of its own or inside its JSON payload. */
function readDeadLetter(fields: Readonly<Record<string, string>>): DeadLetterFact {
  let inner: Readonly<Record<string, unknown>> = {};
  try {
    const parsed: unknown = JSON.parse(fields.payload ?? '{}');
    if (typeof parsed === 'object' && parsed !== null) inner = parsed as Readonly<Record<string, unknown>>;
  } catch {
    inner = {}; // what was dead-lettered may be anything
  }
  const text = (name: string): string | null => {
    const value = fields[name] ?? inner[name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  return { entryId: text('source_id') ?? text('entry_id'), signalId: text('signal_id'), code: text('code') ?? '' };
}

function asRecord(fields: readonly unknown[]): Readonly<Record<string, string>> {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) pairs.push([String(fields[i]), fields[i + 1] as string]);
  return Object.fromEntries(pairs);
}

const LEFT_BEHIND = /\.(?:tmp|part|new|bak)(?:[.-].*)?$|~$|^\.?tmp|-(?:journal|probe)$/;

/** Files under a data directory that a crash left and nobody needs. */
export function strayFiles(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && LEFT_BEHIND.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}
