import type { OrchestratorConfig } from '../../config/index.ts';
import { eventCostBps, FILL_RULES, type FillRule, type TradeTerms, termsOf, tradeTerms } from '../../labeling/index.ts';
import type { ModelMetadata } from '../../model/index.ts';

/**
 * Tick and cost of a replayed instrument: what is set counts first, then what the model file records of the training, then what
 * the replayed closes say. Where the file records any costs, the cost is that of its answers.
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
  const terms = metadata?.terms ?? null;
  const learned = termsOf(terms, instrumentId);
  if (terms === null) return tradeTerms(close, labels);
  const isLearned = learned !== null && labels.tickSize === null;
  const { tickSize, tickBps } = isLearned ? learned : tradeTerms(close, labels);
  const costSource = labels.costBps === null ? (learned?.costSource ?? 'assumed') : 'set';
  return { tickSize, tickBps, costBps: eventCostBps(labels, terms, instrumentId), costSource };
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
