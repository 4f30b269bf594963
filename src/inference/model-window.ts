import type { OrchestratorConfig } from '../config/index.ts';
import { type BarSeries, cadenceOf, measureStep, type SignalEvent, WINDOW_BARS } from '../domain/index.ts';
import type { ContextBars } from '../features/index.ts';
import type { MetaModel } from '../model/index.ts';
import type { ModelSchema } from './model-schema.ts';

/** The last bars of a signal. @param n - at most as many as it has. */
export function lastBars(bars: BarSeries, n: number): BarSeries {
  return bars.length === n ? bars : bars.slice(bars.length - n, bars.length);
}

/** The bars that the features of a model read; those of a window where the signal has fewer than the model needs. */
export function barsRead({ bars }: SignalEvent, window: BarSeries, model: MetaModel | null): BarSeries {
  const n = model?.inputs.barsNeeded ?? WINDOW_BARS;
  return n === WINDOW_BARS || bars.length < n ? window : lastBars(bars, n);
}

/** What the features of a model read besides the bars of a signal. */
export function contextOf(
  { instrumentId, context }: SignalEvent,
  schema: ModelSchema,
  { metadata, inputs }: MetaModel,
  { feed }: OrchestratorConfig,
): ModelSchema['context'] {
  if (!schema.needsStep) return schema.context;
  const instruments = new Map<string, ContextBars>();
  for (const [instrument, { stepNs }] of Object.entries(inputs.context)) {
    const bars = context.get(instrument);
    if (bars !== undefined && isOfStep(bars, stepNs)) instruments.set(instrument, { bars, stepNs });
  }
  const stepNs = cadenceOf(metadata.cadences, instrumentId)?.stepNs ?? null;
  return { ...schema.context, stepNs, instruments, maxAgeBars: feed.maxAgeBars };
}

/** Minimum number of bars whose step can be measured. */
const LEAST_BARS = 3;

/** Bars of another length than those of the training would give other numbers under the same name. */
function isOfStep({ tsEvent }: BarSeries, stepNs: bigint): boolean {
  return tsEvent.length < LEAST_BARS || measureStep(tsEvent) === stepNs;
}
