import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { FEED_STATES } from '../domain/index.ts';
import type { ServiceApi, ServiceStatus } from '../live/index.ts';
import type { BusHealth } from '../ports/index.ts';
import type { CutReason } from './admission/connection.ts';
import { StageLatency } from './stage-latency.ts';

// Seconds. An answer takes tens of microseconds, a record a millisecond or two.
const LATENCY_BUCKETS = [
  1e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.5, 1,
];
const JOURNAL_STATES = ['ok', 'full', 'busy', 'failed'];
const WEBHOOK_STATES = ['ok', 'failing', 'gone'];
const BUS_STATES = ['off', 'connecting', 'up', 'down', 'refused'];

type Counts = Readonly<Record<string, number>>;

/** Figures of the server that the service does not have. */
export interface ServerFigures {
  readonly lagMs: number;
  readonly nStreamClients: number;
  readonly nConnections: number;
  /** Size of the answers that wait to be read, bytes. */
  readonly unreadBytes: number;
}

/** Metrics for Prometheus. No label has a value that a sender chose, so that the number of series is bounded. */
export class ServerMetrics {
  readonly registry = new Registry();
  readonly #latency: StageLatency;
  readonly #problems: Counter<'code'>;
  readonly #clientsCut: Counter<'reason'>;
  readonly #connectionsCut: Counter<'reason'>;
  readonly #unread: Record<string, number> = {};
  readonly #counters = new Map<string, Counter>();
  readonly #gauges = new Map<string, Gauge>();

  constructor(version: string) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    const stages =
      'Time a signal spends in each stage: read (from bytes), features, prediction, inference, submit, recorded.';
    this.#latency = new StageLatency({ name: 'ml4t_signal_latency_seconds', help: stages }, LATENCY_BUCKETS);
    this.registry.registerMetric(this.#latency);
    const problems = { name: 'ml4t_problems_total', help: 'Requests that were answered with an error.' };
    this.#problems = new Counter({ ...problems, labelNames: ['code'], registers });
    const cut = { name: 'ml4t_watchers_cut_total', help: 'WebSocket connections that were cut off.' };
    this.#clientsCut = new Counter({ ...cut, labelNames: ['reason'], registers });
    const cutOff = { name: 'ml4t_connections_cut_total', help: 'Connections that were cut off, by reason.' };
    this.#connectionsCut = new Counter({ ...cutOff, labelNames: ['reason'], registers });
    const info = { name: 'ml4t_info', help: 'The running version.', labelNames: ['version'], registers };
    new Gauge(info).set({ version }, 1);
  }

