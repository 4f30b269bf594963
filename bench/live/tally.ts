import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { Job, Latency, Seen } from './plan.ts';

const HISTOGRAM = { lowest: 1, highest: 120_000_000_000, figures: 3 } as const;

/** Records when every signal was due, sent and answered. Times are `performance.now()`. */
export class Tally {
  readonly #rate: number;
  readonly #startMs: number;
  readonly #nWarmUp: number;
  readonly #sentMs: Float64Array;
  readonly #nAnswers: Uint8Array;
  readonly #isRefused: Uint8Array;
  readonly #latency = createHistogram(HISTOGRAM);
  readonly #naive = createHistogram(HISTOGRAM);
  readonly #lag = createHistogram(HISTOGRAM);
  #nSent = 0;
  #nOpen = 0;

  constructor({ rate, warmUpSeconds, seconds }: Job, startMs: number) {
    const nSignals = rate * (warmUpSeconds + seconds);
    this.#rate = rate;
    this.#startMs = startMs;
    this.#nWarmUp = rate * warmUpSeconds;
    this.#sentMs = new Float64Array(nSignals);
    this.#nAnswers = new Uint8Array(nSignals);
    this.#isRefused = new Uint8Array(nSignals);
  }

  /** Number of signals that were sent and neither answered nor refused. */
  get nOpen(): number {
    return this.#nOpen;
  }

  dueMs(i: number): number {
    return this.#startMs + (i * 1000) / this.#rate;
  }

  /** Notes that the generator passed a signal to the transport, which may send it later when its connections are busy. */
  reached(i: number, nowMs: number): void {
    this.#nSent++;
    this.#nOpen++;
    if (i >= this.#nWarmUp) record(this.#lag, nowMs - this.dueMs(i));
  }

  sent(i: number, nowMs: number): void {
    this.#sentMs[i] = nowMs;
  }

  answered(i: number, nowMs: number): void {
    if (i < 0 || i >= this.#nAnswers.length) return;
    if (this.#nAnswers[i] < 255) this.#nAnswers[i]++;
    if (this.#nAnswers[i] > 1) return;
    this.#nOpen--;
    if (i < this.#nWarmUp) return;
    record(this.#latency, nowMs - this.dueMs(i));
    record(this.#naive, nowMs - this.#sentMs[i]);
  }

  refused(i: number): void {
    this.#isRefused[i] = 1;
    this.#nOpen--;
  }

  close(generatorCpu: number): Seen {
    let answered = 0;
    let twice = 0;
    let refused = 0;
    for (let i = 0; i < this.#nAnswers.length; i++) {
      if (this.#nAnswers[i] > 0) answered++;
      if (this.#nAnswers[i] > 1) twice++;
      refused += this.#isRefused[i];
    }
    return {
      sent: this.#nSent,
      answered,
      refused,
      twice,
      lost: this.#nSent - answered - refused,
      latency: latencyOf(this.#latency),
      naive: latencyOf(this.#naive),
      lagP99: this.#lag.percentile(99) / 1e6,
      generatorCpu,
    };
  }
}

function record(histogram: RecordableHistogram, ms: number): void {
  histogram.record(Math.max(1, Math.round(ms * 1e6)));
}

function latencyOf(histogram: RecordableHistogram): Latency {
  const at = (percentile: number): number => histogram.percentile(percentile) / 1e6;
  return { p50: at(50), p99: at(99), p999: at(99.9), max: histogram.max / 1e6 };
}
