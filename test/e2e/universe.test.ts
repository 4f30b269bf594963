import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeBarsCsv } from '../../src/bars/index.ts';
import { BarSeries } from '../../src/domain/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { runCli } from '../support/run-cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-universe-'));
const universe = join(directory, 'bars');
afterAll(() => rmSync(directory, { recursive: true }));

beforeAll(async () => {
  mkdirSync(universe);
  const save = (name: string, seed: number, edge: number, nBars = 6000): Promise<void> =>
    writeBarsCsv(join(universe, name), simulateMarket({ nBars, edge, breakAt: null, seed }).bars);
  await save('EDGE.csv', 9, 0.3);
  await save('NOISE.csv', 2, 0);
  await save('SHORT.csv', 3, 0, 300);
  writeFileSync(join(universe, 'BROKEN.csv'), 'a,b\n1,2\n');
  writeFileSync(join(universe, 'notes.txt'), 'none of the universe');
});

interface Told {
  readonly n_trained: number;
  readonly n_failed: number;
  readonly n_edge_adjusted: number;
  readonly n_edge_by_chance: number;
  readonly instruments: readonly {
    readonly instrument: string;
    readonly verdict?: string;
    readonly pays_up_to_bps?: number;
    readonly tests?: Readonly<Record<string, { readonly p_value: number }>>;
    readonly information_spread?: { readonly p_value: number };
    readonly edge_p_value?: number;
    readonly adjusted_p_value?: number;
    readonly code?: string;
  }[];
}

/** Money of one instrument of a pool. */
interface Described {
  readonly money: {
    readonly n_taken: number;
    readonly booked_bps: number;
    readonly coin_bps: number;
    readonly excess_bps: number;
  } | null;
}

test('one model an instrument, what fails fails alone, and looking often is allowed for', async () => {
  const out = join(directory, 'models');
  const { code, stdout } = await runCli(['train', '--universe', universe, '--model', out, '--json']);
  expect(code).toBe(0);
  const told = JSON.parse(stdout) as Told;
  expect(told).toMatchObject({ n_trained: 2, n_failed: 2, n_edge_adjusted: 1, n_edge_by_chance: 0.1 });
  expect(told.instruments.map(({ instrument, verdict, code: why }) => [instrument, verdict ?? why])).toEqual([
    ['BROKEN', 'UNKNOWN_FORMAT'],
    ['EDGE', 'edge'],
    ['NOISE', 'none'],
    ['SHORT', 'NOT_ENOUGH_BARS'],
  ]);
  for (const each of told.instruments) {
    const { tests, information_spread: spread, edge_p_value: p = Number.NaN, adjusted_p_value: adjusted } = each;
    if (tests === undefined || spread === undefined) continue;
    const all = [spread, ...Object.values(tests)].map(({ p_value }) => p_value);
    expect(p, 'all three tests and the spread of the first have to pass').toBe(Math.max(...all));
    expect(adjusted).toBeGreaterThanOrEqual(p);
  }
  expect(readdirSync(out).sort()).toEqual(['EDGE.onnx', 'NOISE.onnx']);

  const people = (await runCli(['train', '--universe', universe, '--model', out])).stdout;
  expect(people).toContain('1 of 2 instruments have an edge that having looked 2 times does not explain (Holm, 5 %');
  expect(people).toContain('By themselves 1 say edge; without any edge up to 0.1 would, by chance.');
  expect(people).toMatch(/^EDGE +edge +\d+\.\d bp +\S+ → \S+ /m);
  expect(people, 'no number where nothing is proven').toMatch(/^NOISE +none +– +\S+ → \S+ /m);

  const alone = join(directory, 'alone.onnx');
  await runCli(['train', join(universe, 'EDGE.csv'), '--model', alone, '--json']);
  expect(readFileSync(join(out, 'EDGE.onnx')).equals(readFileSync(alone)), 'the model of a training alone').toBe(true);
});

test('each series is replayed by its own model, as by itself, and looking often is allowed for', async () => {
  const later = join(directory, 'later');
  mkdirSync(later);
  const save = (name: string, seed: number, edge: number, nBars: number): Promise<void> =>
    writeBarsCsv(join(later, name), simulateMarket({ nBars, edge, breakAt: null, seed }).bars);
  await save('EDGE.csv', 9, 0.3, 9000);
  await save('NOISE.csv', 2, 0, 9000);
  await save('SHORT.csv', 3, 0, 300);
  const models = join(directory, 'models');
  const told = JSON.parse((await runCli(['replay', '--universe', later, '--model', models, '--json'])).stdout);
  expect(told).toMatchObject({ n_replayed: 2, n_failed: 1, n_judged: 2, n_edge_adjusted: 1 });
  const [edge, noise, short] = told.instruments;
  expect([edge.instrument, noise.instrument, short.instrument]).toEqual(['EDGE', 'NOISE', 'SHORT']);
  expect(short.code).toBe('MODEL_NOT_FOUND');

  const alone = await runCli(['replay', join(later, 'EDGE.csv'), '--model', join(models, 'EDGE.onnx'), '--json']);
  const { instrument, path, model, adjusted_p_value: adjusted, latency_ns: _, ...record } = edge;
  const { latency_ns: __, ...expected } = JSON.parse(alone.stdout);
  expect(record).toEqual(expected);
  const { tests, information_spread: spread } = record as Told['instruments'][number];
  const p = Math.max(...[spread, ...Object.values(tests ?? {})].map((found) => found?.p_value ?? Number.NaN));
  expect(adjusted, 'Holm: the least of two counts twice').toBe(2 * p);
});

