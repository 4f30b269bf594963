import { fixed } from '../../core/index.ts';
import type { MetaModel } from '../../model/index.ts';

/** What a model file says of a predictor that was made elsewhere, a line each: what is foreign, and until when it learned. */
export function pastRows(model: MetaModel): [string, string][] {
  if (model.isUncalibrated) return [['made elsewhere', 'not calibrated, so nothing is taken by it']];
  const { trained_until: until, too_good_auc: auc } = model.metadata.config;
  if (until === undefined) return [];
  const what = model.isOfProbability
    ? 'the probability comes with each signal'
    : 'the graph that predicts is of another program; calibrator, bounds and verdict are ours';
  const claim =
    until === 'unseen'
      ? 'unseen, as its user says: it learned from none of the bars that it is judged on'
      : `${until}, as its user says: only later events are judged`;
  const doubt =
    typeof auc === 'number' ? `AUC ${fixed(auc, 3)} on events said to be unseen: nothing is taken as proven` : null;
  return [
    ['made elsewhere', what],
    ['learned until', claim],
    ...(doubt === null ? [] : [['too good', doubt] satisfies [string, string]]),
  ];
}

/** The same for `--json`; of nothing where the predictor was fitted here. `config.trained_until` says until when it learned. */
export function pastRecord(model: MetaModel): Record<string, unknown> {
  const isElsewhere = model.isUncalibrated || model.metadata.config.trained_until !== undefined;
  return isElsewhere ? { made_elsewhere: true, calibrated: !model.isUncalibrated } : {};
}
