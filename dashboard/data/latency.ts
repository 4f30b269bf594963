/** Percentiles of the latency of one stage, seconds: each is the upper edge of its bucket in the histogram. */
export interface StageLatency {
  readonly stage: string;
  readonly n: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

const LINE = /^ml4t_signal_latency_seconds_bucket\{(.+)\} (\d+(?:\.\d+)?(?:e\+?\d+)?)$/;

/** Reads the latency histograms out of the text of `/metrics`. */
export function latencies(text: string): readonly StageLatency[] {
  const stages = new Map<string, { edge: number; n: number }[]>();
  for (const line of text.split('\n')) {
    const found = LINE.exec(line);
    const stage = /stage="([^"]+)"/.exec(found?.[1] ?? '')?.[1];
    const edge = /le="([^"]+)"/.exec(found?.[1] ?? '')?.[1];
    if (found === null || stage === undefined || edge === undefined) continue;
    const buckets = stages.get(stage) ?? [];
    buckets.push({ edge: edge === '+Inf' ? Number.POSITIVE_INFINITY : Number(edge), n: Number(found[2]) });
    stages.set(stage, buckets);
  }
  return [...stages].map(([stage, buckets]) => {
    const n = buckets.at(-1)?.n ?? 0;
    const at = (share: number): number => buckets.find((bucket) => bucket.n >= share * n)?.edge ?? 0;
    return { stage, n, p50: at(0.5), p99: at(0.99), p999: at(0.999) };
  });
}
