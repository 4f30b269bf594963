import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { LabelledDataset } from '../../training/index.ts';
import { writeDatasetCsv } from './write-dataset.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-dump-'));
afterAll(() => rmSync(directory, { recursive: true }));

const DATASET: LabelledDataset = {
  featureNames: ['volatility'],
  instrument: Int32Array.of(0, 1, 0),
  t0: Int32Array.of(0, 1, 2),
  t1: Int32Array.of(2, 3, 3),
  kind: Uint8Array.of(1, 2, 3),
  side: Int8Array.of(1, -1, 1),
  label: Uint8Array.of(1, 0, 1),
  ret: Float64Array.of(0.02, -0.01, 0.005),
  risk: Float64Array.of(0.01, 0.02, 0),
  coin: Float64Array.of(0.001, Number.NaN, 0.0025),
  excess: Float64Array.of(0.019, Number.NaN, 0.0025),
  otherLabel: Uint8Array.of(0, 0, 1),
  otherT1: Int32Array.of(3, -1, 3),
  weight: Float64Array.of(1, 0.5, 0.25),
  x: Float32Array.of(0.5, 0.25, 0.125),
  fold: Int16Array.of(-1, 0, 1),
  rawProbability: Float64Array.of(Number.NaN, 0.6, 0.7),
  probability: Float64Array.of(Number.NaN, 0.6, 0.65),
  baseRate: Float64Array.of(0.5, 0.4, 0.375),
  costBps: Float64Array.of(1, 2.5, 1),
  expectedR: Float64Array.of(Number.NaN, Number.NaN, 0.0625),
  take: Uint8Array.of(0, 0, 1),
};

test('a dump has both sides and the decision of every event, and nothing where nothing is known', async () => {
  const path = join(directory, 'dump.csv');
  const tsEvent = BigInt64Array.of(10n, 20n, 30n, 40n);
  await writeDatasetCsv(path, tsEvent, DATASET, ['A', 'B,C']);
  expect(readFileSync(path, 'utf8').split('\n')).toEqual([
    'instrument,t0,t1,side,label,return,stop_distance,coin,other_label,other_t1,weight,volatility,fold,raw_probability,probability,base_rate,cost_bps,expected_r,take',
    'A,10,30,1,1,0.02,0.01,0.001,0,40,1,0.5,,,,0.5,1,,',
    '"B,C",20,40,-1,0,-0.01,0.02,,,,0.5,0.25,0,0.6,0.6,0.4,2.5,,',
    'A,30,40,1,1,0.005,,0.0025,1,40,0.25,0.125,1,0.7,0.65,0.375,1,0.0625,1',
    '',
  ]);
});
