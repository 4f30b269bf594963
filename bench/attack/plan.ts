/** Ways of a good client to send a signal and to get its answer. */
export const ROADS = ['HTTP, durable', 'HTTP, fast', 'WebSocket, durable', 'Redis Streams'] as const;
/** A road past the service: a signal goes through a stream of the same Redis to its own sender. What it takes, no service could avoid. */
export const CONTROL = 'Redis without the service';
export type Road = (typeof ROADS)[number] | typeof CONTROL;

/** Parts of a run, in their order. */
export const PHASES = ['warm-up', 'calm', 'attack', 'after'] as const;
export type Phase = (typeof PHASES)[number];

/** Duration of each part, seconds. */
export type Schedule = Readonly<Record<Phase, number>>;

/** Everything that good clients and attackers know of the service. */
export interface Target {
  readonly url: string;
  /** Bearer token of the service. */
  readonly token: string;
  /** Null for a service without Redis. */
  readonly redisUrl: string | null;
  readonly dataDir: string;
  /** Directory of the logs that the checker reads. */
  readonly logDirectory: string;
}

/** Work of the process of the good clients. */
export interface ClientsJob {
  readonly target: Target;
  readonly schedule: Schedule;
  /** Signals a second of each road. */
  readonly rate: number;
}

/** Figures of one road in one phase; latencies count from the time at which a signal was due, milliseconds. */
export interface RoadFigures {
  readonly road: Road;
  readonly phase: Phase;
  readonly nSent: number;
  readonly nAnswered: number;
  /** Attempts that were answered 429 or 503, or broke, and were made again. */
  readonly nRetries: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Delay of the client itself, p99. */
  readonly lagP99: number;
}

/** Message of the good clients to their parent. */
export type ClientsReport =
  | { readonly kind: 'started' }
  | { readonly kind: 'done'; readonly figures: readonly RoadFigures[] };

/** Work of one attacking process. */
export interface AttackerJob {
  readonly target: Target;
  readonly attack: string;
  /** Whether the attack runs at the lowest priority, so that it costs the service nothing but its requests. */
  readonly isPolite: boolean;
}

/** What an attack achieved. */
export interface AttackCounts {
  /** Requests, messages, entries or pieces that left. */
  readonly nSent: number;
  /** Answers by kind, such as `200`, `401`, `cut`. */
  readonly answers: Readonly<Record<string, number>>;
  readonly megabytesSent: number;
  readonly megabytesRead: number;
}

/** Number of the phase at a time after the start. @param seconds - from the start of the schedule. */
export function phaseAt(schedule: Schedule, seconds: number): Phase {
  let end = 0;
  for (const phase of PHASES) {
    end += schedule[phase];
    if (seconds < end) return phase;
  }
  return 'after';
}
