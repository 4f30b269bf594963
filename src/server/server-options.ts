import type { FastifyInstance } from 'fastify';
import type { OrchestratorConfig } from '../config/index.ts';
import type { Clock } from '../core/index.ts';
import type { ServiceApi } from '../live/index.ts';
import type { Logger, MessageBus } from '../ports/index.ts';
import type { Connections } from './admission/connections.ts';
import type { TurnShare } from './admission/turn-share.ts';
import type { BodyReceiver } from './bodies/body-receiver.ts';
import type { FailureLog } from './failure-log.ts';
import type { LoopLag } from './loop-lag.ts';
import type { ServerMetrics } from './metrics.ts';

/** Secrets of a server, which are never logged. */
export interface ServerSecrets {
  /** Bearer token that every request must have; null for none. */
  readonly token: string | null;
  /** PEM texts; null for plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
}

export interface ServerOptions {
  readonly config: OrchestratorConfig;
  readonly service: ServiceApi;
  /** Null when Redis is disabled. */
  readonly bus: MessageBus | null;
  readonly logger: Logger;
  /** Version of the program, for `/v1/status`, `/metrics` and the OpenAPI document. */
  readonly version: string;
  readonly secrets: ServerSecrets;
  /** Wall clock, UNIX milliseconds. */
  readonly nowMs: () => number;
  readonly clock: Clock;
}

/** An HTTP and WebSocket server in front of a service. */
export interface SignalServer {
  /** For tests only. */
  readonly app: FastifyInstance;
  /** @throws {ConditionError} when the address cannot be opened. */
  listen(): Promise<{ readonly url: string }>;
  /** Refuses new requests, finishes the open ones, and closes all connections at the deadline. @param deadlineMs - milliseconds. */
  close(deadlineMs?: number): Promise<void>;
}

/** Context that the parts of a server share. */
export interface ServerContext extends ServerOptions {
  readonly metrics: ServerMetrics;
  readonly lag: LoopLag;
  /** In which everything runs that may wait for signals, a part of each after the other. */
  readonly turnShare: TurnShare;
  readonly bodies: BodyReceiver;
  readonly failures: FailureLog;
  readonly connections: Connections;
  /** Wall clock at the start, UNIX milliseconds. */
  readonly startedMs: number;
  /** Monotonic clock at the start, nanoseconds. */
  readonly startedNs: number;
  isStopping: boolean;
  /** Number of open WebSocket connections. */
  nStreamClients: number;
}
