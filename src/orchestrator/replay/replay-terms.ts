import type { OrchestratorConfig } from '../../config/index.ts';
import { FILL_RULES, type FillRule, type TradeTerms, tradeTerms } from '../../labeling/index.ts';
import type { ModelMetadata } from '../../model/index.ts';

/**
 * Tick and cost of a replayed instrument: what is set counts first, then what the model file records of the training, then what
 * the replayed closes say.
 *
 * @param metadata - of the model that judges; null without one.
 * @param instrumentId - name of the instrument in a pooled training; any other is taken for the only instrument of the file.
 * @param close - (nBars,) prices, > 0; nBars >= 1.
 */
export function replayTerms(
  { labels }: Pick<OrchestratorConfig, 'labels'>,
  metadata: Pick<ModelMetadata, 'terms'> | null,
  instrumentId: string,
  close: Float64Array,
): TradeTerms {
  const known = metadata?.terms ?? {};
  const learned = Object.hasOwn(known, instrumentId) ? known[instrumentId] : known[''];
  if (learned === undefined) return tradeTerms(close, labels);
  const { tickSize, costBps } = labels;
  if (tickSize === null) return costBps === null ? learned : { ...learned, costBps, costSource: 'set' };
  const learnedCost = learned.costSource === 'set' ? learned.costBps : null;
  return tradeTerms(close, { tickSize, costBps: costBps ?? learnedCost });
}

/** Fill rule of a replay: that of the model's training, by which its probabilities and statistics were made; else the setting. */
export function replayFill(
  { labels }: Pick<OrchestratorConfig, 'labels'>,
  metadata: Pick<ModelMetadata, 'config'> | null,
): FillRule {
  const learned = metadata?.config.labels;
  const fill = typeof learned === 'object' && learned !== null && 'fill' in learned ? learned.fill : undefined;
  return FILL_RULES.find((rule) => rule === fill) ?? labels.fill;
}
