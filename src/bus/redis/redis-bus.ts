import { setImmediate } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { OrchestratorConfig } from '../../config/index.ts';
import type { Clock } from '../../core/index.ts';
import {
  type BusCodec,
  type BusHealth,
  isServiceFault,
  type LiveService,
  type Logger,
  type MessageBus,
} from '../../ports/index.ts';
import { type RedisNodes, redisWay, settlesWithin } from '../../runtime/index.ts';
import { BarReader } from './bar-reader.ts';
import { BusMetrics, type BusPart } from './bus-metrics.ts';
import { checkNames } from './check-names.ts';
import { type ClaimOptions, claimAbandoned, finishOwn, trimAcknowledged } from './claims.ts';
import { ServerTime } from './clock/server-time.ts';
import { BLOCK_MS, connect } from './connection.ts';
import { pause } from './ending-writer.ts';
import { callBuffer, firstStream, partsOf, type StreamEntry } from './entries/entries.ts';
import { EntryDecoder } from './entries/entry-decoder.ts';
import { answerPublished } from './pub-sub.ts';
import { nameFault } from './redis-fault.ts';
import { SignalConsumer } from './signal-consumer.ts';
import { BarWaits } from './waits/bar-waits.ts';

/** Maximum number of batches in work at once: one is read while others wait for their records. */
const MAX_BATCHES = 4;
/** Maximum pause between two rounds of maintenance, milliseconds. */
const MAINTAIN_EVERY_MS = 5000;
/** Least bound of the values in one list of a reply, above what any command here asks for. */
const MIN_VALUES = 1000;
const STOP_MS = 4000;
/** Pause after a fault, milliseconds. */
const RECOVER_MS = 200;

export interface RedisBusDeps {
  readonly logger: Logger;
  readonly clock: Clock;
  /** Wall clock, UNIX milliseconds. */
  readonly nowMs: () => number;
  readonly codec: BusCodec;
  /** Name of this process in the consumer group; the same after a restart. */
  readonly consumerName: string;
}

/**
 * Signals and bars over Redis: by streams, where a consumer group shares the signals and each is acknowledged after its answer
 * is written, and by pub/sub, which is answered at most once.
 *
 * @throws {ConditionError} for settings that cannot be used.
 */
export function createRedisBus(config: OrchestratorConfig, deps: RedisBusDeps): MessageBus {
  return new RedisBus(config, deps);
}

