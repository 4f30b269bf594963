/** Source of time, passed in by the caller: the real clock in the program, a controlled one in tests. */
export interface Clock {
  /** Monotonic time in nanoseconds from an arbitrary origin; fractional, for latencies only. */
  monotonicNs(): number;
}

/** The time of day beside it. */
export interface WallClock extends Clock {
  /** UNIX milliseconds. */
  nowMs(): number;
}
