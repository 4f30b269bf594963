/** The seam through which time enters. Adapters hold the real one; tests inject their own. */
export interface Clock {
  /** Monotonic time in nanoseconds from an arbitrary origin; fractional, for latencies only. */
  monotonicNs(): number;
}
