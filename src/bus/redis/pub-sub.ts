import type { Redis } from 'ioredis';
import { type Clock, Ml4tError, stringifyLossless } from '../../core/index.ts';
import type { BusCodec, LiveService } from '../../ports/index.ts';
import { OneAtATime } from '../../runtime/index.ts';
import type { SignalMessage } from '../../wire/index.ts';
import { findSignalId } from '../codecs/index.ts';
import type { BarReader } from './bar-reader.ts';
import type { BusMetrics } from './bus-metrics.ts';
import { untilClosed } from './entries/entries.ts';
import { readCut, tooLarge } from './replies/cut-payload.ts';
import type { BarWaits } from './waits/bar-waits.ts';

export interface PubSubOptions {
  readonly signals: string;
  readonly enriched: string;
  readonly bars: string;
  readonly codec: BusCodec;
  readonly metrics: BusMetrics;
  readonly service: LiveService;
  readonly clock: Clock;
  readonly commands: Redis;
  readonly barReader: BarReader;
  readonly waits: BarWaits;
  /** Maximum wait for a bar, milliseconds. */
  readonly barWaitMs: number;
  /** Maximum size of a message, in bytes. */
  readonly entryBytes: number;
}

/** Maximum number of messages that wait for bars; further ones are dropped, because pub/sub delivers at most once. */
const MAX_WAITING = 10_000;
/** Maximum size of them all, as a multiple of the largest one. */
const MAX_WAITING_SIZE = 16;

/**
 * Answers published messages, at most once each and in the order of their arrival. A signal without bars is answered after the
 * bars that were written to the stream before it are read.
 */
export async function answerPublished(redis: Redis, options: PubSubOptions): Promise<void> {
  const { signals, bars, metrics } = options;
  const queue = new OneAtATime();
  let nWaiting = 0;
  let nBytes = 0;
  redis.on('messageBuffer', (_channel: Buffer, payload: Buffer) => {
    metrics.count('nRead');
    if (nWaiting >= MAX_WAITING || nBytes > MAX_WAITING_SIZE * options.entryBytes) return;
    nWaiting++;
    nBytes += payload.length;
    const receivedNs = options.clock.monotonicNs();
    const settled = (): void => {
      nWaiting--;
      nBytes -= payload.length;
    };
    const taken = queue.run(() => answer(payload, receivedNs, options));
    void taken.then(({ answered }) => answered).finally(settled);
  });
  await untilClosed(redis, redis.subscribe(...new Set([signals, bars])));
  metrics.setWorking('pubsub');
}

/** A message that has had its turn. */
interface TakenMessage {
  /** Settles when it is answered, which may be when a bar comes; never rejects. */
  readonly answered: Promise<void>;
}

/** Never rejects; settles when the next message may have its turn. */
async function answer(payload: Buffer, receivedNs: number, options: PubSubOptions): Promise<TakenMessage> {
  const { enriched, metrics } = options;
  const failed = (error: unknown): void => {
    if (error instanceof Ml4tError) {
      const { code, message } = error;
      const letter = { error: { code, message }, signal_id: findSignalId(readCut(payload)?.head ?? payload) };
      publish(options, `${enriched}:dead`, stringifyLossless(letter));
      metrics.count('nDead');
    } else metrics.warn(`a published message failed unexpectedly: ${String(error)}`);
  };
  try {
    const { answered } = await take(payload, receivedNs, options);
    return { answered: answered.catch(failed) };
  } catch (error) {
    failed(error);
    return ANSWERED;
  }
}

const ANSWERED: TakenMessage = { answered: Promise.resolve() };

async function take(payload: Buffer, receivedNs: number, options: PubSubOptions): Promise<TakenMessage> {
  const { codec, metrics, service, barReader, commands, waits } = options;
  const cut = readCut(payload);
  if (cut !== null) throw tooLarge('message', cut, options.entryBytes);
  const decoded = codec.decode({ topic: null, type: null, encoding: null, payload });
  if (decoded.kind === 'ignored') metrics.count('nIgnored');
  if (decoded.kind === 'bars') {
    const { instrumentId, barType, bars } = decoded;
    service.addBars(instrumentId, bars, undefined, barType).recorded.catch(() => undefined); // the journal logs its own faults
  }
  if (decoded.kind !== 'signal') return ANSWERED;
  const { message } = decoded;
  if (message.bars === null) await barReader.catchUp(commands, service);
  const judge = (cameNs: number | null): Promise<void> => judgeNow(message, cameNs ?? receivedNs, options);
  const answered = waits.wait({ message, ageMs: 0, nBytes: payload.length }, judge);
  if (answered !== null) return { answered };
  await judge(null);
  return ANSWERED;
}

/** @param receivedNs - monotonic clock when it could be judged. */
async function judgeNow(message: SignalMessage, receivedNs: number, options: PubSubOptions): Promise<void> {
  const { enriched, codec, metrics, service, barWaitMs } = options;
  const hasAwaitedBar = barWaitMs > 0;
  const origin = { transport: 'redis_pubsub', receivedNs, waitedMs: 0, durable: false, hasAwaitedBar } as const;
  const { text } = await service.submit(message, origin);
  const { payload: answered } = codec.encodeAnswer(text);
  publish(options, enriched, typeof answered === 'string' ? answered : Buffer.from(answered));
  metrics.count('nAnswered');
}

function publish({ commands, metrics }: PubSubOptions, channel: string, message: string | Buffer): void {
  commands.publish(channel, message).then(
    () => metrics.setWorking('pubsub'),
    (error: unknown) => metrics.setFault('pubsub', error), // the answer is lost: pub/sub does not repeat
  );
}
