import { gainOverCoin } from './planted-rows.ts';
import { type Check, type Probe, SLOPE } from './probe.ts';

/** Gain that a learner must reach on the planted signal, nats. */
const LEAST_GAIN = 0.05;
/** Standard errors by which a learner must not beat the coin on noise. */
const LUCK = 4;

/** Promises of what is learned. The coin shows 1 as often as the labels of the fit. */
export const SKILL_CHECKS: Readonly<Record<string, Check>> = {
  'it learns a planted signal better than the base rate': async (probe) => {
    const { gain } = await gainOn(probe, SLOPE);
    const promised = `a signal worth about 0.2 nats is forecast ${LEAST_GAIN} better than by the base rate`;
    probe.promise(gain >= LEAST_GAIN, promised, `it gained ${gain.toFixed(4)} nats on rows it had not seen`);
  },

  'it is no better than the base rate on noise': async (probe) => {
    const { gain, errors } = await gainOn(probe, 0);
    const promised = `labels that nothing forecasts are not forecast`;
    const happened = `it gained ${gain.toFixed(4)} nats, ${errors.toFixed(1)} standard errors`;
    probe.promise(errors <= LUCK, promised, happened);
  },
};

/** Gain over the coin on rows that were not fitted on. */
async function gainOn(probe: Probe, slope: number): Promise<ReturnType<typeof gainOverCoin>> {
  const rows = probe.rows(slope);
  const unseen = probe.rows(slope, 0, 1);
  const predictor = await probe.fit(rows);
  const ones = rows.y.reduce((sum, label) => sum + label, 0);
  return gainOverCoin(predictor.predictMany(unseen.x, probe.nRows), unseen.y, ones / probe.nRows);
}
