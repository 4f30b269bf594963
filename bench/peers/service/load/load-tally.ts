import { quantile } from '../../../support/statistics.ts';
import type { LoadResult } from './job.ts';

/** Processor time so far, seconds. */
export interface CpuSample {
  readonly atMs: number;
  readonly service: number;
  readonly generator: number;
  /** Of everything on the machine. */
  readonly machine: number;
}

/** The measured time of a run, `performance.now()`, and how processor time is read. */
export interface Measured {
  readonly startMs: number;
  readonly endMs: number;
  readonly sample: () => CpuSample;
}

/** Counts what is answered in the measured time, between two readings of the processor time at its first and last answer. */
export class LoadTally {
  readonly #measured: Measured;
  readonly #latencies: number[] = [];
  readonly #lags: number[] = [];
  #nRefused = 0;
  #before: CpuSample | null = null;
  #after: CpuSample | null = null;

  constructor(measured: Measured) {
    this.#measured = measured;
  }

  /** A signal was due, reached by the generator, and answered. */
  answered(dueMs: number, reachedMs: number, nowMs: number): void {
    const { startMs, endMs, sample } = this.#measured;
    if (nowMs < startMs || this.#after !== null) return;
    if (this.#before === null) {
      this.#before = sample(); // the next answers are counted
      return;
    }
    this.#latencies.push(nowMs - dueMs);
    this.#lags.push(reachedMs - dueMs);
    if (nowMs >= endMs) this.#after = sample();
  }

  /**
   * A signal was refused, which no figure but the number of them counts.
   *
   * @throws {Error} for a status other than 429 and 503, by which a service says that it is overloaded.
   */
  refused(status: number): void {
    if (status !== 429 && status !== 503) throw new Error(`the service answered with status ${status}`);
    this.#nRefused++;
  }

  /** @param rssMb - of the service. @throws {Error} when fewer than two signals were answered. */
  close(rssMb: number): LoadResult {
    const [latencies, lags] = [this.#latencies, this.#lags];
    if (this.#before === null || latencies.length === 0) throw new Error('next to nothing was answered');
    const before = this.#before;
    const after = this.#after ?? this.#measured.sample();
    const spent = (of: 'service' | 'generator' | 'machine'): number => after[of] - before[of];
    const elapsed = (after.atMs - before.atMs) / 1000;
    return {
      signalsPerSecond: latencies.length / elapsed,
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
      cpuPer1000: (spent('service') / latencies.length) * 1000,
      nRefused: this.#nRefused,
      rssMb,
      generatorCpu: spent('generator') / elapsed,
      othersCpu: Math.max(0, spent('machine') - spent('service') - spent('generator')) / elapsed,
      lagP99: quantile(lags, 0.99),
    };
  }
}
