import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { count, fixed } from '../../src/core/index.ts';
import { every } from '../data/ask.ts';
import { latencies } from '../data/latency.ts';
import { loadMetrics } from '../data/load.ts';
import { metrics, nowMs, signalsPerSecond, status, statusAtMs } from '../data/store.ts';
import { timePassed } from '../ui/feed-words.ts';
import { duration } from '../ui/format.ts';
import { Empty, Figure, Foreign, Scroll } from '../ui/text.tsx';
import { Feeds } from './feeds.tsx';

/** Time between two questions for the latency histograms, milliseconds. */
const METRICS_MS = 2000;

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0);

export function Health(): JSX.Element {
  const current = status.value;
  if (current === null) return <Empty>Loading …</Empty>;
  const { counts, outcomes, journal, bus } = current;
  return (
    <>
      <section class="panel" aria-labelledby="health-title">
        <h2 id="health-title">Health</h2>
        <dl class="figures">
          <Figure name="Signals a second" value={fixed(signalsPerSecond.value, 1)} />
          <Figure name="Signals answered" id="answered" value={count(sum(counts.by_source))} />
          <Figure name="Turned away" value={count(sum(counts.rejected))} />
          <Figure name="Pending outcomes" id="n_pending" value={count(outcomes.n_pending)} />
          <Figure name="Known outcomes" id="n_matured" value={count(outcomes.n_matured)} />
          <Figure name="Journal" value={`${journal.status}, ${count(journal.n_queued)} queued`} />
          <Figure name="Bus" value={bus?.status ?? 'off'} />
          <Figure name="Node's heartbeat" id="node_heartbeat" value={heartbeatText(current.node_heartbeat_age_ms)} />
          <Figure name="Event loop lag" value={duration(current.event_loop_lag_ms / 1000)} />
          <Figure name="Up for" value={`${Math.floor(current.uptime_seconds / 60)} min`} />
          <Figure name="Version" value={current.version} />
        </dl>
        {[journal.reason, bus?.reason ?? null].map(
          (reason) =>
            reason !== null && (
              <p key={reason}>
                ⚠ <Foreign text={reason} />
              </p>
            ),
        )}
      </section>
      <Feeds />
      <Latency />
      <section class="panel" aria-labelledby="errors-title">
        <h2 id="errors-title">Turned away, by code</h2>
        {Object.keys(counts.rejected).length === 0 ? (
          <Empty>Nothing was turned away.</Empty>
        ) : (
          <dl class="pairs">
            {Object.entries(counts.rejected).map(([code, n]) => (
              <div key={code}>
                <dt>{code}</dt>
                <dd>{count(n)}</dd>
              </div>
            ))}
          </dl>
        )}
      </section>
    </>
  );
}

/** How long ago the node last said that it lives. */
function heartbeatText(ageMs: number | null): string {
  return ageMs === null ? 'none seen' : `${timePassed(ageMs + Math.max(0, nowMs.value - statusAtMs.value))} ago`;
}

function Latency(): JSX.Element {
  useEffect(() => every(METRICS_MS, loadMetrics), []);
  const stages = metrics.value === null ? [] : latencies(metrics.value);
  return (
    <section class="panel" aria-labelledby="latency-title">
      <h2 id="latency-title">Latency by stage</h2>
      {stages.length === 0 ? (
        <Empty>No signal was timed yet.</Empty>
      ) : (
        <Scroll label="Latency by stage">
          <table>
            <thead>
              <tr>
                {['Stage', 'Signals', 'p50', 'p99', 'p99.9'].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {stages.map(({ stage, n, p50, p99, p999 }) => (
                <tr key={stage}>
                  <td>{stage}</td>
                  <td>{count(n)}</td>
                  {[p50, p99, p999].map((seconds, i) => (
                    <td key={['p50', 'p99', 'p999'][i]}>≤ {duration(seconds)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      <p class="muted">Upper edges of the histogram's buckets.</p>
    </section>
  );
}
