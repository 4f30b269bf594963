import type { DecisionStatistics } from '../../decision/index.ts';
import { regimeWeight, UNKNOWN_REGIME_WEIGHT, UNKNOWN_TOXICITY } from '../../features/index.ts';
import { finiteValues, medianOf, pick, sharedFloats } from '../../math/index.ts';
import { costInR, type FactorColumns, factorClaims, meanOpenTrades } from '../../validation/index.ts';
import { riskRange } from '../dataset/feature-bounds.ts';
import type { FitContext } from '../fit-rows.ts';
import { type CountedTrades, countedTrades, type Forecasts } from './judge-training.ts';
import type { TestedEvents } from './tested-events.ts';

/**
 * What sizes depend on beside the bet: base rate, the mean number of open trades, the normal range of R, and which factors earned their place. A factor is
 * tested by what was measured: without a regime model, or without volume, there is nothing to test.
 *
 * @param turbulence - (nEvents,) probability of the turbulent regime by the fold's model; NaN where there is none.
 */
export function sizingStatistics(
  { events, vpin, config }: Pick<FitContext, 'events' | 'vpin' | 'config'>,
  forecasts: Pick<Forecasts, 'fold' | 'probability' | 'isAnswered' | 'baseRate' | 'decisions'>,
  turbulence: Float64Array,
  { rows, trades }: CountedTrades = countedTrades(events, forecasts),
): Pick<DecisionStatistics, 'baseRate' | 'meanOpen' | 'risk' | 'factors'> {
  const cost = costInR(
    trades,
    events.terms.map(({ costBps }) => costBps),
  );
  // Calm in place of the weight 1 - turbulence * (1 - floor): the floor is a setting of serving, and the test is the same.
  const factors: FactorColumns = { regime: complementAt(turbulence, rows), toxicity: complementAt(vpin, rows) };
  let nWon = 0;
  for (let k = 0; k < events.label.length; k++) nWon += events.label[k];
  return {
    baseRate: nWon / events.label.length,
    meanOpen: meanOpenTrades(events),
    risk: riskRange(events.risk.slice(), config.featureNames.length),
    factors: factorClaims(trades, cost, factors),
  };
}

/** (rows.length,) 1 less each value of some rows. */
function complementAt(column: Float64Array, rows: Int32Array): Float64Array {
  const out = new Float64Array(rows.length);
  for (let k = 0; k < rows.length; k++) out[k] = 1 - column[rows[k]];
  return out;
}

/**
 * The factors of every tested event as they would have been served: by the fold's regime model, and without volume by the median of
 * the windows that the fold learned from.
 *
 * @param turbulence - as for {@link sizingStatistics}.
 */
export function servedFactors(
  { folds, config, vpin }: Pick<FitContext, 'folds' | 'config' | 'vpin'>,
  turbulence: Float64Array,
): Pick<TestedEvents, 'regimeWeight' | 'toxicity'> {
  const served = {
    regimeWeight: sharedFloats(vpin.length).fill(Number.NaN),
    toxicity: sharedFloats(vpin.length).fill(Number.NaN),
  };
  for (const { train, test } of folds) {
    const known = finiteValues(pick(vpin, train));
    const usual = known.length === 0 ? UNKNOWN_TOXICITY : medianOf(known);
    for (let k = 0; k < test.length; k++) {
      const row = test[k];
      const probability = turbulence[row];
      const isKnown = Number.isFinite(probability);
      served.regimeWeight[row] = isKnown ? regimeWeight(probability, config.regime.floor) : UNKNOWN_REGIME_WEIGHT;
      served.toxicity[row] = Number.isFinite(vpin[row]) ? vpin[row] : usual;
    }
  }
  return served;
}
