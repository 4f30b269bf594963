import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { readBars, writeBarsCsv } from '../../src/bars/index.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { BarSeries, findBarFault } from '../../src/domain/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { packRequest, unpackRequest } from '../../src/trainer/bullmq/pieces.ts';
import { workerTrainer } from '../../src/trainer/index.ts';
import { TrainingLoop } from '../../src/training/index.ts';
import { alone, modelOf, steppingClock, trainHere } from '../support/trained.ts';

vi.mock('../../src/domain/bar-series.ts', async (original) => {
  const real = await original<typeof import('../../src/domain/bar-series.ts')>();
  return { ...real, findBarFault: vi.fn(real.findBarFault) };
});
const fromColumns = vi.spyOn(BarSeries, 'fromColumns');
const nChecks = (): number => vi.mocked(findBarFault).mock.calls.length + fromColumns.mock.calls.length;

const directory = mkdtempSync(join(tmpdir(), 'one-check-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
afterEach(() => vi.clearAllMocks());

const { bars } = simulateMarket({ nBars: 1500, edge: 0.2, breakAt: null, seed: 1 });
const INPUT = { forest: { nEstimators: 5 }, featureNames: ['volatility', 'regime', 'vpin'] as const };
/** Bars that every check refuses: one of them is higher than its high. No kernel minds. */
const faulty = BarSeries.fromChecked({ ...bars, high: bars.high.with(700, bars.close[700] * 0.999) });

test('bars are checked once on their way from the file to the model', async () => {
  const path = join(directory, 'bars.csv');
  await writeBarsCsv(path, bars);
  vi.clearAllMocks();
  const file = await readBars([path]);
  expect(nChecks(), 'at the door').toBe(1);
  await trainHere(file.bars, INPUT);
  expect(nChecks(), 'and not after it').toBe(1);
});

test('every file of several is checked once', async () => {
  const paths = [bars.slice(0, 700), bars.slice(700, 1500)].map((part, k) => ({
    part,
    path: join(directory, `${k}.csv`),
  }));
  for (const { part, path } of paths) await writeBarsCsv(path, part);
  vi.clearAllMocks();
  const { report } = await readBars(paths.map(({ path }) => path));
  expect([report.nRows, nChecks()]).toEqual([1500, 2]);
});

test('a file is the door', async () => {
  const path = join(directory, 'faulty.csv');
  await writeBarsCsv(path, faulty);
  await expect(readBars([path])).rejects.toThrow('line 702: high must be >= max(open, close)');
  expect(() => BarSeries.fromColumns({ ...faulty })).toThrow('bars[700].high');
});

test.each([1, 2])('no thread of a training checks again what was checked, with %i workers', async (workers) => {
  const trainer = workerTrainer({ workers });
  const loop = new TrainingLoop(OrchestratorConfig(INPUT), {
    trainer,
    modelStore: { read: vi.fn(), write: vi.fn(), checkWritable: vi.fn() },
    decodeModel: async (modelBytes) => modelOf({ modelBytes }),
    clock: steppingClock(),
  });
  const { result } = await loop.fit(faulty);
  await loop.close();
  expect(result.nBars).toBe(1500);
  expect(nChecks()).toBe(0);
});

test('bars that another machine sent are checked where they arrive', async () => {
  const config = OrchestratorConfig(INPUT);
  const [fine, wrong] = await Promise.all(
    [bars, faulty].map((each) => packRequest({ instruments: alone(each), config })),
  );
  vi.clearAllMocks();
  await expect(unpackRequest(wrong, 1 << 20)).rejects.toThrow('bars[700].high');
  await unpackRequest(fine, 1 << 20);
  expect(nChecks(), 'once each').toBe(2);
});
