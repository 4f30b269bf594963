import type { AlignedLabels } from '../../../bars/index.ts';
import { counted } from '../../../core/index.ts';

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

/** The same as a JSON-ready record; null without given labels. */
export function labelRecord(given: AlignedLabels | null): Record<string, unknown> | null {
  if (given === null) return null;
  const { trades, nBeforeWindow, nDuplicates, warnings } = given;
  return {
    kind: 'given',
    n_events: trades.index.length,
    n_before_window: nBeforeWindow,
    n_duplicates: nDuplicates,
    warnings,
  };
}
