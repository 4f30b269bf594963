import { getJson, getText } from './api.ts';
import { oneAtATime, quietly } from './ask.ts';
import * as store from './store.ts';
import type { Bars, Detector, Model, Shown, Status, Trigger, TrustReport } from './types.ts';

/** Maximum number of bars on the price chart. */
export const MAX_BARS = 400;
/** Maximum number of signals that are loaded; the stream adds to them. */
const MAX_LOADED_SIGNALS = 500;

/** Loads everything that the stream keeps up to date afterwards, and the status. @returns whether all of it was loaded. */
export async function loadAll(): Promise<boolean> {
  const loaded = await Promise.all([loadStatus(), loadModels(), loadTriggers(), loadBars(), loadSignals()]);
  return loaded.every((isLoaded) => isLoaded);
}

export const loadStatus = oneAtATime(() => quietly(async () => store.takeStatus(await getJson<Status>('/v1/status'))));

export const loadModels = oneAtATime(() =>
  quietly(async () => {
    store.models.value = (await getJson<{ models: Model[] }>('/v1/models')).models;
  }),
);

export const loadTriggers = oneAtATime(() =>
  quietly(async () => {
    store.triggers.value = (await getJson<{ triggers: Trigger[] }>('/v1/retrain-triggers')).triggers;
  }),
);

/** Loads the detector of decay with its path. */
export const loadDetector = oneAtATime(() =>
  quietly(async () => {
    store.detector.value = (await getJson<{ detector: Detector | null }>('/v1/detector')).detector;
  }),
);

export const loadTrust = oneAtATime(() =>
  quietly(async () => {
    store.trust.value = await getJson<TrustReport>('/v1/trust');
  }),
);

/** Loads the latency histograms. */
export function loadMetrics(): Promise<boolean> {
  return quietly(async () => {
    store.metrics.value = await getText('/metrics');
  });
}

/** Loads the instruments, and the bars of the chosen one, of the series that its signals are judged by; where none is chosen, of the one that was used last. */
function loadBars(): Promise<boolean> {
  return quietly(async () => {
    const { instruments } = await getJson<{ instruments: string[] }>('/v1/instruments');
    store.instruments.value = instruments;
    store.instrument.value ??= instruments.at(-1) ?? null;
    const id = store.instrument.value;
    if (id === null) return;
    const path = `/v1/instruments/${encodeURIComponent(id)}/bars?limit=${MAX_BARS}`;
    const { bars, bar_type: barType } = await getJson<{ bars: Bars; bar_type: string | null }>(path);
    if (store.instrument.value !== id) return;
    store.barType.value = barType;
    store.bars.value = bars;
  });
}

function loadSignals(): Promise<boolean> {
  return quietly(async () => {
    const { signals } = await getJson<{ signals: Shown[] }>(`/v1/signals?limit=${MAX_LOADED_SIGNALS}`);
    store.takeSignals(signals);
  });
}
