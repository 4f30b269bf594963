import type { TrainingResult } from '../../training/index.ts';

/** Events that a training left out, a sentence each. */
export function leftOutLines({ nUnresolved, nWithoutRange }: TrainingResult): string[] {
  return [
    ...(nUnresolved > 0 ? [`${nUnresolved} events at the end have no outcome yet and were left out`] : []),
    ...(nWithoutRange > 0
      ? [`${nWithoutRange} events at bars without any range have no unit of risk and were left out`]
      : []),
  ];
}