  /** Observes the latencies of a service. */
  follow(service: ServiceApi): void {
    service.onLatency((stage, ns) => this.#latency.add(stage, ns));
  }

  /** Observes the time to read a signal from bytes. */
  noteRead(ns: number): void {
    this.#latency.add('read', ns);
  }

  /** Counts a signal that could not be read, which the service does not see. */
  noteUnread(code: string): void {
    this.#unread[code] = (this.#unread[code] ?? 0) + 1;
  }

  noteProblem(code: string): void {
    this.#problems.inc({ code });
  }

  noteCut(reason: 'slow' | 'flood' | 'silent'): void {
    this.#clientsCut.inc({ reason });
  }

  noteConnectionCut(reason: CutReason): void {
    this.#connectionsCut.inc({ reason });
  }

  /** Text in the format of Prometheus. */
  render(status: ServiceStatus, bus: BusHealth | null, server: ServerFigures): Promise<string> {
    this.#showSignals(status);
    this.#showJournal(status);
    this.#showBus(bus);
    this.#showFeeds(status);
    this.#showNode(status);
    this.#showLearning(status);
    this.#showDetector(status);
    this.#showAlerts(status);
    const { outcomes } = status;
    this.#gauge('ml4t_outcomes_pending', 'Signals whose outcome is not known yet.').set(outcomes.nPending);
    this.#gauge('ml4t_instruments', 'Instruments with bars in memory.').set(status.nInstruments);
    this.#gauge('ml4t_in_flight', 'Signals that wait for their record.').set(status.nInFlight);
    this.#gauge('ml4t_lanes', 'Threads that judge signals and have not died.').set(status.lanes.running);
    this.#gauge('ml4t_watchers', 'Open WebSocket connections.').set(server.nStreamClients);
    this.#gauge('ml4t_connections', 'Open connections.').set(server.nConnections);
    this.#gauge('ml4t_unread_bytes', 'Size of the answers that wait to be read.').set(server.unreadBytes);
    this.#gauge('ml4t_event_loop_lag_seconds', 'How late the event loop last was.').set(server.lagMs / 1000);
    this.#gauge('ml4t_halted', '1 while the service is halted: nothing is taken.').set(status.halted === null ? 0 : 1);
    const model = this.#gauge('ml4t_model_info', 'The serving model; version "none" where none serves.', 'version');
    model.reset();
    model.set({ version: status.modelVersion ?? 'none' }, 1);
    return this.registry.metrics();
  }

  #showSignals({ counts }: ServiceStatus): void {
    const rejected: Record<string, number> = { ...counts.rejected };
    for (const [code, n] of Object.entries(this.#unread)) rejected[code] = (rejected[code] ?? 0) + n;
    this.#counter('ml4t_signals_total', 'Signals answered, by source of the confidence.', 'source', counts.bySource);
    const byTransport = 'Signals answered, by transport.';
    this.#counter('ml4t_signals_by_transport_total', byTransport, 'transport', counts.byTransport);
    this.#counter('ml4t_signals_rejected_total', 'Signals refused.', 'code', rejected);
    this.#counter('ml4t_outcomes_total', 'Signals whose outcome became known.', 'outcome', counts.outcomes);
    this.#counter('ml4t_bars_total', 'Bars received, by what became of them.', 'result', counts.bars);
    this.#total('ml4t_signals_duplicate_total', 'Signals that had come before.', counts.duplicates);
    this.#total('ml4t_signals_late_total', 'Signals answered later than the budget allows.', counts.late);
    this.#total('ml4t_signals_over_budget_total', 'Judgements longer than the budget.', counts.overBudget);
  }

  #showFeeds({ feeds }: ServiceStatus): void {
    const gauge = this.#gauge(
      'ml4t_feeds',
      'Series of bars, by state: a signal of now is skipped in all but ok.',
      'state',
    );
    for (const state of FEED_STATES) gauge.set({ state }, feeds.filter((feed) => feed.state === state).length);
    const unjudged = 'Series of bars of which the serving model states nothing: ok, whatever their age.';
    this.#gauge('ml4t_feeds_not_judged', unjudged).set(feeds.filter(({ judged }) => !judged).length);
    const ages = feeds.filter(({ state }) => state === 'silent').map(({ ageMs }) => ageMs / 1000);
    const longest = 'Age of the last bar of the feed that is silent for longest; 0 where none is.';
    this.#gauge('ml4t_feed_silence_seconds', longest).set(ages.reduce((most, age) => Math.max(most, age), 0));
  }