test('one pooled model of all of them, with what it is worth for each; of a part of them none', async () => {
  const pool = join(directory, 'pool');
  mkdirSync(pool);
  for (const [name, seed] of [
    ['B, "two".csv', 9],
    ['A.csv', 4],
  ] as const) {
    await writeBarsCsv(join(pool, name), simulateMarket({ nBars: 3000, edge: 0.3, breakAt: null, seed }).bars);
  }
  const [model, dump] = [join(directory, 'pooled.onnx'), join(directory, 'pooled.csv')];
  const args = ['train', '--universe', pool, '--pooled', '--model', model];
  const { code, stdout } = await runCli([...args, '--dump-dataset', dump, '--json']);
  expect(code).toBe(0);
  const told = JSON.parse(stdout);
  expect(told).toMatchObject({ verdict: 'edge', n_bars: 6000, model_path: model });
  expect(told.instruments).toMatchObject([
    { instrument: 'A', n_bars: 3000 },
    { instrument: 'B, "two"', n_bars: 3000 },
  ]);
  const sum = (key: string): number =>
    told.instruments.reduce((total: number, one: Record<string, number>) => total + one[key], 0);
  expect([sum('n_samples'), sum('n_tested')]).toEqual([told.n_samples, told.n_tested]);
  const lines = readFileSync(dump, 'utf8').trimEnd().split('\n');
  expect(lines.length).toBe(told.n_samples + 1);
  expect(lines[0]).toMatch(/^instrument,t0,t1,side,label,return,stop_distance,coin,other_label,other_t1,weight,/);
  expect(lines.filter((line) => line.startsWith('"B, ""two""",')).length).toBe(told.instruments[1].n_samples);
  const people = (await runCli(args)).stdout;
  expect(people, 'for people').toMatch(
    /instrument +bars +events +judged.* taken +booked bp +coin bp +excess bp\nA +3,000 /,
  );
  expect(people).toContain('By instrument nothing is tested');
  const taken = told.instruments.reduce((total: number, { money }: Described) => total + (money?.n_taken ?? 0), 0);
  expect(taken, 'what is taken is that of the pool').toBe(told.n_taken);
  const mean = (name: 'booked' | 'coin' | 'excess'): number =>
    told.instruments.reduce(
      (total: number, { money }: Described) => total + ((money?.n_taken ?? 0) * (money?.[`${name}_bps`] ?? 0)) / taken,
      0,
    );
  for (const name of ['booked', 'coin', 'excess'] as const) {
    expect(mean(name), name).toBeCloseTo(told.money.taken[name].mean_bps, 9);
  }

  const inspected = JSON.parse((await runCli(['inspect', model, '--json'])).stdout);
  const names = ['A', 'B, "two"'];
  expect(Object.keys(inspected.terms), 'names of instruments as they are').toEqual(names);
  expect(Object.keys(inspected.cadences)).toEqual(names);
  expect(Object.keys(inspected.decision.payoffs.by_instrument)).toEqual(names);

  const before = readFileSync(model);
  writeFileSync(join(pool, 'C.csv'), 'a,b\n1,2\n');
  const broken = await runCli(args);
  expect([broken.code, broken.stderr]).toEqual([1, expect.stringContaining('C.csv is not a file of bars')]);
  expect(readFileSync(model).equals(before), 'the model that was there is untouched').toBe(true);
  await writeBarsCsv(join(pool, 'C.csv'), simulateMarket({ nBars: 50, edge: 0, breakAt: null, seed: 1 }).bars);
  expect((await runCli(args)).stderr).toContain('C has 50 bars');
  await writeBarsCsv(join(pool, 'C.csv'), hourly(simulateMarket({ nBars: 500, edge: 0, breakAt: null, seed: 1 }).bars));
  expect((await runCli(args)).stderr).toMatch(/warning: bars of different lengths .* A 60 s, B, "two" 60 s, C 3600 s/);
});

function hourly(bars: BarSeries): BarSeries {
  const { tsEvent, open, high, low, close, volume, takerBuyVolume } = bars;
  const later = tsEvent.map((ts) => tsEvent[0] + 60n * (ts - tsEvent[0]));
  return BarSeries.fromColumns({ tsEvent: later, open, high, low, close, volume, takerBuyVolume });
}

test('what is asked for wrongly is said in a sentence', async () => {
  const empty = join(directory, 'empty');
  mkdirSync(empty);
  const told = async (...args: string[]): Promise<string> => {
    const { code, stderr } = await runCli(['train', ...args]);
    return `${code} ${stderr}`;
  };
  expect(await told('--universe', empty)).toMatch(/^1 .*holds no file of bars/s);
  expect(await told('--universe', join(directory, 'none'))).toMatch(/^1 .*cannot look into/s);
  expect(await told('bars.csv', '--universe', universe)).toMatch(/^2 .*used without files of bars/s);
  expect(await told('--universe', universe, '--signals', 'x.csv')).toMatch(
    /^2 .*a NautilusTrader catalog, a directory, with --universe/s,
  );
  expect(await told('bars.csv', '--pooled')).toMatch(/^2 .*used with --universe/s);
  expect(await told()).toMatch(/^2 .*a file, or --universe a directory/s);
  writeFileSync(join(empty, 'A.csv'), '');
  expect(await told('--universe', empty, '--model', join(directory, 'x'))).toMatch(/^1 .*none of the 1 instruments/s);
  writeFileSync(join(empty, 'A.csv.gz'), '');
  expect(await told('--universe', empty)).toMatch(/^2 .*two of A/s);
});
