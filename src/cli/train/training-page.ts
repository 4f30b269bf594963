import type { OrchestratorConfig } from '../../config/index.ts';
import type { BarSeries } from '../../domain/index.ts';
import type { Labeler } from '../../labeling/index.ts';
import { fixedWarnings } from '../calibrate/fixed-lines.ts';
import { originOf, writeReport } from '../report/write-report.ts';
import { barSentences } from '../show/bar-lines.ts';
import { seenBars, type TrainingRun, trainingRecord } from '../show/training-report.ts';

/** What a training was run on. */
export interface TrainingData {
  readonly bars: BarSeries;
  readonly config: OrchestratorConfig;
  readonly labeler: Labeler;
}

/** Writes the result of a training as one HTML file: the figures of `--json` as charts. @throws {DataError} FILE_UNWRITABLE. */
export async function writeTrainingReport(
  path: string,
  run: TrainingRun,
  { bars, config, labeler }: TrainingData,
): Promise<void> {
  const { importance, report, result } = run;
  if (importance === undefined) return;
  const parts = {
    record: trainingRecord(run),
    result,
    accounts: result.accounts,
    bars,
    config,
    labeler,
    importance,
    warnings: [...fixedWarnings(result.fixed).map(({ message }) => message), ...barSentences(seenBars(run))],
    origin: originOf(report.files),
  };
  await writeReport(path, ({ trainingReportPage }) => trainingReportPage(parts));
}
