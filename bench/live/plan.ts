/** Transports of a signal to the service and of its answer back. */
export const TRANSPORTS = ['call', 'http', 'redis'] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** Shapes of a signal: JSON with bars as columns or as objects, JSON without bars, or (in process only) a ready series. */
export const SHAPES = ['series', 'columns', 'objects', 'held'] as const;
export type Shape = (typeof SHAPES)[number];

/** One run of the load generator. */
export interface Job {
  readonly transport: Transport;
  readonly shape: Shape;
  /** Signals a second. */
  readonly rate: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  /** `http://127.0.0.1:PORT` or `redis://127.0.0.1:PORT`; the data directory for `call`. */
  readonly target: string;
  /** Path of the model file, for `call`. */
  readonly model: string;
}

/** A latency distribution, milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Counts and latencies of the generator. Counts include the warm-up, latencies do not. */
export interface Seen {
  readonly sent: number;
  readonly answered: number;
  readonly refused: number;
  readonly twice: number;
  readonly lost: number;
  /** Time from the scheduled send to the answer. */
  readonly latency: Latency;
  /** Time from the actual send to the answer, which a closed loop would have measured. */
  readonly naive: Latency;
  /** Delay of the actual send after the scheduled one, p99, milliseconds. */
  readonly lagP99: number;
  /** Share of one core that the generator used. */
  readonly generatorCpu: number;
}

/** Message of the generator to its parent. */
export type Report =
  | { readonly kind: 'measuring' }
  | { readonly kind: 'measured' }
  | { readonly kind: 'done'; readonly seen: Seen };
