import type { AlignedLabels } from '../../../bars/index.ts';
import { counted } from '../../../core/index.ts';
import { recordedRiskText } from '../../../labeling/index.ts';

/** What was read of a file of labels, and what was left out. */
export function labelLines({ trades, nBeforeWindow, nDuplicates, warnings }: AlignedLabels): string[] {
  return [
    `${counted(trades.index.length, 'event')} with labels of your own; what the other side would have earned is unknown (coin: unknown)`,
    ...(nBeforeWindow === 0
      ? []
      : [`${counted(nBeforeWindow, 'event')} before the first full window of 100 bars left out`]),
    ...(nDuplicates === 0 ? [] : [`${counted(nDuplicates, 'identical label')} left out`]),
    ...warnings.map((line) => `warning: ${line}`),
  ];
}

/**
 * By which rule a model learned, where it is not the triple barrier, and what R is then.
 *
 * @param rule - of the labeler. @param recorded - settings `labels` of the model file.
 */
export function labelRuleLines(rule: string, recorded: unknown): string[] {
  const record = labelerIn(recorded);
  if (record === null) return [];
  return [`labels: ${rule}`, recordedRiskText(record)];
}

/** The labeler that a model file names; null for the triple barrier. */
function labelerIn(recorded: unknown): Record<string, unknown> | null {
  const isNamed = typeof recorded === 'object' && recorded !== null && 'labeler' in recorded;
  return isNamed ? { ...recorded } : null;
}

/** The labels of a model as a JSON-ready record; null for those of the triple barrier. @param recorded - settings `labels` of its file. */
export function labelRecord(given: AlignedLabels | null, recorded: unknown = null): Record<string, unknown> | null {
  if (given === null) return labelerIn(recorded);
  const { trades, nBeforeWindow, nDuplicates, warnings } = given;
  return {
    kind: 'given',
    n_events: trades.index.length,
    n_before_window: nBeforeWindow,
    n_duplicates: nDuplicates,
    warnings,
  };
}