  #showNode({ nodeHeartbeatAgeMs }: ServiceStatus): void {
    const help = "Age of a node's latest heartbeat; NaN where none was ever seen.";
    this.#gauge('ml4t_node_heartbeat_age_seconds', help).set((nodeHeartbeatAgeMs ?? Number.NaN) / 1000);
  }

  #showJournal({ journal }: ServiceStatus): void {
    this.#state('ml4t_journal_state', 'State of the journal: 1 for the one it is in.', JOURNAL_STATES, journal.status);
    this.#gauge('ml4t_journal_queued', 'Entries that wait to be written.').set(journal.nQueued);
    this.#total('ml4t_journal_written_total', 'Entries written.', journal.nWritten);
  }

  #showBus(bus: BusHealth | null): void {
    this.#state(
      'ml4t_bus_state',
      'State of the message bus: 1 for the one it is in.',
      BUS_STATES,
      bus?.status ?? 'off',
    );
    const { nRead = 0, nAnswered = 0, nDead = 0, nIgnored = 0, nClaimed = 0, nReconnects = 0 } = bus ?? {};
    const entries = { read: nRead, answered: nAnswered, dead: nDead, ignored: nIgnored, claimed: nClaimed };
    this.#counter('ml4t_bus_entries_total', 'Entries of the bus, by what became of them.', 'what', entries);
    const { nAwaited = 0, nAwaitedInVain = 0 } = bus ?? {};
    const waits = { came: nAwaited - nAwaitedInVain, in_vain: nAwaitedInVain };
    const waited = 'Signals that waited for the bar that they were due, by whether it came.';
    this.#counter('ml4t_bus_bar_waits_total', waited, 'bar', waits);
    this.#total('ml4t_bus_reconnects_total', 'Times the bus was connected again.', nReconnects);
  }

  #showDetector({ detector }: ServiceStatus): void {
    const figures = {
      ml4t_decay_statistic: [
        'Sequential detector of decay: evidence that the model lost its skill.',
        detector?.statistic,
      ],
      ml4t_decay_threshold: ['Statistic of the sequential detector that is an alarm.', detector?.threshold],
      ml4t_decay_outcomes: ['Outcomes that the sequential detector has scored of this model.', detector?.n],
    } as const;
    for (const [name, [help, value = Number.NaN]] of Object.entries(figures)) this.#gauge(name, help).set(value);
    const last = this.#gauge(
      'ml4t_decay_last_alarm_timestamp_seconds',
      'When its last alarm was raised; NaN for none.',
    );
    const ts = detector?.lastAlarmTs ?? null;
    last.set(ts === null ? Number.NaN : Number(ts / 1_000_000n) / 1000);
  }

  #showLearning({ outcomes, monitor, drift, triggers }: ServiceStatus): void {
    this.#counter('ml4t_retrainings_total', 'Moves of retrainings, by the state they led to.', 'state', triggers);
    const accuracy = this.#gauge(
      'ml4t_accuracy',
      'Accuracy of the serving model: baseline, rolling, promised.',
      'which',
    );
    accuracy.reset();
    const figures = {
      baseline: monitor.baselineAccuracy,
      rolling: outcomes.accuracy,
      estimated: drift.estimatedAccuracy,
    };
    for (const [which, value] of Object.entries(figures)) if (value !== null) accuracy.set({ which }, value);
    const psi = this.#gauge('ml4t_feature_psi', 'Population stability index against the training rows.', 'feature');
    psi.reset();
    for (const [feature, value] of Object.entries(drift.psi ?? {})) psi.set({ feature }, value);
    const drifts = Object.fromEntries(drift.detectors.map(({ name, nDrifts }) => [name, nDrifts]));
    this.#counter('ml4t_drifts_total', 'Changes of the error rate that detectors found.', 'detector', drifts);
    const ece = this.#gauge('ml4t_calibration_error', 'Expected calibration error of the rolling outcomes.');
    ece.set(outcomes.ece ?? Number.NaN);
  }

  #showAlerts({ alerts }: ServiceStatus): void {
    const counts = alerts?.counts ?? { sent: 0, failed: 0, heldBack: 0, dropped: 0 };
    const { sent, dropped, heldBack } = counts;
    const what = 'Alerts by what became of them: a receiver took one, never got it, or it waited for a cooldown.';
    this.#counter('ml4t_alerts_total', what, 'result', { sent, dropped, held_back: heldBack });
    this.#total('ml4t_alert_attempts_failed_total', 'Attempts to send an alert that failed.', counts.failed);
    const webhooks = alerts?.webhooks ?? [];
    const pending = 'Alerts that a receiver has not taken yet.';
    this.#gauge('ml4t_alerts_pending', pending).set(webhooks.reduce((sum, { nPending }) => sum + nPending, 0));
    const gauge = this.#gauge('ml4t_alert_webhooks', 'Receivers of alerts, by state.', 'state');
    for (const state of WEBHOOK_STATES) gauge.set({ state }, webhooks.filter((each) => each.state === state).length);
    const stopped = '1 while webhooks are set and nothing is sent, because the thread of alerts died.';
    this.#gauge('ml4t_alerts_stopped', stopped).set(alerts !== null && !alerts.isRunning ? 1 : 0);
  }

  #state(name: string, help: string, states: readonly string[], current: string): void {
    const gauge = this.#gauge(name, help, 'state');
    for (const state of states) gauge.set({ state }, state === current ? 1 : 0);
  }

  #total(name: string, help: string, value: number): void {
    const counter = this.#counterNamed(name, help, []);
    counter.reset();
    counter.inc(value);
  }

  #counter(name: string, help: string, label: string, counts: Counts): void {
    const counter = this.#counterNamed(name, help, [label]);
    counter.reset();
    for (const [key, n] of Object.entries(counts)) counter.inc({ [label]: key }, n);
  }

  #counterNamed(name: string, help: string, labelNames: readonly string[]): Counter {
    const known = this.#counters.get(name);
    if (known !== undefined) return known;
    const counter = new Counter({ name, help, labelNames: [...labelNames], registers: [this.registry] });
    this.#counters.set(name, counter);
    return counter;
  }

  #gauge(name: string, help: string, ...labelNames: string[]): Gauge {
    const known = this.#gauges.get(name);
    if (known !== undefined) return known;
    const gauge = new Gauge({ name, help, labelNames, registers: [this.registry] });
    this.#gauges.set(name, gauge);
    return gauge;
  }
}
