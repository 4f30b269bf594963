import { expect, test } from 'vitest';
import { BarSeries } from '../../domain/index.ts';
import type { BarSource, SourcedBars } from '../../ports/index.ts';
import { simulateMarket } from '../../simulation/index.ts';
import { barSourceContract } from './bar-source-contract.ts';

const { bars } = simulateMarket({ nBars: 30, edge: 0, breakAt: null, seed: 5 });
const batches = [0, 10, 20].map((start) => ({ instrumentId: 'A', bars: bars.slice(start, start + 10) }));

type Columns = Pick<BarSeries, 'tsEvent' | 'high' | 'close'>;

async function* sourceOf(all: readonly SourcedBars[]): BarSource {
  yield* all;
}

const contractOf = (open: () => BarSource) =>
  barSourceContract(async () => ({ instrumentId: 'A', bars, open, dispose: async () => undefined }));

for (const { name, run } of contractOf(() => sourceOf(batches))) test(name, run);
for (const { name, run } of contractOf(() => sourceOf(batches.flatMap((each) => [each, each]))))
  test(`${name}, where bars come twice`, run);

/** Runs every case. @returns the sentences of those that failed. */
async function faultsOf(open: () => BarSource): Promise<string[]> {
  const faults: string[] = [];
  for (const { run } of contractOf(open)) await run().catch(({ message }: Error) => faults.push(message));
  return faults;
}

/** The second batch with something else in it. */
function changed(change: (columns: Columns) => void): SourcedBars {
  const whole = batches[1].bars;
  const columns = { ...whole, tsEvent: whole.tsEvent.slice(), high: whole.high.slice(), close: whole.close.slice() };
  change(columns);
  return { instrumentId: 'A', bars: BarSeries.fromChecked(columns) };
}

const otherClose = changed(({ close, high }) => {
  close[3] = high[3] * 0.9999;
});
const lowHigh = changed(({ high }) => {
  high[3] = 1;
});
const otherTime = changed(({ tsEvent }) => {
  tsEvent[9] += 1n;
});

test.each<[string, readonly SourcedBars[], string]>([
  ['leaves bars out', [batches[0], batches[2]], 'every bar comes: the source ended, and 10 did not come'],
  ['names another instrument', [{ ...batches[0], instrumentId: 'B' }, ...batches], 'the instrument: expected "A"'],
  ['brings nothing', [{ ...batches[0], bars: bars.slice(0, 0) }, ...batches], 'at least one bar comes at a time'],
  ['changes a close', [batches[0], otherClose, batches[2]], `the bar at ${bars.tsEvent[13]}: at [3] expected`],
  ['breaks a rule of bars', [batches[0], lowHigh, ...batches], 'bars keep their rules: MismatchError: bars[3].high'],
  [
    'brings bars that are not there',
    [otherTime, ...batches],
    `the bar at ${bars.tsEvent[19] + 1n}: expected undefined`,
  ],
])('a source that %s is found out', async (_, all, sentence) => {
  expect(await faultsOf(() => sourceOf(all))).toContainEqual(expect.stringContaining(sentence));
});

test('a source that fails, or has no more bars the second time, is found out', async () => {
  const failing = async function* (): BarSource {
    yield batches[0];
    throw new Error('the exchange is away');
  };
  expect(await faultsOf(failing)).toContainEqual(expect.stringContaining('it failed: Error: the exchange is away'));
  let left: readonly SourcedBars[] = batches;
  const once = () => {
    const source = sourceOf(left);
    left = [];
    return source;
  };
  expect(await faultsOf(once)).toContainEqual(expect.stringContaining('30 did not come'));
});
