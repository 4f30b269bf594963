import type { Redis } from 'ioredis';
import type { OrchestratorConfig } from '../../config/index.ts';
import type { Clock } from '../../core/index.ts';
import type { BusHealth, LiveService, Logger, MessageBus } from '../../ports/index.ts';
import { redisOptions } from '../../runtime/index.ts';
import type { BusCodec } from '../codecs/bus-codec.ts';
import { BarReader, isServiceFault } from './bar-reader.ts';
import { BusMetrics, type BusPart } from './bus-metrics.ts';
import { type ClaimOptions, claimAbandoned, finishOwn, trimAcknowledged } from './claims.ts';
import { BLOCK_MS, connect } from './connection.ts';
import { callBuffer, firstStream, type StreamEntry } from './entries.ts';
import { answerPublished } from './pub-sub.ts';
import { nameFault } from './redis-fault.ts';
import { pause, SignalConsumer } from './signal-consumer.ts';

/** Batches that may be on their way at once: one is read while another waits for its records. */
const MAX_BATCHES = 4;
const TRIM_EVERY_MS = 5000;
const STOP_MS = 4000;

export interface RedisBusDeps {
  readonly logger: Logger;
  readonly clock: Clock;
  /** Wall clock, UNIX milliseconds. */
  readonly nowMs: () => number;
  readonly codec: BusCodec;
  /** This process's name in the consumer group; the same after a restart. */
  readonly consumerName: string;
}

/**
 * Signals and bars over Redis: as streams, where a signal is shared by a consumer group and seen through to its
 * acknowledgement, and as pub/sub, answered at once.
 *
 * @throws {ConditionError} for settings that cannot be used.
 */
export function createRedisBus(config: OrchestratorConfig, deps: RedisBusDeps): MessageBus {
  return new RedisBus(config, deps);
}

