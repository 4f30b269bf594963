import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { createOrchestrator } from '../../src/app/index.ts';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../../src/config/index.ts';
import { stringifyLossless } from '../../src/core/index.ts';
import { type BarSeries, NAUTILUS_FIELDS, type NautilusFields } from '../../src/domain/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { createTrainingWorker } from '../../src/trainer/index.ts';
import { barsToWire } from '../../src/wire/index.ts';
import { RedisServer } from '../faults/harness/redis-server.ts';
import { randomWalk } from '../support/random-walk.ts';
import { RedisProcess } from '../support/redis-topology.ts';
import { TEST_TLS } from '../support/tls-pair.ts';
import { until } from '../support/until.ts';
import { type LiveProcess, withLiveProcess } from './live-process.ts';
import { redisCommands } from './redis-commands.ts';
import { changes, type SettingCase, type SettingCases } from './setting-case.ts';

const WALK = randomWalk(200, 11, { gaps: 0 });
const market = (nBars: number): BarSeries => simulateMarket({ nBars, edge: 0.1, breakAt: null, seed: 1 }).bars;
const SMALL_MARKET = market(2000);
/** More than a megabyte. */
const LARGE_MARKET = market(20_000);
const SIGNALS = 'nautilus:signals';
const ENRICHED = 'nautilus:enriched_signals';
const DEAD = `${ENRICHED}:dead`;
const GROUP = 'ml4t';
/** Time for which a server is stopped, milliseconds. */
const STALL_MS = 3000;
/** Time for an answer of the server, also on a busy machine, milliseconds. */
const ANSWER_MS = 60_000;
const PASSWORD = 'a-password-of-a-test';

/** A signal in JSON as NautilusTrader writes it. */
const NAUTILUS_SIGNAL = Buffer.from(
  (
    JSON.parse(readFileSync(new URL('../golden/nautilus/golden.json', import.meta.url), 'utf8')) as Record<
      string,
      string
    >
  )['TradeSignal.json'],
  'base64',
);

type Client = ReturnType<RedisServer['client']>;

let server: RedisServer;
let client: Client;
let directory = '';

/** Starts the server of the cases. */
export async function startRedis(): Promise<void> {
  directory = mkdtempSync(join(tmpdir(), 'ml4t-settings-redis-'));
  server = await RedisServer.start(join(directory, 'data'), false);
  client = server.client(ANSWER_MS);
}

export async function stopRedis(): Promise<void> {
  client.disconnect();
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
}

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

/** A live service on the server, which begins empty. */
async function onRedis<T>(
  input: OrchestratorConfigInput,
  use: (live: LiveProcess) => Promise<T>,
  prepare: () => Promise<unknown> = async () => undefined,
): Promise<T> {
  await client.flushall();
  await prepare();
  return withLiveProcess({ redisEnabled: true, ...input, redis: { url: server.url, ...input.redis } }, use);
}

/** A case of what `pick` finds first in the commands of a name. */
function command<T>(
  name: string,
  what: string,
  values: readonly [T, T],
  inputOf: (value: T) => OrchestratorConfigInput,
  pick: (args: readonly string[]) => unknown,
): SettingCase {
  return changes(what, values, async (value: T) => {
    const commands = await redisCommands(server.port);
    const find = (): unknown =>
      commands.seen
        .filter(([first]) => first?.toUpperCase() === name)
        .map(pick)
        .find((each) => each);
    try {
      return await onRedis(inputOf(value), async () => {
        await sendSignal();
        await until(() => find() !== undefined, `${name} is sent`);
        return find();
      });
    } finally {
      commands.close();
    }
  });
}

/** What stands behind a word of a command. */
const after =
  (word: string) =>
  (args: readonly string[]): string | undefined => {
    const i = args.findIndex((each) => each.toUpperCase() === word);
    return i === -1 ? undefined : args[i + 1];
  };

