import { percent } from '../../src/core/index.ts';
import {
  chanceByCosines,
  compareModels,
  judgeChallenger,
  judgeRollback,
  looksEvery,
  type RollbackPolicy,
  rollbackPolicy,
} from '../../src/monitoring/index.ts';
import { type ModelNoise, type TwoModels, twoModels } from '../../test/support/two-models.ts';

const N_JUDGED = 2000;
/** Other seeds than those on which the tests were chosen, which lie below. */
const FIRST_SEED = 5_000_000;

interface Judged {
  readonly name: string;
  readonly nEvents: number;
  readonly noise: ModelNoise;
}

const BETTER = { shared: 0.5, champion: 0.42, challenger: 0 };
const EQUAL: ModelNoise = { shared: 0.5, champion: 0.3, challenger: 0.3, persistence: 0.9 };

/**
 * Error rates and power of promotions and rollbacks, on two calibrated models whose labels overlap.
 *
 * @param alpha - `retrain.promotion_alpha`. @param window - `retrain.rollback_window`.
 */
export function* judgementLines({ alpha, window }: { alpha: number; window: number }): Generator<string> {
  for (const nEvents of [500, 2000]) yield promotions({ name: 'an equal challenger', nEvents, noise: EQUAL }, alpha);
  for (const nEvents of [500, 2000]) {
    const [atRandom, forLong] = [0, 0.9].map((persistence) => ({ ...BETTER, persistence }));
    yield promotions({ name: 'a better one, disagreeing at random', nEvents, noise: atRandom }, alpha);
    yield promotions({ name: 'a better one, disagreeing for long', nEvents, noise: forLong }, alpha);
  }
  yield rollbacks({ name: 'an equal champion', nEvents: window, noise: EQUAL }, alpha / 2);
  yield rollbacks({ name: 'a worse champion', nEvents: window, noise: { ...EQUAL, challenger: 3 } }, alpha / 2);
}

/** Share of challengers that are promoted at their first attempt, which may use half of `alpha`. */
function promotions({ name, nEvents, noise }: Judged, alpha: number): string {
  const policy = { alpha, attempt: 1, knownRate: 0.5 }; // the base rate of these markets
  let [n, gain] = [0, 0];
  for (let k = 0; k < N_JUDGED; k++) {
    const found = compareModels(twoModels(nEvents, FIRST_SEED + k, noise));
    n += Number(judgeChallenger(found, policy).verdict === 'promote');
    gain += (found.championLogLoss - found.challengerLogLoss) / N_JUDGED;
  }
  const setting = `log loss lower by ${gain.toFixed(4)} on ${nEvents} events`;
  return `${name}, ${setting}, ${N_JUDGED} seeds with overlapping labels: promoted in ${percent(n / N_JUDGED)} (allowed by chance ${percent(alpha / 2)})`;
}

/** Share of new champions that are rolled back within their trial. */
function rollbacks({ name, nEvents, noise }: Judged, alpha: number): string {
  const policy = rollbackPolicy(nEvents, alpha);
  let [n, loss] = [0, 0];
  for (let k = 0; k < N_JUDGED; k++) {
    const models = twoModels(nEvents, FIRST_SEED + k, noise);
    const { championLogLoss, challengerLogLoss } = compareModels(models);
    loss += (challengerLogLoss - championLogLoss) / N_JUDGED;
    n += Number(isTakenBack(models, policy));
  }
  const setting = `log loss higher by ${loss.toFixed(4)} in a trial of ${nEvents} outcomes`;
  return `${name}, ${setting}, ${N_JUDGED} seeds: taken back in ${percent(n / N_JUDGED)} (allowed by chance ${percent(alpha)})`;
}

function isTakenBack(models: TwoModels, policy: RollbackPolicy): boolean {
  const { window } = policy;
  for (let n = looksEvery(window); ; n += looksEvery(window)) {
    const found = compareModels(firstOf(models, Math.min(n, window)), chanceByCosines);
    const { verdict } = judgeRollback(found, policy);
    if (verdict !== 'wait') return verdict === 'roll_back';
  }
}

function firstOf({ label, champion, challenger, t0, t1 }: TwoModels, n: number): TwoModels {
  const columns = { champion: champion.subarray(0, n), challenger: challenger.subarray(0, n) };
  return { ...columns, label: label.subarray(0, n), t0: t0.subarray(0, n), t1: t1.subarray(0, n) };
}
