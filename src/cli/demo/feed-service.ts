import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createLiveService, type LiveProcess } from '../../app/index.ts';
import type { OrchestratorConfig } from '../../config/index.ts';
import { ConditionError, count, fixed, stringifyLossless } from '../../core/index.ts';
import { type BarSeries, type TakeReason, WINDOW_BARS } from '../../domain/index.ts';
import type { ReplayedSignal } from '../../orchestrator/index.ts';
import { SILENT } from '../../ports/index.ts';
import { barsToWire } from '../../wire/index.ts';
import type { Progress } from '../show/progress.ts';
import { countsText, type TakeCounts } from '../show/taking-texts.ts';

export const INSTRUMENT = 'DEMO.SIM';

/** `feed.max_age_bars` of a market whose minutes pass in a second and lie years back: no age makes its feed silent. */
const ANY_AGE = Number.MAX_SAFE_INTEGER;

export interface DemoFeed {
  readonly bars: BarSeries;
  /** Signals of the feed with their bars, in time order. */
  readonly signals: readonly ReplayedSignal[];
  /** Index of the first bar of the feed. */
  readonly from: number;
}

/** Starts the service on its own directory, which is emptied first; on a free port where the configured one is taken. */
export async function startDemoService(
  base: OrchestratorConfig,
  directory: string,
): Promise<{
  readonly live: LiveProcess;
  readonly url: string;
}> {
  const dataDir = join(directory, 'service');
  await rm(dataDir, { recursive: true, force: true });
  const feed = { ...base.feed, maxAgeBars: ANY_AGE };
  const config = { ...base, feed, redisEnabled: false, server: { ...base.server, dataDir } };
  try {
    return await startAt(config);
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    return startAt({ ...config, server: { ...config.server, port: 0 } });
  }
}

async function startAt(config: OrchestratorConfig): Promise<{ readonly live: LiveProcess; readonly url: string }> {
  const live = await createLiveService(config, { logger: SILENT, isModelNamed: true });
  return { live, url: (await live.listen()).url };
}

/** Sends bars and signals over HTTP as a trading node does: the bars up to a signal, then the signal. @returns the answers by their reason. */
export async function feedService(url: string, feed: DemoFeed, progress: Progress): Promise<TakeCounts> {
  const { bars, signals, from } = feed;
  const counts = new Map<TakeReason, number>();
  let fed = Math.max(0, from - WINDOW_BARS);
  for (const [k, { t0, enriched }] of signals.entries()) {
    await post(`${url}/v1/bars/${INSTRUMENT}`, barsToWire(bars.slice(fed, t0 + 1)));
    fed = t0 + 1;
    const { signal, timestamp } = enriched.signalEvent;
    const answered = await post(`${url}/v1/signals`, { instrument_id: INSTRUMENT, signal, timestamp });
    const { take_reason: reason } = JSON.parse(answered) as { readonly take_reason: TakeReason };
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
    progress.update('live feed', k + 1, signals.length);
  }
  if (fed < bars.length) await post(`${url}/v1/bars/${INSTRUMENT}`, barsToWire(bars.slice(fed, bars.length)));
  return counts;
}

/** Lines on what the service did with the feed. @param taken - its answers by their reason. */
export function feedReport(live: LiveProcess, taken: TakeCounts): string[] {
  const { counts, outcomes } = live.service.status();
  const judged = Object.values(counts.bySource).reduce((sum, n) => sum + n, 0);
  const { baseRate } = outcomes;
  const majority = baseRate === null ? null : Math.max(baseRate, 1 - baseRate);
  const knownBrier = baseRate === null ? null : baseRate * (1 - baseRate);
  return [
    `${count(judged)} signals answered over HTTP and written down: ${countsText(taken)}`,
    `${count(outcomes.nMatured)} followed to their outcome by the bars that came after, ${count(outcomes.nPending)} still open`,
    `rolling figures over the last ${count(outcomes.nInWindow)} outcomes: Brier ${fixed(outcomes.brier)} (always the base rate: ${fixed(knownBrier)}), accuracy ${fixed(outcomes.accuracy)} (always the majority: ${fixed(majority)})`,
  ];
}

/** Sends JSON. @returns the answer. @throws {Error} when the service refuses it. */
export async function post(url: string, body: unknown): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: stringifyLossless(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return text;
}
