import { inPieces, writeFileAtomic } from '../../runtime/index.ts';
import type { LabelledDataset } from '../../training/index.ts';

/**
 * Writes every labelled event as CSV: times in nanoseconds, numbers with all their digits, empty cells where there is no value.
 * `return` and `coin` are gross; `stop_distance` is R as a return; `expected_r` is in R, after the cost.
 *
 * @param tsEvent - of the bars, or of the common time of several instruments. @param instruments - their names, for a column; null without one.
 */
export async function writeDatasetCsv(
  path: string,
  tsEvent: BigInt64Array,
  dataset: LabelledDataset,
  instruments: readonly string[] | null = null,
): Promise<void> {
  await writeFileAtomic(path, inPieces(rowLines(tsEvent, dataset, instruments)));
}

function* rowLines(
  tsEvent: BigInt64Array,
  dataset: LabelledDataset,
  instruments: readonly string[] | null,
): Generator<string> {
  const head = [
    ...(instruments === null ? [] : ['instrument']),
    't0',
    't1',
    'side',
    'label',
    'return',
    'stop_distance',
    'coin',
    'other_label',
    'other_t1',
    'weight',
    ...dataset.featureNames,
    'fold',
    'raw_probability',
    'probability',
    'base_rate',
    'cost_bps',
    'expected_r',
    'take',
  ];
  yield `${head.join(',')}\n`;
  const nFeatures = dataset.featureNames.length;
  for (let k = 0; k < dataset.label.length; k++) {
    const tested = dataset.fold[k] >= 0;
    const hasOther = dataset.otherT1[k] >= 0;
    const isDecided = !Number.isNaN(dataset.expectedR[k]);
    const cells = [
      ...(instruments === null ? [] : [quoted(instruments[dataset.instrument[k]])]),
      tsEvent[dataset.t0[k]],
      tsEvent[dataset.t1[k]],
      dataset.side[k],
      dataset.label[k],
      dataset.ret[k],
      dataset.risk[k] > 0 ? dataset.risk[k] : '',
      hasOther ? dataset.coin[k] : '',
      hasOther ? dataset.otherLabel[k] : '',
      hasOther ? tsEvent[dataset.otherT1[k]] : '',
      dataset.weight[k],
      ...dataset.x.subarray(k * nFeatures, (k + 1) * nFeatures),
      tested ? dataset.fold[k] : '',
      tested ? dataset.rawProbability[k] : '',
      tested ? dataset.probability[k] : '',
      dataset.baseRate[k],
      dataset.costBps[k],
      isDecided ? dataset.expectedR[k] : '',
      isDecided ? dataset.take[k] : '',
    ];
    yield `${cells.join(',')}\n`;
  }
}

/** A cell as RFC 4180 has it: a file may be called anything. */
function quoted(name: string): string {
  return /[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
