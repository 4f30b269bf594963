import type { FastifyInstance } from 'fastify';
import type { OrchestratorConfig } from '../config/index.ts';
import type { Clock } from '../core/index.ts';
import type { ServiceApi } from '../live/index.ts';
import type { Logger, MessageBus } from '../ports/index.ts';
import type { FailureLog } from './failure-log.ts';
import type { LoopLag } from './loop-lag.ts';
import type { ServerMetrics } from './metrics.ts';

/** What a server must be told in confidence. Neither part is ever logged. */
export interface ServerSecrets {
  /** The bearer token every request must carry; null for none. */
  readonly token: string | null;
  /** PEM texts; null for plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
}

export interface ServerOptions {
  readonly config: OrchestratorConfig;
  readonly service: ServiceApi;
  /** Null where Redis is switched off. */
  readonly bus: MessageBus | null;
  readonly logger: Logger;
  /** Of the program, for `/v1/status`, `/metrics` and the OpenAPI document. */
  readonly version: string;
  readonly secrets: ServerSecrets;
  /** Wall clock, UNIX milliseconds. */
  readonly nowMs: () => number;
  readonly clock: Clock;
}

/** An HTTP and WebSocket server in front of a service. */
export interface SignalServer {
  /** For tests; everybody else uses the network. */
  readonly app: FastifyInstance;
  /** @throws {ConditionError} when the address cannot be had. */
  listen(): Promise<{ readonly url: string }>;
  /** Takes no more requests, finishes the running ones, and cuts what is left at the deadline (milliseconds). */
  close(deadlineMs?: number): Promise<void>;
}

/** What the parts of a server share. */
export interface ServerContext extends ServerOptions {
  readonly metrics: ServerMetrics;
  readonly lag: LoopLag;
  readonly failures: FailureLog;
  /** Wall clock at the start, UNIX milliseconds. */
  readonly startedMs: number;
  isStopping: boolean;
  /** Open WebSocket connections. */
  nWatchers: number;
}
