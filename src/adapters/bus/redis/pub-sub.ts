import type { Redis } from 'ioredis';
import { type Clock, Ml4tError, stringifyLossless } from '../../../core/index.ts';
import type { LiveService } from '../../../ports/index.ts';
import type { BusCodec, EntryFields } from '../codecs/bus-codec.ts';
import { findSignalId } from '../codecs/index.ts';
import type { BusBoard } from './bus-board.ts';

export interface PubSubOptions {
  readonly signals: string;
  readonly enriched: string;
  readonly bars: string;
  readonly codec: BusCodec;
  readonly board: BusBoard;
  readonly service: LiveService;
  readonly clock: Clock;
  readonly commands: Redis;
}

/** Answers what is published, at once: at most once, as that medium is. */
export async function answerPublished(redis: Redis, options: PubSubOptions): Promise<void> {
  const { signals, bars } = options;
  redis.on('messageBuffer', (_channel: Buffer, payload: Buffer) => answer(payload, options));
  await redis.subscribe(...new Set([signals, bars]));
  options.board.works('pubsub');
}

function answer(payload: Buffer, options: PubSubOptions): void {
  const { enriched, board } = options;
  board.count('nRead');
  try {
    take(payload, options);
  } catch (error) {
    if (error instanceof Ml4tError) {
      const { code, message } = error;
      const letter = { error: { code, message }, signal_id: findSignalId(payload) };
      publish(options, `${enriched}:dead`, stringifyLossless(letter));
      board.count('nDead');
    } else board.warn(`a published message failed unexpectedly: ${String(error)}`);
  }
}

function take(payload: Buffer, options: PubSubOptions): void {
  const { enriched, codec, board, service, clock } = options;
  const fields: EntryFields = { topic: null, type: null, encoding: null, payload };
  const decoded = codec.decode(fields);
  if (decoded.kind === 'ignored') board.count('nIgnored');
  if (decoded.kind === 'bars') {
    service.addBars(decoded.instrumentId, decoded.bars).recorded.catch(() => undefined); // the journal tells of itself
  }
  if (decoded.kind !== 'signal') return;
  const origin = { transport: 'redis_pubsub', receivedNs: clock.monotonicNs(), waitedMs: 0, durable: false } as const;
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
