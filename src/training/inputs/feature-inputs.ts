import { ConditionError } from '../../core/index.ts';
import { type BarSeries, measureStep, WINDOW_BARS } from '../../domain/index.ts';
import { barsNeededOf, type ContextBars, type FeatureDefinition } from '../../features/index.ts';
import type { ContextInput, ModelInputs } from '../../model/index.ts';
import type { InstrumentBars } from '../instrument-bars.ts';

/** An instrument whose bars features read beside those of the events. */
export interface ContextInstrument {
  /** Its id, as in the names of features: `momentum:BTCUSDT.BINANCE`. */
  readonly instrument: string;
  readonly bars: BarSeries;
}

/** What features read besides a window of the event's own bars. */
export interface FeatureInputs {
  /** (nInstruments,) common step of the bars of each instrument, ns; null for none, or where no feature asks. */
  readonly steps: readonly (bigint | null)[];
  readonly context: ReadonlyMap<string, ContextBars>;
  /** What the model file says of it; null for a window of the event's own bars and nothing else. */
  readonly needed: ModelInputs | null;
}

/**
 * Settles what the features of a training read.
 *
 * @param context - bars of other instruments; those that no feature names are left out.
 * @throws {ConditionError} for bars whose step does not fit a feature, and for context bars that are missing.
 */
export function featureInputs(
  features: readonly FeatureDefinition[],
  instruments: readonly InstrumentBars[],
  context: readonly ContextInstrument[] = [],
): FeatureInputs {
  const asks = features.some(({ barsNeeded, instrument }) => barsNeeded !== undefined || instrument !== undefined);
  const steps = instruments.map(({ bars }) => (asks ? measureStep(bars.tsEvent) : null));
  const own = steps.flatMap((stepNs) => features.map((feature) => barsNeededOf(feature, stepNs)));
  const barsNeeded = own.reduce((most, n) => Math.max(most, n), WINDOW_BARS);
  const read = new Map<string, ContextBars>();
  const needed: Record<string, ContextInput> = {};
  for (const { name, instrument, contextBarsNeeded } of features) {
    if (instrument === undefined || contextBarsNeeded === undefined) continue;
    const bars = read.get(instrument) ?? contextBars(instrument, name, context);
    read.set(instrument, bars);
    const { stepNs } = bars;
    const before = needed[instrument]?.barsNeeded ?? 0;
    needed[instrument] = { stepNs, barsNeeded: Math.max(before, contextBarsNeeded(stepNs)) };
  }
  const isPlain = barsNeeded === WINDOW_BARS && read.size === 0;
  return { steps, context: read, needed: isPlain ? null : { barsNeeded, context: needed } };
}

function contextBars(instrument: string, name: string, context: readonly ContextInstrument[]): ContextBars {
  const found = context.find((each) => each.instrument === instrument);
  if (found === undefined) {
    const remedy = `bring them: --context ${instrument}=FILE`;
    throw new ConditionError('context', `with bars of ${instrument}, which ${name} reads; ${remedy}`, 'without');
  }
  const stepNs = measureStep(found.bars.tsEvent);
  if (stepNs === null) throw new ConditionError(`context.${instrument}`, 'bars with a common step', 'no common step');
  return { bars: found.bars, stepNs };
}
