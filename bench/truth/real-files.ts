import { readdirSync } from 'node:fs';
import { readBars } from '../../src/bars/index.ts';
import type { BarSeries } from '../../src/domain/index.ts';
import { hasSharedData, sharedData } from '../../test/support/shared-data.ts';

const ENDING = '.csv.gz';
const isBarFile = (name: string): boolean => name.endsWith(ENDING) && !name.startsWith('trades_');

/** Names of the files of real bars beside this checkout, without their ending; empty where there are none. */
export function realFiles(): string[] {
  if (!hasSharedData) return [];
  return readdirSync(sharedData(''))
    .filter(isBarFile)
    .map((name) => name.slice(0, -ENDING.length))
    .sort();
}

let latest: { readonly name: string; readonly bars: Promise<BarSeries> } | null = null;

/** The bars of a real file; those of the latest one are kept, because trainings come file by file. */
export function readRealFile(name: string): Promise<BarSeries> {
  if (latest?.name !== name) latest = { name, bars: read(name) };
  return latest.bars;
}

async function read(name: string): Promise<BarSeries> {
  const { bars } = await readBars([sharedData(name + ENDING)], { stamp: 'open', allowOhlcRepair: true });
  return bars;
}
