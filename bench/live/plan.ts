/** How a signal gets to the service and back. */
export const ROADS = ['call', 'http', 'redis'] as const;
export type Road = (typeof ROADS)[number];

/** What a signal carries: JSON with bars as columns or as objects, no bars at all, or (in process only) a ready series. */
export const SHAPES = ['series', 'columns', 'objects', 'held'] as const;
export type Shape = (typeof SHAPES)[number];

/** One run of the load generator. */
export interface Job {
  readonly road: Road;
  readonly shape: Shape;
  /** Signals a second. */
  readonly rate: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  /** `http://127.0.0.1:PORT` or `redis://127.0.0.1:PORT`; the data directory for `call`. */
  readonly target: string;
  /** The model file, for `call`. */
  readonly model: string;
}

/** A latency distribution, milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What the generator saw. Counts include the warm-up, latencies do not. */
export interface Seen {
  readonly sent: number;
  readonly answered: number;
  readonly refused: number;
  readonly twice: number;
  readonly lost: number;
  /** From the scheduled send to the answer. */
  readonly latency: Latency;
  /** From the actual send: what a closed loop would have shown. */
  readonly naive: Latency;
  /** p99 of how late the generator sent, ms. */
  readonly lagP99: number;
  /** Share of one core that the generator took. */
  readonly generatorCpu: number;
}

/** What the generator tells its parent. */
export type Report =
  | { readonly kind: 'measuring' }
  | { readonly kind: 'measured' }
  | { readonly kind: 'done'; readonly seen: Seen };
