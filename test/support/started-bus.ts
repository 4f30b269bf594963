import { createCodec, createRedisBus } from '../../src/bus/index.ts';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../../src/config/index.ts';
import { stringifyLossless } from '../../src/core/index.ts';
import type { LiveService, MessageBus } from '../../src/ports/index.ts';
import { barsToWire } from '../../src/wire/index.ts';
import { messageAt } from './live-service.ts';
import { randomWalk } from './random-walk.ts';
import { until } from './until.ts';

const walk = randomWalk(2000, 31, { gaps: 0 });

/** Starts a bus that takes entries over soon. @param lines - gets what it logs. */
export function startedBus(service: LiveService, input: OrchestratorConfigInput, lines: string[] = []): MessageBus {
  const config = OrchestratorConfig({ ...input, redis: { claimIdleMs: 300, ...input.redis } });
  const log = (line: string): void => void lines.push(line);
  const clock = { monotonicNs: () => performance.now() * 1e6 };
  const codec = createCodec(config.redis);
  const deps = { logger: { info: log, warn: log }, clock, nowMs: Date.now, codec, consumerName: 'one' };
  const bus = createRedisBus(config, deps);
  bus.start(service);
  return bus;
}

/** A signal with its bars, as it stands in a stream. @param end - the bar it is of, in [150, 2000). */
export function signalText(end: number, signalId: string): string {
  const { instrumentId, signal, timestamp, bars } = messageAt(walk, end);
  const body = { instrument_id: instrumentId, signal, timestamp, signal_id: signalId };
  return stringifyLossless(bars === null ? body : { ...body, bars: barsToWire(bars) });
}

/** Waits until the bus works. */
export function untilUp(bus: MessageBus): Promise<void> {
  return until(
    () => bus.health.status === 'up',
    () => `the bus is up: ${JSON.stringify(bus.health)}`,
    30_000,
  );
}
