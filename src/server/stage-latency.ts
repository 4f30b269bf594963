import { Histogram, type MetricObjectWithValues, type MetricValueWithName } from 'prom-client';
import { ConditionError } from '../core/index.ts';

type Values = MetricObjectWithValues<MetricValueWithName<'stage'>>;

/** Observations of one stage. */
interface Stage {
  /** By bucket, not cumulative; the last one holds what is above every bound. */
  readonly counts: Float64Array;
  /** Seconds. */
  sum: number;
}

/**
 * A histogram of latencies by stage that shows the same text as prom-client's, whose `observe` looks up labels and buckets by their
 * text: this one is called five times a signal.
 */
export class StageLatency extends Histogram<'stage'> {
  /** Describes the histogram, and observes nothing. */
  readonly #empty: Histogram;
  readonly #bounds: Float64Array;
  /** In the order of their first observation. */
  readonly #stages = new Map<string, Stage>();

  /** @param bounds - upper bounds of the buckets, seconds, increasing. */
  constructor(config: { readonly name: string; readonly help: string }, bounds: readonly number[]) {
    super({ ...config, labelNames: ['stage'], buckets: [...bounds], registers: [] });
    this.#empty = new Histogram({ ...config, labelNames: ['stage'], buckets: [...bounds], registers: [] });
    this.#bounds = Float64Array.from(bounds);
  }

  /** Counts one latency. @param ns - nanoseconds. @throws {ConditionError} when it is not finite. */
  add(stage: string, ns: number): void {
    if (!Number.isFinite(ns)) throw new ConditionError('latency', 'a finite number of nanoseconds', ns);
    const seconds = ns / 1e9;
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && seconds > bounds[bucket]) bucket++;
    const known = this.#stages.get(stage) ?? this.#open(stage);
    known.counts[bucket]++;
    known.sum += seconds;
  }

  override async get(): Promise<Values> {
    const described = await this.#empty.get();
    const { name } = described;
    const values = Array.from(this.#stages, ([stage, { counts, sum }]) => this.#show(name, stage, counts, sum)).flat();
    return { ...described, values };
  }

  /** What the registry asks for first. */
  getForPromString(): Promise<Values> {
    return this.get();
  }

  #open(stage: string): Stage {
    const opened = { counts: new Float64Array(this.#bounds.length + 1), sum: 0 };
    this.#stages.set(stage, opened);
    return opened;
  }

  #show(name: string, stage: string, counts: Float64Array, sum: number): MetricValueWithName<'stage'>[] {
    let total = 0;
    const buckets = Array.from(counts, (n, k) => {
      total += n;
      const le = k < this.#bounds.length ? this.#bounds[k] : '+Inf';
      return { metricName: `${name}_bucket`, labels: { le, stage }, value: total };
    });
    const labels = { stage };
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: total },
    ];
  }
}
