import type { Judgement, Sizer, Sizing } from 'ml4t-orchestrator';

/** Share of capital that is lost at a stop. */
const RISKED = 0.001;
/** Largest share of capital in one trade. */
const LARGEST = 0.5;

/** Risks the same share of capital at every stop, and nothing on what is not taken: the size is a share of capital. */
export const fixedRiskSizer: Sizer = {
  size({ signal, strength, decision, bars }: Judgement): Sizing {
    const { take, riskDistance } = decision;
    // `take` is null without a model: nobody decided, so nothing is bet.
    if (take !== true || riskDistance === null) return { size: 0, factors: { share: 0 } };
    const stop = riskDistance / bars.close[bars.length - 1];
    const share = Math.min(LARGEST, RISKED / stop);
    return { size: signal * strength * share, factors: { share, stop } };
  },
};