class RedisBus implements MessageBus {
  readonly #config: OrchestratorConfig;
  readonly #deps: RedisBusDeps;
  readonly #board: BusMetrics;
  readonly #bars: BarReader;
  readonly #claims: ClaimOptions;
  readonly #connections: {
    readonly commands: Redis;
    readonly signals: Redis;
    readonly bars: Redis;
    readonly pubSub: Redis;
  };
  #isStopping = false;
  #isOver = false;
  #loops: Promise<unknown> = Promise.resolve();
  #hadGroup = false;
  /** Batches on their way; they outlive a connection. */
  readonly #running = new Set<Promise<void>>();

  constructor(config: OrchestratorConfig, deps: RedisBusDeps) {
    const options = redisOptions(config.redis);
    const waitMs = BLOCK_MS + config.redis.commandTimeoutMs;
    const waiting = { ...options, commandTimeout: waitMs, socketTimeout: waitMs };
    const board = new BusMetrics(deps.logger);
    this.#config = config;
    this.#deps = deps;
    this.#board = board;
    this.#bars = new BarReader({ stream: config.redisChannelBars, codec: deps.codec, board });
    this.#claims = { ...config.redis, stream: config.redisChannelSignals, consumerName: deps.consumerName, board };
    this.#connections = {
      commands: connect(options, board, 'commands'),
      signals: connect(waiting, board, 'signals'),
      bars: connect(waiting, board, 'bars'),
      pubSub: connect(options, board, 'pubsub'),
    };
  }

  get health(): BusHealth {
    return this.#board.health;
  }

  onStatus(listener: (health: BusHealth) => void): void {
    this.#board.onStatus(listener);
  }

  start(service: LiveService): void {
    this.#board.set('connecting');
    const { commands, signals, bars, pubSub } = this.#connections;
    for (const redis of [commands, signals, bars, pubSub]) redis.connect().catch(() => undefined); // it tries on, and tells
    const consumer = new SignalConsumer({
      ...this.#config.redis,
      ...this.#deps,
      signals: this.#config.redisChannelSignals,
      enriched: this.#config.redisChannelEnriched,
      board: this.#board,
      bars: this.#bars,
      service,
      commands,
      isStopping: () => this.#isStopping,
      isOver: () => this.#isOver,
    });
    this.#loops = Promise.all([
      this.#forever('signals', signals, () => this.#consume(consumer)),
      this.#forever('bars', bars, () => this.#bars.waitForBars(bars, service)),
      this.#forever('commands', commands, () => this.#tend(consumer)),
      this.#forever('pubsub', pubSub, () => this.#listen(service)),
    ]);
  }

  async stop(deadlineMs = STOP_MS): Promise<void> {
    this.#isStopping = true;
    this.#board.set('off');
    const { commands, ...readers } = this.#connections;
    // Whoever waits for something to come waits no more. What was delivered and not heard is ours at the next start.
    for (const redis of Object.values(readers)) redis.disconnect();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise((resolve) => {
      timer = setTimeout(resolve, deadlineMs);
    });
    await Promise.race([Promise.all([this.#loops, ...this.#running]), deadline]);
    clearTimeout(timer); // or it would keep the process alive
    this.#isOver = true;
    commands.disconnect();
  }

  /** Does a piece of work again and again, as long as its connection stands; a fault is told, and tried again after a pause. */
  async #forever(part: BusPart, redis: Redis, work: () => Promise<void>): Promise<void> {
    while (!this.#isStopping) {
      if (redis.status !== 'ready') {
        await pause();
        continue;
      }
      try {
        await work();
        this.#board.works(part);
      } catch (error) {
        await this.#recover(part, redis, error);
      }
    }
  }

  async #recover(part: BusPart, redis: Redis, error: unknown): Promise<void> {
    if (this.#isStopping) return;
    if (isServiceFault(error)) return pause(200); // no fault of the bus
    const { name } = nameFault(error);
    if (redis.status === 'ready' || name !== 'UNREACHABLE') this.#board.fault(part, error);
    // A command that was given up may still be answered; only a new connection is sure to be in step.
    if (name === 'TIMEOUT') redis.disconnect(true);
    if (name === 'NOGROUP') await this.#makeGroup().catch((failure: unknown) => this.#board.fault(part, failure));
    await pause(200);
  }

  /** Reads signals for as long as all goes well: what was left unfinished first, then what is new. */
  async #consume(consumer: SignalConsumer): Promise<void> {
    const running = this.#running;
    const { signals } = this.#connections;
    await this.#makeGroup();
    this.#board.works('commands');
    let dueMs = 0;
    while (!this.#isStopping) {
      // Only between two reads: what a read under way has been given looks just like what was left.
      if (performance.now() >= dueMs && consumer.isReady) {
        await finishOwn(signals, consumer, this.#claims);
        dueMs = performance.now() + this.#config.redis.claimIdleMs / 2;
      }
      while (running.size >= MAX_BATCHES) await Promise.race(running);
      const entries = await this.#read(running.size === 0 ? this.#waitMs : 1);
      this.#board.works('signals');
      if (entries.length > 0) {
        const handled: Promise<void> = consumer.handle(entries).then(
          () => void running.delete(handled),
          (error: unknown) => {
            running.delete(handled);
            this.#board.warn(`a batch failed unexpectedly and is delivered again: ${String(error)}`);
          },
        );
        running.add(handled);
      }
    }
  }

  /** Waits no longer than until entries are due to be looked for that somebody left. */
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
    try {
      await callBuffer(this.#connections.commands, 'XGROUP', 'CREATE', stream, redis.group, '0', 'MKSTREAM');
    } catch (error) {
      if (!(error as Error).message.startsWith('BUSYGROUP')) throw error;
      this.#hadGroup = true;
      return;
    }
    if (this.#hadGroup) {
      this.#board.warn(
        `STREAM_LOST: ${stream} and its group were gone and begin anew; signals not yet judged are lost with them`,
      );
      this.#bars.rewind();
    }
    this.#hadGroup = true;
  }

  /** Takes over what silent consumers left, and keeps the input short. */
  async #tend(consumer: SignalConsumer): Promise<void> {
    const { commands } = this.#connections;
    const { redisChannelSignals: stream, redisChannelBars: bars, redis } = this.#config;
    await pause(Math.min(TRIM_EVERY_MS, redis.claimIdleMs / 2));
    if (this.#isStopping || !this.#hadGroup || !consumer.isReady) return;
    await claimAbandoned(commands, consumer, this.#claims);
    // Where bars share the stream, other processes read it by cursors that nobody knows.
    if (stream !== bars) await trimAcknowledged(commands, stream, redis.maxOutputEntries);
  }

  async #listen(service: LiveService): Promise<void> {
    const { pubSub, commands } = this.#connections;
    const { redisChannelSignals: signals, redisChannelEnriched: enriched, redisChannelBars: bars } = this.#config;
    pubSub.removeAllListeners('messageBuffer');
    const parts = { board: this.#board, service, commands, held: this.#bars };
    await answerPublished(pubSub, { ...this.#deps, ...parts, signals, enriched, bars });
    while (!this.#isStopping && pubSub.status === 'ready') await pause();
  }
}