class RedisBus implements MessageBus {
  readonly #config: OrchestratorConfig;
  readonly #deps: RedisBusDeps;
  readonly #metrics: BusMetrics;
  readonly #nodes: RedisNodes;
  readonly #decoder: EntryDecoder;
  readonly #barReader: BarReader;
  readonly #serverTime = new ServerTime();
  readonly #claims: ClaimOptions;
  readonly #connections: {
    readonly commands: Redis;
    readonly signals: Redis;
    readonly bars: Redis;
    readonly pubSub: Redis;
  };
  /** Aborted at the stop. */
  readonly #stop = new AbortController();
  #isOver = false;
  #loops: Promise<unknown> = Promise.resolve();
  #hadGroup = false;
  /** Whether the server of the current connection is known to take the names. */
  #isChecked = false;
  #parts: { readonly consumer: SignalConsumer; readonly waits: BarWaits } | null = null;
  /** Batches in work; they go on while a connection is replaced. */
  readonly #running = new Set<Promise<void>>();

  constructor(config: OrchestratorConfig, deps: RedisBusDeps) {
    const { options, nodes } = redisWay(config.redis);
    const { entryBytes } = config.limits;
    const waitMs = BLOCK_MS + config.redis.commandTimeoutMs;
    const waiting = { ...options, commandTimeout: waitMs, socketTimeout: waitMs };
    const metrics = new BusMetrics(deps.logger);
    this.#config = config;
    this.#deps = deps;
    this.#metrics = metrics;
    this.#nodes = nodes;
    const isShared = config.redisChannelBars === config.redisChannelSignals;
    this.#decoder = new EntryDecoder(deps.codec, entryBytes, isShared);
    this.#barReader = new BarReader({
      stream: config.redisChannelBars,
      decoder: this.#decoder,
      metrics,
      entryBytes,
      serverTime: this.#serverTime,
    });
    this.#claims = { ...config.redis, stream: config.redisChannelSignals, consumerName: deps.consumerName, metrics };
    const bounds = { entryBytes, values: Math.max(MIN_VALUES, config.redis.batch + 1) };
    this.#connections = {
      commands: connect({ ...options, failoverDetector: options.sentinels !== undefined }, metrics, 'commands', bounds),
      signals: connect(waiting, metrics, 'signals', bounds),
      bars: connect(waiting, metrics, 'bars', bounds),
      pubSub: connect(options, metrics, 'pubsub', bounds),
    };
    const { commands, ...readers } = this.#connections;
    commands.on('close', () => {
      this.#isChecked = false;
      // The sentinels were heard to name another primary: the old one may go on answering.
      if (options.sentinels !== undefined && !this.#isStopping) {
        for (const redis of Object.values(readers)) if (redis.status === 'ready') redis.disconnect(true);
      }
    });
  }

  get health(): BusHealth {
    return this.#metrics.health;
  }

  onStatus(listener: (health: BusHealth) => void): void {
    this.#metrics.onStatus(listener);
  }

  start(service: LiveService): void {
    this.#metrics.setStatus('connecting');
    const { commands, signals, bars, pubSub } = this.#connections;
    for (const redis of [commands, signals, bars, pubSub]) redis.connect().catch(() => undefined); // retried and logged
    const waits = this.#barWaits(service);
    const consumer = new SignalConsumer({
      ...this.#config.redis,
      ...this.#config.limits,
      ...this.#deps,
      waits,
      decoder: this.#decoder,
      signals: this.#config.redisChannelSignals,
      enriched: this.#config.redisChannelEnriched,
      metrics: this.#metrics,
      barReader: this.#barReader,
      serverTime: this.#serverTime,
      service,
      commands,
      isStopping: () => this.#isStopping,
      isOver: () => this.#isOver,
    });
    this.#parts = { consumer, waits };
    this.#loops = Promise.all([
      this.#repeat('signals', signals, () => this.#consume(consumer, waits)),
      this.#repeat('bars', bars, () => this.#barReader.waitForBars(bars, service)),
      this.#repeat('commands', commands, () => this.#maintain(consumer)),
      this.#repeat('pubsub', pubSub, () => this.#listen(service, waits)),
    ]);
  }

  #barWaits(service: LiveService): BarWaits {
    const { barWaitMs, claimIdleMs } = this.#config.redis;
    return new BarWaits({
      service,
      clock: this.#deps.clock,
      maxWaitMs: Math.min(barWaitMs, claimIdleMs / 2), // nobody takes over an entry that waits
      entryBytes: this.#config.limits.entryBytes,
      catchUp: () => this.#barReader.catchUp(this.#connections.commands, service),
      onEnd: (isInVain) => {
        this.#metrics.count('nAwaited');
        if (isInVain) this.#metrics.count('nAwaitedInVain');
      },
    });
  }

  async stop(deadlineMs = STOP_MS): Promise<void> {
    this.#stop.abort();
    this.#metrics.setStatus('off');
    const { commands, ...readers } = this.#connections;
    // Ends reads that wait for entries. What the server delivers meanwhile stays pending and is finished at the next start.
    for (const redis of Object.values(readers)) redis.disconnect();
    await settlesWithin(this.#finished(), deadlineMs);
    this.#isOver = true;
    this.#parts?.waits.end();
    commands.disconnect();
  }

  /** Settles when what was read is answered. Bars are read for signals that wait, as long as they may. */
  async #finished(): Promise<void> {
    await Promise.all([this.#loops, ...this.#running]);
    await this.#parts?.waits.drain(() => this.#isOver);
    await this.#parts?.consumer.idle();
  }

  get #isStopping(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Repeats the work of one part while its connection is ready. A fault is noted, and the work is tried again after a pause. */
  async #repeat(part: BusPart, redis: Redis, work: () => Promise<void>): Promise<void> {
    while (!this.#isStopping) {
      if (redis.status !== 'ready') {
        await pause();
        continue;
      }
      try {
        await work();
        this.#metrics.setWorking(part);
      } catch (error) {
        await this.#recover(part, redis, error);
      }
    }
  }

  async #recover(part: BusPart, redis: Redis, error: unknown): Promise<void> {
    if (this.#isStopping) return;
    if (isServiceFault(error)) return pause(RECOVER_MS); // Redis itself works
    const { name } = nameFault(error);
    if (redis.status === 'ready' || name !== 'UNREACHABLE') this.#metrics.setFault(part, error);
    // The late reply of a command that timed out would be taken for the next one's; a new connection rules that out.
    if (name === 'TIMEOUT') {
      this.#nodes.leave();
      redis.disconnect(true);
    }
    if (name === 'NOGROUP') await this.#makeGroup().catch((failure: unknown) => this.#metrics.setFault(part, failure));
    await pause(RECOVER_MS);
  }

  /** Reads signals until a fault: first the entries that are still pending, then new ones. */
  async #consume(consumer: SignalConsumer, waits: BarWaits): Promise<void> {
    const running = this.#running;
    const { signals } = this.#connections;
    await this.#makeGroup();
    this.#metrics.setWorking('commands');
    let dueMs = 0;
    while (!this.#isStopping) {
      // Between two reads only, because Redis also lists entries as pending that a read is receiving now.
      if (performance.now() >= dueMs && consumer.isReady) {
        await finishOwn(signals, consumer, this.#claims);
        dueMs = performance.now() + this.#config.redis.claimIdleMs / 2;
      }
      while (running.size >= MAX_BATCHES) await Promise.race(running);
      if (waits.isFull) {
        await pause();
        continue;
      }
      const entries = await this.#read(this.#waitMs);
      this.#metrics.setWorking('signals');
      for (const part of partsOf(entries, this.#config.limits.entryBytes)) {
        while (running.size >= MAX_BATCHES) await Promise.race(running);
        if (this.#isStopping) return;
        this.#judge(consumer, part);
        if (part.length < entries.length) await setImmediate(); // requests are answered between large entries
      }
    }
  }

  #judge(consumer: SignalConsumer, entries: readonly StreamEntry[]): void {
    const running = this.#running;
    const handled: Promise<void> = consumer.handle(entries).then(
      () => void running.delete(handled),
      (error: unknown) => {
        running.delete(handled);
        this.#metrics.warn(`a batch failed unexpectedly and is delivered again: ${String(error)}`);
      },
    );
    running.add(handled);
  }

  /** Maximum wait of a read, short enough to look for pending entries in time; milliseconds. */
  get #waitMs(): number {
    return Math.max(1, Math.min(BLOCK_MS, Math.floor(this.#config.redis.claimIdleMs / 2)));
  }

  async #read(blockMs: number): Promise<StreamEntry[]> {
    const { group, batch } = this.#config.redis;
    const stream = this.#config.redisChannelSignals;
    const args = ['GROUP', group, this.#deps.consumerName, 'COUNT', batch, 'BLOCK', blockMs, 'STREAMS', stream, '>'];
    return firstStream(await callBuffer(this.#connections.signals, 'XREADGROUP', ...args));
  }

  async #makeGroup(): Promise<void> {
    const { redisChannelSignals: stream, redis } = this.#config;
    if (!this.#isChecked) {
      await this.#barReader.fitTo(this.#connections.commands);
      await checkNames(this.#connections.commands, this.#config);
      this.#isChecked = true;
    }
    try {
      await callBuffer(this.#connections.commands, 'XGROUP', 'CREATE', stream, redis.group, '0', 'MKSTREAM');
    } catch (error) {
      if (!(error as Error).message.startsWith('BUSYGROUP')) throw error;
      this.#hadGroup = true;
      return;
    }
    if (this.#hadGroup) {
      this.#metrics.warn(
        `STREAM_LOST: ${stream} and its group were gone and are created again; signals not judged before are lost, so send them again`,
      );
      this.#barReader.rewind();
    }
    this.#hadGroup = true;
  }

  /** Claims entries that other consumers abandoned, and trims the stream of signals. */
  async #maintain(consumer: SignalConsumer): Promise<void> {
    const { commands } = this.#connections;
    const { redisChannelSignals: stream, redisChannelBars: bars, redis } = this.#config;
    await pause(Math.min(MAINTAIN_EVERY_MS, redis.claimIdleMs / 2), this.#stop.signal);
    if (this.#isStopping || !this.#hadGroup || !consumer.isReady) return;
    await claimAbandoned(commands, consumer, this.#claims);
    // A stream that also has the bars is not trimmed: other processes read it with cursors that Redis does not know.
    if (stream !== bars) await trimAcknowledged(commands, stream, redis.maxOutputEntries);
  }

  async #listen(service: LiveService, waits: BarWaits): Promise<void> {
    const { pubSub, commands } = this.#connections;
    const { redisChannelSignals: signals, redisChannelEnriched: enriched, redisChannelBars: bars } = this.#config;
    pubSub.removeAllListeners('messageBuffer');
    await answerPublished(pubSub, {
      ...this.#deps,
      ...this.#config.limits,
      metrics: this.#metrics,
      service,
      commands,
      barReader: this.#barReader,
      waits,
      barWaitMs: this.#config.redis.barWaitMs,
      signals,
      enriched,
      bars,
    });
    while (!this.#isStopping && pubSub.status === 'ready') await pause();
  }
}
