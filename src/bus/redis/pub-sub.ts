import type { Redis } from 'ioredis';
import { type Clock, Ml4tError, stringifyLossless } from '../../core/index.ts';
import type { LiveService } from '../../ports/index.ts';
import type { BusCodec } from '../codecs/bus-codec.ts';
import { findSignalId } from '../codecs/index.ts';
import type { BarReader } from './bar-reader.ts';
import type { BusMetrics } from './bus-metrics.ts';
import { untilClosed } from './entries.ts';

export interface PubSubOptions {
  readonly signals: string;
  readonly enriched: string;
  readonly bars: string;
  readonly codec: BusCodec;
  readonly board: BusMetrics;
  readonly service: LiveService;
  readonly clock: Clock;
  readonly commands: Redis;
  /** The bars of the stream. */
  readonly held: BarReader;
}

/** Messages that may wait for the bars before them; past it the medium loses them, as it does by nature. */
const MAX_WAITING = 10_000;

/**
 * Answers what is published, at once: at most once, as that medium is. A signal without bars is answered after the bars that
 * were written to the stream before it; messages are taken in the order they came.
 */
export async function answerPublished(redis: Redis, options: PubSubOptions): Promise<void> {
  const { signals, bars, board } = options;
  let turn = Promise.resolve();
  let nWaiting = 0;
  redis.on('messageBuffer', (_channel: Buffer, payload: Buffer) => {
    board.count('nRead');
    if (nWaiting >= MAX_WAITING) return;
    nWaiting++;
    const receivedNs = options.clock.monotonicNs();
    turn = turn.then(() => answer(payload, receivedNs, options)).finally(() => nWaiting--);
  });
  await untilClosed(redis, redis.subscribe(...new Set([signals, bars])));
  board.works('pubsub');
}

/** Never rejects. */
async function answer(payload: Buffer, receivedNs: number, options: PubSubOptions): Promise<void> {
  const { enriched, board } = options;
  try {
    await take(payload, receivedNs, options);
  } catch (error) {
    if (error instanceof Ml4tError) {
      const { code, message } = error;
      const letter = { error: { code, message }, signal_id: findSignalId(payload) };
      publish(options, `${enriched}:dead`, stringifyLossless(letter));
      board.count('nDead');
    } else board.warn(`a published message failed unexpectedly: ${String(error)}`);
  }
}

async function take(payload: Buffer, receivedNs: number, options: PubSubOptions): Promise<void> {
  const { enriched, codec, board, service, held, commands } = options;
  const decoded = codec.decode({ topic: null, type: null, encoding: null, payload });
  if (decoded.kind === 'ignored') board.count('nIgnored');
  if (decoded.kind === 'bars') {
    service.addBars(decoded.instrumentId, decoded.bars).recorded.catch(() => undefined); // the journal tells of itself
  }
  if (decoded.kind !== 'signal') return;
  if (decoded.message.bars === null) await held.catchUp(commands, service);
  const origin = { transport: 'redis_pubsub', receivedNs, waitedMs: 0, durable: false } as const;
  const { text } = service.submit(decoded.message, origin);
  const { payload: answered } = codec.encodeAnswer(text);
  publish(options, enriched, typeof answered === 'string' ? answered : Buffer.from(answered));
  board.count('nAnswered');
}

function publish({ commands, board }: PubSubOptions, channel: string, message: string | Buffer): void {
  commands.publish(channel, message).then(
    () => board.works('pubsub'),
    (error: unknown) => board.fault('pubsub', error), // the answer is lost, as the medium is
  );
}
