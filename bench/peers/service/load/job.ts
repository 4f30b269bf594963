/** How the signals of a run are sent: each connection its next one when the last is answered, or all by a schedule. */
export type Pace =
  | { readonly kind: 'closed'; readonly nConnections: number }
  | { readonly kind: 'open'; readonly signalsPerSecond: number };

/** One run of the load generator. */
export interface LoadJob {
  /** Name of the service; each goes through the same signals in the same order. */
  readonly service: string;
  readonly port: number;
  /** Processes of the service. */
  readonly pids: readonly number[];
  readonly pace: Pace;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** What one run measured, without its warm-up. */
export interface LoadResult {
  readonly signalsPerSecond: number;
  /** Milliseconds from the send, or in an open loop from the moment at which it was due, to the whole answer. */
  readonly p50: number;
  readonly p99: number;
  /** Number of signals that the service refused because it was overloaded, in the warm-up too. */
  readonly nRefused: number;
  /** Processor time of all processes of the service, seconds. */
  readonly cpuPer1000: number;
  /** Resident memory of all processes of the service at the end, MB. */
  readonly rssMb: number;
  /** Share of one core that the generator took. */
  readonly generatorCpu: number;
  /** Cores that other programs took meanwhile, in mean. */
  readonly othersCpu: number;
  /** How late the generator came to a signal by its schedule, p99, milliseconds; 0 in a closed loop. */
  readonly lagP99: number;
}

/** Message of the generator to its parent. */
export type LoadReport =
  | { readonly kind: 'done'; readonly result: LoadResult }
  | { readonly kind: 'failed'; readonly message: string };
