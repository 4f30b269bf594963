import { OrchestratorConfig } from '../../src/config/index.ts';
import { type MaturedOutcome, type Side, SignalEvent, WINDOW_BARS } from '../../src/domain/index.ts';
import { InferenceLoop } from '../../src/inference/index.ts';
import { primarySides, tripleBarrierLabeler } from '../../src/labeling/index.ts';
import type { Baseline, DetectorModel } from '../../src/monitoring/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { labelEvents } from '../../src/training/index.ts';
import { maturedOutcome } from './outcomes.ts';
import { modelOf, steppingClock, trainHere } from './trained.ts';

const TRAINED_BARS = 12_000;
const SIGNAL_EVERY = 3;
const EDGE = 0.15;

export interface SimulatedOutcomesOptions {
  readonly seed: number;
  /** Number of outcomes before the market changes. */
  readonly nBefore: number;
  /** Number of outcomes after the market changes. */
  readonly nAfter?: number;
  /** `break`: the features lose their information, and the base rate stays. `flip`: they mean the opposite. */
  readonly change?: 'break' | 'flip';
}

/** Outcomes of a model on the simulated market that it was trained on. */
export interface SimulatedOutcomes {
  readonly baseline: Baseline;
  /** What a sequential detector must know of the model. */
  readonly detected: DetectorModel;
  /** In the order in which they became known. */
  readonly outcomes: readonly MaturedOutcome[];
  /** Of those, how many were entered before the market changed. */
  readonly nBefore: number;
}

/** Trains a model on a market with a planted edge, judges the later signals with it, and resolves every outcome. */
export async function simulateOutcomes(options: SimulatedOutcomesOptions): Promise<SimulatedOutcomes> {
  const { seed, nBefore, nAfter = 0, change = 'break' } = options;
  const changeAt = TRAINED_BARS + nBefore * SIGNAL_EVERY;
  const nBars = changeAt + nAfter * SIGNAL_EVERY + WINDOW_BARS;
  const at = { breakAt: change === 'break' ? changeAt : null, flipAt: change === 'flip' ? changeAt : null };
  const planted = nAfter === 0 ? { breakAt: null } : at;
  const { bars } = simulateMarket({ nBars, edge: EDGE, seed, ...planted });
  const sides = primarySides(bars, 'ema_cross').map((side, i) => (i % SIGNAL_EVERY === 0 ? side : 0));
  const config = OrchestratorConfig();
  const training = { side: sides.subarray(0, TRAINED_BARS) };
  const model = modelOf(await trainHere(bars.slice(0, TRAINED_BARS), {}, training));
  const loop = new InferenceLoop({ config, clock: steppingClock(), logger: SILENT });
  loop.swapModel(model);
  const { t0, t1, label } = labelEvents(bars, sides, config, tripleBarrierLabeler(config.labels));
  const outcomes: MaturedOutcome[] = [];
  let nEarly = 0;
  const known = [...t0.keys()].filter((k) => t0[k] >= TRAINED_BARS).sort((a, b) => t1[a] - t1[b] || a - b);
  for (const k of known.slice(0, nBefore + nAfter)) {
    const window = bars.slice(t0[k] - WINDOW_BARS + 1, t0[k] + 1);
    const timestamp = bars.tsEvent[t0[k]];
    const signal = sides[t0[k]] as Side;
    const { source, metaConfidence } = loop.infer(
      new SignalEvent({ instrumentId: 'SIM', signal, timestamp, bars: window }),
    );
    if (source !== 'model') continue; // such signals say nothing about the model
    outcomes.push(
      maturedOutcome({
        label: label[k] === 1 ? 1 : 0,
        confidence: metaConfidence,
        entryTs: timestamp,
        exitTs: bars.tsEvent[t1[k]],
      }),
    );
    if (t0[k] < changeAt) nEarly++;
  }
  const { baselineAccuracy: accuracy, training: metrics, decision } = model.metadata;
  const baseline = { accuracy: accuracy ?? 0, logLossSkill: metrics.logLossSkill, nSamples: metrics.nSamples };
  const detected = { baseRate: decision?.baseRate ?? Number.NaN, meanOpen: decision?.meanOpen ?? null };
  return { baseline, detected, outcomes, nBefore: nEarly };
}