function payloadText(): string {
  const body = { instrument_id: 'SIM', signal: 1, timestamp: WALK.tsEvent[150], signal_id: 'a' };
  return stringifyLossless({ ...body, bars: barsToWire(WALK.slice(51, 151)) });
}

function sendSignal(stream = SIGNALS): Promise<unknown> {
  return client.xadd(stream, '*', 'payload', payloadText());
}

/** What becomes of a signal: the number of answers, of dead letters, and the codes in those. */
async function fateOf(payload: string | Buffer): Promise<unknown> {
  await until(async () => (await client.exists(SIGNALS)) === 1, 'the group is there');
  await client.xadd(SIGNALS, '*', 'topic', 'data.TradeSignal', 'payload', payload);
  const isHandled = async (): Promise<boolean> => {
    const [group] = (await client.call('XINFO', 'GROUPS', SIGNALS)) as (string | number)[][];
    const valueIn = (name: string): string => String(group[group.indexOf(name) + 1]);
    return valueIn('last-delivered-id') !== '0-0' && valueIn('pending') === '0';
  };
  await until(isHandled, 'it is acknowledged');
  const letters = await client.xrange(DEAD, '-', '+');
  const codes = letters.flatMap(([, fields]) => fields.filter((field) => /^[A-Z_]+$/.test(field)));
  return [await client.xlen(ENRICHED), letters.length, codes];
}

/** How long a bus that is down may take to say that it is refused: a connection can be closed before its reason is known, milliseconds. */
const REASON_MS = 2000;

/** The status of the bus, once it is known. */
async function busStatus({ lines }: LiveProcess): Promise<string> {
  const status = (): string =>
    /redis is (\w+)/.exec(lines.findLast((line) => /redis is (up|down|refused)/.test(line)) ?? '')?.[1] ?? '';
  await until(() => status() !== '', 'the bus is up or not');
  await until(() => status() !== 'down', 'a reason', REASON_MS).catch(() => undefined);
  return status();
}

/** Listens with TLS in front of the server. */
async function withTlsProxy<T>(use: (url: string) => Promise<T>): Promise<T> {
  const proxy = createTlsServer({ cert: TEST_TLS.cert, key: TEST_TLS.key }, (socket) => {
    const inner = connect({ port: server.port, host: '127.0.0.1' });
    socket.pipe(inner).pipe(socket);
    socket.on('error', () => inner.destroy());
    inner.on('error', () => socket.destroy());
  });
  proxy.on('tlsClientError', () => undefined); // a client that does not trust the certificate
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    return await use(`rediss://localhost:${port}`);
  } finally {
    proxy.close();
  }
}

/** A sentinel that knows the server. @param lines - of its file of settings, with the password of the cases. */
async function withSentinel<T>(lines: readonly string[], use: (url: string) => Promise<T>): Promise<T> {
  const place = join(directory, `sentinel-${randomUUID()}`);
  mkdirSync(place);
  const path = join(place, 'sentinel.conf');
  writeFileSync(path, [`sentinel monitor main 127.0.0.1 ${server.port} 1`, ...lines, ''].join('\n'));
  const sentinel = await RedisProcess.start(place, ['--sentinel'], PASSWORD, path);
  try {
    return await use(`redis-sentinel://${sentinel.place}#main`);
  } finally {
    await sentinel.end();
  }
}

/** Leaves a signal that was delivered three times and never acknowledged to the consumer `me`. */
async function leavePending(): Promise<void> {
  await client.xgroup('CREATE', SIGNALS, GROUP, '0', 'MKSTREAM');
  const id = await client.xadd(SIGNALS, '*', 'payload', payloadText());
  await client.call('XREADGROUP', 'GROUP', GROUP, 'me', 'STREAMS', SIGNALS, '>');
  await client.call('XCLAIM', SIGNALS, GROUP, 'me', '0', id ?? '', 'RETRYCOUNT', '3', 'JUSTID');
}

