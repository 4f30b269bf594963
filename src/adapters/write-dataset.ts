import type { BarSeries } from '../domain/index.ts';
import type { LabelledDataset } from '../training/index.ts';
import { writeFileAtomic } from './files/atomic-write.ts';
import { inPieces } from './write-lines.ts';

/** Writes every labelled event as CSV: times in nanoseconds, numbers with all their digits, empty where there is nothing. */
export async function writeDatasetCsv(path: string, bars: BarSeries, dataset: LabelledDataset): Promise<void> {
  await writeFileAtomic(path, inPieces(rowLines(bars, dataset)));
}

function* rowLines(bars: BarSeries, dataset: LabelledDataset): Generator<string> {
  const head = [
    't0',
    't1',
    'side',
    'label',
    'return',
    'weight',
    ...dataset.featureNames,
    'fold',
    'raw_probability',
    'probability',
  ];
  yield `${head.join(',')}\n`;
  const nFeatures = dataset.featureNames.length;
  for (let k = 0; k < dataset.label.length; k++) {
    const tested = dataset.fold[k] >= 0;
    const cells = [
      bars.tsEvent[dataset.t0[k]],
      bars.tsEvent[dataset.t1[k]],
      dataset.side[k],
      dataset.label[k],
      dataset.ret[k],
      dataset.weight[k],
      ...dataset.x.subarray(k * nFeatures, (k + 1) * nFeatures),
      tested ? dataset.fold[k] : '',
      tested ? dataset.rawProbability[k] : '',
      tested ? dataset.probability[k] : '',
    ];
    yield `${cells.join(',')}\n`;
  }
}
