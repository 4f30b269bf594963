import type { OrchestratorConfig } from '../../config/index.ts';
import type { BarSeries } from '../../domain/index.ts';
import { simulateMarket } from '../../simulation/index.ts';

/** A simulated market of the demo: what is built into it, and what a round trip costs there. */
export interface DemoMarket {
  /** What there is to find, a few words. */
  readonly name: string;
  /** One sentence on what was built in. */
  readonly builtIn: string;
  /** Name of the model's file. */
  readonly modelFile: string;
  /** See `edge` of `simulateMarket`. */
  readonly edge: number;
  /** Cost of a round trip, basis points. */
  readonly costBps: number;
}

const SEED = 42;

/** A fair game, where trading is free. */
export const NOTHING_TO_KNOW: DemoMarket = {
  name: 'nothing to know',
  builtIn:
    'Built in: nothing. The price is a fair game: no side, no moment and no model can earn, though trading is free.',
  modelFile: 'nothing-to-know.onnx',
  edge: 0,
  costBps: 0,
};

/** An edge that is real, and worth less than a round trip. */
export const DOES_NOT_PAY: DemoMarket = {
  name: 'knows, but does not pay',
  builtIn:
    'Built in: a weak edge. Calm bars drift with their trend and turbulent ones against it; but a round trip costs 5 bp.',
  modelFile: 'does-not-pay.onnx',
  edge: 0.1,
  costBps: 5,
};

/** An edge that is worth more than a round trip. */
export const PAYS: DemoMarket = {
  name: 'pays',
  builtIn: 'Built in: the same edge, half as strong again, and a round trip costs 2 bp.',
  modelFile: 'pays.onnx',
  edge: 0.15,
  costBps: 2,
};

/** The markets of the demo, in the order shown. */
export const DEMO_MARKETS: readonly DemoMarket[] = [NOTHING_TO_KNOW, DOES_NOT_PAY, PAYS];

/** The first bars of a simulated market: of more bars, the first are the same. */
export function barsOf({ edge }: DemoMarket, nBars: number): BarSeries {
  return simulateMarket({ nBars, edge, breakAt: null, seed: SEED }).bars;
}

/** The settings with the cost of a market. */
export function settingsOf(base: OrchestratorConfig, { costBps }: DemoMarket): OrchestratorConfig {
  return { ...base, labels: { ...base.labels, costBps } };
}