/** What is known of a server that was stopped for three seconds: that it does not answer, or nothing yet. */
async function stalledStatus(live: LiveProcess): Promise<boolean> {
  await until(() => live.lines.some((line) => line.includes('redis is up')), 'the bus is up');
  await sendSignal();
  server.signal('SIGSTOP');
  try {
    await delay(STALL_MS);
    return live.lines.some((line) => /redis is down/.test(line));
  } finally {
    server.signal('SIGCONT');
  }
}

export const REDIS_CASES: SettingCases = {
  'limits.entry_bytes': changes('which entries are judged', [65_536, 2 ** 20], (entryBytes: number) =>
    onRedis({ limits: { entryBytes } }, () => fateOf(`${payloadText()}${' '.repeat(70_000)}`)),
  ),
  redis_enabled: changes('whether Redis is used', [true, false], (redisEnabled: boolean) =>
    onRedis({ redisEnabled }, async ({ lines }) => {
      if (redisEnabled) await until(async () => (await client.exists(SIGNALS)) === 1, 'the group is there');
      return lines.some((line) => line.includes('redis is'));
    }),
  ),
  redis_channel_signals: command(
    'XREADGROUP',
    'the stream of signals',
    [SIGNALS, 'other:signals'],
    (redisChannelSignals) => ({ redisChannelSignals }),
    after('STREAMS'),
  ),
  redis_channel_bars: command(
    'XREAD',
    'the stream of bars',
    ['nautilus:bars', 'other:bars'],
    (redisChannelBars) => ({ redisChannelBars }),
    after('STREAMS'),
  ),
  redis_channel_enriched: command(
    'XADD',
    'the stream of answers',
    [ENRICHED, 'other:enriched'],
    (redisChannelEnriched) => ({ redisChannelEnriched }),
    (args) => (args.includes('MAXLEN') ? args[1] : undefined),
  ),
  'redis.group': command(
    'XREADGROUP',
    'the group',
    ['ml4t', 'other'],
    (group) => ({ redis: { group } }),
    after('GROUP'),
  ),
  'redis.consumer': command(
    'XREADGROUP',
    'the name in the group',
    ['one', 'two'],
    (consumer) => ({ redis: { consumer } }),
    (args) => args[3],
  ),
  'redis.batch': command(
    'XREADGROUP',
    'the entries read at once',
    [64, 5],
    (batch) => ({ redis: { batch } }),
    after('COUNT'),
  ),
  'redis.claim_idle_ms': command(
    'XAUTOCLAIM',
    'the age at which entries are taken over',
    [200, 300],
    (claimIdleMs) => ({ redis: { claimIdleMs } }),
    (args) => args[4],
  ),
  'redis.max_output_entries': command(
    'XADD',
    'the length of the output',
    [100_000, 7],
    (maxOutputEntries) => ({ redis: { maxOutputEntries } }),
    after('~'),
  ),
  'redis.max_deliveries': changes('whether an entry is delivered again', [3, 10], (maxDeliveries: number) =>
    onRedis(
      { redis: { maxDeliveries, consumer: 'me', claimIdleMs: 200 } },
      async () => {
        const nAnswers = (): Promise<number> => client.xlen(ENRICHED);
        await until(async () => (await nAnswers()) + (await client.xlen(DEAD)) > 0, 'it is answered or dead');
        return nAnswers();
      },
      leavePending,
    ),
  ),
  'redis.codec': changes('what is a signal', ['ml4t', 'nautilus-v1'] as const, (codec: 'ml4t' | 'nautilus-v1') =>
    onRedis({ redis: { codec } }, () => fateOf(payloadText())),
  ),
  'redis.encoding': changes('how a signal is read', ['json', 'msgpack'] as const, (encoding: 'json' | 'msgpack') =>
    onRedis({ redis: { codec: 'nautilus-v1', encoding } }, () => fateOf(NAUTILUS_SIGNAL)),
  ),
  'redis.nautilus_fields': changes('the fields of an answer', NAUTILUS_FIELDS, (nautilusFields: NautilusFields) =>
    onRedis({ redis: { codec: 'nautilus-v1', nautilusFields } }, async ({ service }) => {
      await until(async () => (await client.exists(SIGNALS)) === 1, 'the group is there');
      service.addBars('SIM', WALK.slice(0, 151));
      const signal = { type: 'TradeSignal', instrument_id: 'SIM', signal: 1, ts_event: String(WALK.tsEvent[150]) };
      await client.xadd(SIGNALS, '*', 'topic', 'data.TradeSignal', 'payload', JSON.stringify(signal));
      await until(async () => (await client.xlen(ENRICHED)) === 1, 'it is answered');
      const [[, fields]] = await client.xrange(ENRICHED, '-', '+');
      return Object.keys(JSON.parse(fields[1 + fields.indexOf('payload')]) as object);
    }),
  ),
  'redis.bar_wait_ms': changes('whether a signal waits for its bar', [0, 30_000], (barWaitMs: number) =>
    onRedis({ redis: { barWaitMs, claimIdleMs: 60_000 } }, async ({ service }) => {
      await until(async () => (await client.exists(SIGNALS)) === 1, 'the group is there');
      service.addBars('SIM', WALK.slice(0, 120));
      const timestamp = WALK.tsEvent[120];
      // The second is of an instrument without bars, and so due none: it is answered behind the first, or without it.
      for (const instrument_id of ['SIM', 'OTHER'])
        await client.xadd(SIGNALS, '*', 'payload', stringifyLossless({ instrument_id, signal: 1, timestamp }));
      const answered = async (): Promise<readonly string[]> =>
        (await client.xrange(ENRICHED, '-', '+')).map(([, fields]) => fields[1 + fields.indexOf('payload')]);
      await until(async () => (await answered()).some((text) => text.includes('OTHER')), 'the other is answered');
      service.addBars('SIM', WALK.slice(120, 121));
      await until(async () => (await client.xlen(ENRICHED)) === 2, 'both are answered');
      const texts = await answered();
      return texts.map((text) => (JSON.parse(text) as { readonly last_bar_ts: number | null }).last_bar_ts).toSorted();
    }),
  ),
  'redis.url': changes('the database', [0, 1], (db: number) =>
    onRedis({ redis: { url: `${server.url}/${db}` } }, async () => {
      const other = server.client(ANSWER_MS);
      await other.select(1);
      const places = async (): Promise<number[]> => [await client.exists(SIGNALS), await other.exists(SIGNALS)];
      await until(async () => (await places()).includes(1), 'the group is there');
      const found = await places();
      other.disconnect();
      return found;
    }),
  ),
  'redis.password_file': changes('whether the server lets it in', [null, PASSWORD], async (password: string | null) => {
    const passwordFile = password === null ? null : file('password', password);
    await client.config('SET', 'requirepass', PASSWORD);
    await client.auth(PASSWORD);
    try {
      return await onRedis({ redis: { passwordFile } }, busStatus);
    } finally {
      await client.config('SET', 'requirepass', '');
    }
  }),
  'redis.sentinel_password_file': changes(
    'whether the sentinels let it in',
    [null, PASSWORD],
    (password: string | null) =>
      withSentinel([`requirepass ${PASSWORD}`], (url) => {
        const sentinelPasswordFile = password === null ? null : file('of-sentinels', password);
        return onRedis({ redis: { url, sentinelPasswordFile } }, busStatus);
      }),
  ),
  'redis.sentinel_user': changes('who it is at the sentinels', [null, 'client'], (sentinelUser: string | null) => {
    const users = [`user default on >${PASSWORD} -@all +ping +info`, `user client on >${PASSWORD} ~* &* +@all`];
    const sentinelPasswordFile = file('of-users', PASSWORD);
    return withSentinel(users, (url) => onRedis({ redis: { url, sentinelUser, sentinelPasswordFile } }, busStatus));
  }),
  'redis.tls_ca_file': changes('whether the server is trusted', [null, TEST_TLS.cert], (ca: string | null) =>
    withTlsProxy((url) => onRedis({ redis: { url, tlsCaFile: ca === null ? null : file('ca.pem', ca) } }, busStatus)),
  ),
  'redis.command_timeout_ms': changes(
    'how long a stopped server is waited for',
    [100, 600_000],
    (commandTimeoutMs: number) => onRedis({ redis: { commandTimeoutMs } }, stalledStatus),
  ),
  'trainer.kind': changes('where a training runs', ['bullmq', 'threads'] as const, (kind: 'bullmq' | 'threads') =>
    queued({ kind }, SMALL_MARKET, async ({ end }) => {
      if (kind === 'threads') await end;
      else await until(async () => (await keys('*')).length > 0, 'it is in the queue');
      return (await keys('*')).length > 0;
    }),
  ),
  'trainer.queue': changes('the keys in Redis', ['ml4t-training', 'other-training'], (queue: string) =>
    queued({ queue }, SMALL_MARKET, async () => {
      await until(async () => (await keys('*:data:*')).length > 0, 'the training set is there');
      return (await keys('*:data:*')).map((key) => key.split(':')[0]);
    }),
  ),
  'trainer.keep_seconds': changes('how long a training set stays', [3600, 60], (keepSeconds: number) =>
    queued({ keepSeconds }, SMALL_MARKET, async () => {
      await until(async () => (await keys('*:data:*')).length > 0, 'the training set is there');
      return (await client.pttl((await keys('*:data:*'))[0])) > 60_000;
    }),
  ),
  'trainer.max_megabytes': changes('what is too large', [1, 256], (maxMegabytes: number) =>
    queued({ maxMegabytes }, LARGE_MARKET, async ({ end }) => {
      const sent = until(async () => (await keys('*:data:*')).length > 0, 'the training set is there');
      return Promise.race([sent.then(() => 'sent'), end]);
    }),
  ),
  'trainer.lock_seconds': changes('how long a silent worker is waited for', [5, 300], (lockSeconds: number) =>
    queued({ lockSeconds }, SMALL_MARKET, async ({ config }) => {
      const worker = await createTrainingWorker(config, { workers: 1, logger: SILENT });
      let lockMs = -1;
      const look = async (): Promise<boolean> => {
        const [lock] = await keys('*:lock');
        if (lock !== undefined) lockMs = await client.pttl(lock);
        return lockMs > 0;
      };
      await until(look, 'a worker has the lock');
      await worker.close(0);
      return lockMs > 5000;
    }),
  ),
};

/** A training on its way. */
interface Queued {
  readonly config: OrchestratorConfig;
  /** `done`, or the sentence of its failure. */
  readonly end: Promise<string>;
}

/** Starts a training as a program does, which ends with `use`. */
async function queued<T>(
  trainer: OrchestratorConfigInput['trainer'],
  bars: BarSeries,
  use: (training: Queued) => Promise<T>,
): Promise<T> {
  await client.flushall();
  const config = OrchestratorConfig({
    modelPath: join(directory, 'model.onnx'),
    forest: { nEstimators: 200 },
    trainer: { kind: 'bullmq', ...trainer },
    redis: { url: server.url },
  });
  const orchestrator = createOrchestrator(config, { workers: 1, logger: SILENT });
  const end = orchestrator.train(bars).then(
    () => 'done',
    (error: Error) => error.message,
  );
  try {
    return await use({ config, end });
  } finally {
    await orchestrator.trainingLoop.close();
    await end;
  }
}

function keys(pattern: string): Promise<string[]> {
  return client.keys(pattern);
}
