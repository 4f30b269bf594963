import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../../src/config/index.ts';
import { parseLossless, stringifyLossless } from '../../src/core/index.ts';
import type { EnrichedSignalEvent, Trust } from '../../src/domain/index.ts';
import { SignalJudge } from '../../src/inference/index.ts';
import type { MetaModel } from '../../src/model/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { headline } from '../../src/validation/index.ts';
import { signalEventFromWire } from '../../src/wire/index.ts';
import { modelOf, steppingClock, trainHere } from '../support/trained.ts';

const fileOf = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const EXAMPLE = fileOf('examples/signal.json');
const README = fileOf('README.md');

/** What `ml4t simulate market.csv --edge 0.15` writes, and the market without an edge whose model the README chose. */
const EDGE_MARKET = { nBars: 20_000, edge: 0.15, breakAt: null, seed: 42 };
const NO_EDGE_MARKET = { nBars: 20_000, edge: 0, breakAt: null, seed: 140 };
const EXPIRED = { model: { expirationHours: 24 } };

type Columns = Record<string, unknown[]>;

/** The example with its bars changed. */
function exampleWith(change: (bars: Columns) => Columns): string {
  const message = parseLossless(EXAMPLE) as { readonly bars: Columns };
  return stringifyLossless({ ...message, bars: change(message.bars) });
}

const constant = (column: readonly unknown[], value: number): number[] => column.map(() => value);
const WITHOUT_VOLUME = exampleWith((bars) => ({ ...bars, volume: constant(bars.volume, 0) }));
const FLAT_PRICES = exampleWith((bars) => {
  const flat = constant(bars.close, 100);
  return { ...bars, open: flat, high: flat, low: flat, close: flat };
});

const MINUTES = 60_000_000_000n;
/** The signal an hour after its last bar. */
const SILENT_FEED = ((): string => {
  const message = parseLossless(EXAMPLE) as { readonly timestamp: bigint };
  return stringifyLossless({ ...message, timestamp: BigInt(message.timestamp) + 60n * MINUTES });
})();
/** The times of the bars, moved by a number of nanoseconds that depends on how many bars come after. */
const withTimes = (move: (nAfter: bigint) => bigint): string =>
  exampleWith((bars) => {
    const last = BigInt(bars.ts_event.length - 1);
    return { ...bars, ts_event: bars.ts_event.map((ts, i) => BigInt(ts as bigint) - move(last - BigInt(i))) };
  });
const WITH_A_HOLE = withTimes((nAfter) => (nAfter < 20n ? 0n : 30n * MINUTES));

let edge: MetaModel;
let noEdge: MetaModel;
beforeAll(async () => {
  edge = modelOf(await trainHere(simulateMarket(EDGE_MARKET).bars));
  noEdge = modelOf(await trainHere(simulateMarket(NO_EDGE_MARKET).bars));
});

type RowSettings = OrchestratorConfigInput & { readonly isHalted?: boolean };

function answerTo(
  message: string,
  model: MetaModel | null,
  trust: Trust,
  { isHalted = false, ...settings }: RowSettings = {},
): EnrichedSignalEvent {
  const config = OrchestratorConfig({ ...settings, sizing: { trust } });
  const judge = new SignalJudge({ config, clock: steppingClock(), logger: SILENT });
  if (model !== null) judge.inferenceLoop.swapModel(model);
  if (isHalted) judge.inferenceLoop.halt();
  return judge.judge(signalEventFromWire(parseLossless(message))).enriched;
}

const number = (value: number | null): string => (value === null ? '–' : value.toFixed(3));
const signed = (value: number): string => (value === 0 ? '0' : `${value > 0 ? '+' : ''}${value.toFixed(4)}`);
const takeOf = ({ take }: EnrichedSignalEvent): string => (take === null ? 'null' : String(take));

/** One row of the table in the README. */
function rowOf(name: string, message: string, model: MetaModel | null, settings: RowSettings = {}): string {
  const proven = answerTo(message, model, 'proven', settings);
  const expected = answerTo(message, model, 'expected', settings);
  const cells = [
    name,
    `${number(proven.metaConfidence)} (${proven.source})`,
    number(proven.breakEven),
    `${takeOf(proven)}: \`${proven.takeReason}\``,
    signed(proven.size),
    `${takeOf(expected)}: \`${expected.takeReason}\`, ${signed(expected.size)}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

test('the table of sizes in the README is what the program says', () => {
  const rows = [
    rowOf(`a model with \`${headline(edge.metadata.training).word}\``, EXAMPLE, edge),
    rowOf(`a model with \`${headline(noEdge.metadata.training).word}\``, EXAMPLE, noEdge),
    rowOf('no model', EXAMPLE, null),
    rowOf('the first model, expired', EXAMPLE, edge, EXPIRED),
    rowOf('the first model, last bar an hour old', SILENT_FEED, edge),
    rowOf('the first model, 30 bars missing', WITH_A_HOLE, edge),
    rowOf(
      'the first model, bars of 5 minutes',
      withTimes((nAfter) => 4n * nAfter * MINUTES),
      edge,
    ),
    rowOf('the first model, bars without volume', WITHOUT_VOLUME, edge),
    rowOf('the first model, flat prices', FLAT_PRICES, edge),
    rowOf('the first model, halted', EXAMPLE, edge, { isHalted: true }),
  ];
  const [, table] = README.split('| `examples/signal.json` through |');
  expect(table.split('\n\n')[0].split('\n').slice(2)).toEqual(rows);
});

test('every size that is not 0 has a reason to take, or no model to ask', () => {
  for (const trust of ['proven', 'expected'] as const) {
    for (const model of [edge, noEdge, null]) {
      for (const message of [EXAMPLE, WITHOUT_VOLUME, FLAT_PRICES]) {
        const { size, take, takeReason, breakEven, metaConfidence } = answerTo(message, model, trust);
        if (size === 0) continue;
        if (model === null) expect({ take, takeReason }).toEqual({ take: null, takeReason: 'no_model' });
        else expect(take && breakEven !== null && metaConfidence > breakEven, takeReason).toBe(true);
      }
    }
  }
});

test('the size of the first row is the product that the README prints', () => {
  const { size, sizeFactors } = answerTo(EXAMPLE, edge, 'proven');
  const { direction, magnitude, bet, regimeWeight, nonToxicity, fractionalKelly } = sizeFactors;
  expect({ direction, magnitude, regimeWeight, nonToxicity }, 'neither factor was earned').toEqual({
    direction: 1,
    magnitude: 1,
    regimeWeight: 1,
    nonToxicity: 1,
  });
  const product = `1 · 1 · ${bet.toFixed(4)} · 1 · 1 · ${fractionalKelly} = ${size.toFixed(4)}`;
  expect(README.match(/1 · 1 · .* = [\d.]+\d/)?.[0]).toBe(product);
});

test('without a model nothing is bet where the default confidence is 0', () => {
  expect(answerTo(EXAMPLE, null, 'proven').size).toBeGreaterThan(0);
  expect(answerTo(EXAMPLE, null, 'proven', { defaultConfidence: 0 }).size).toBe(0);
});
