import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openModels } from '../../src/app/index.ts';
import { writeBarsCsv } from '../../src/bars/index.ts';
import { Rng } from '../../src/core/index.ts';
import type { BarSeries } from '../../src/domain/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { bp } from '../../src/validation/index.ts';
import { runCli } from '../support/run-cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-first-lines-'));
const at = (name: string): string => join(directory, name);
const FAST = ['--set', 'forest.n_estimators=20', '--workers', '2'];
/** Seeds of the markets, which are named in every failure. */
const [PLANTED_SEED, NULL_SEED, COIN_SEED] = [5, 6, 7];
afterAll(() => rmSync(directory, { recursive: true }));

/** Signals at every tenth bar: right about the next twenty bars in `share` of the cases, by what no feature can see. */
function signalsOf(bars: BarSeries, share: number, seed: number): string {
  const rng = new Rng(seed);
  const lines = ['timestamp,signal'];
  for (let bar = 150; bar + 20 < bars.length; bar += 10) {
    const isUp = bars.close[bar + 20] > bars.close[bar];
    const isRight = rng.nextFloat() < share;
    lines.push(`${bars.tsEvent[bar]},${isUp === isRight ? 'BUY' : 'SELL'}`);
  }
  return `${lines.join('\n')}\n`;
}

beforeAll(async () => {
  const planted = simulateMarket({ nBars: 8000, edge: 0.2, breakAt: null, seed: PLANTED_SEED }).bars;
  const nothing = simulateMarket({ nBars: 8000, edge: 0, breakAt: null, seed: NULL_SEED }).bars;
  await writeBarsCsv(at('planted.csv'), planted);
  await writeBarsCsv(at('nothing.csv'), nothing);
  writeFileSync(at('seer.csv'), signalsOf(nothing, 0.7, COIN_SEED));
  writeFileSync(at('coin.csv'), signalsOf(nothing, 0.5, COIN_SEED));
});

async function firstLine(...args: readonly string[]): Promise<string> {
  const run = await runCli(['train', ...args, '--model', at('model.onnx'), ...FAST]);
  expect(run.code, run.stderr).toBe(0);
  return run.stdout.split('\n')[0];
}

describe('the first line of a training', () => {
  test('a planted edge pays up to a cost', async () => {
    expect(await firstLine(at('planted.csv')), `seed ${PLANTED_SEED}`).toMatch(
      /^EDGE: pays up to \d+\.\d bp a round trip$/,
    );
  });

  test('the same market, where a round trip costs more: it knows, and does not pay', async () => {
    expect(await firstLine(at('planted.csv'), '--cost-bps', '8'), `seed ${PLANTED_SEED}`).toBe(
      'KNOWS, BUT DOES NOT PAY',
    );
  });

  test('a primary that sees what no feature sees', async () => {
    const line = await firstLine(at('nothing.csv'), '--signals', at('seer.csv'));
    expect(line, `seeds ${NULL_SEED}, ${COIN_SEED}`).toMatch(
      /^THE PRIMARY PAYS \(up to \d+\.\d+ bp\); THE MODEL ADDS NOTHING PROVEN$/,
    );
  });

  test.each(['0', '1', '5'])('a coin, at a cost of %s bp', async (cost) => {
    const line = await firstLine(at('nothing.csv'), '--signals', at('coin.csv'), '--cost-bps', cost);
    expect(line, `seeds ${NULL_SEED}, ${COIN_SEED}`).toBe('NO EDGE');
  });
});

describe('one model, one word and one number', () => {
  test.each([
    ['an edge', [], /^EDGE: pays up to /],
    ['what does not pay', ['--cost-bps', '8'], /^KNOWS, BUT DOES NOT PAY$/],
  ])('%s: text, JSON, file, manifest, list, show, inspect and report', async (name, options, said) => {
    const model = at(`${name}.onnx`);
    const args = ['train', at('planted.csv'), '--model', model, ...options, ...FAST];
    const [text, json] = [await runCli(args), await runCli([...args, '--json', '--report', at('page.html')])];
    expect(json.code, json.stderr).toBe(0);
    const { verdict, pays_up_to_bps: paysUpTo, model_version: version } = JSON.parse(json.stdout);
    const [word] = text.stdout.split('\n');
    expect(word).toMatch(said);
    if (verdict === 'edge') expect(word, 'the number of the line').toContain(`up to ${bp(paysUpTo)} a round trip`);

    const inspected = await runCli(['inspect', model, '--json']);
    expect(JSON.parse(inspected.stdout).training).toMatchObject({ verdict, pays_up_to_bps: paysUpTo });
    expect((await runCli(['inspect', model])).stdout).toContain(`${verdict}: ${word}`);

    const data = at(`kept-${verdict}`);
    await openModels(data).add(version, readFileSync(model));
    expect(await openModels(data).manifest(version)).toMatchObject({ verdict, paysUpToBps: paysUpTo });
    const listed = await runCli(['models', 'list', '--data-dir', data, '--json']);
    expect(JSON.parse(listed.stdout).models).toMatchObject([{ verdict, pays_up_to_bps: paysUpTo }]);
    const number = verdict === 'edge' ? bp(paysUpTo).replace('.', '\\.') : '–';
    expect((await runCli(['models', 'list', '--data-dir', data])).stdout).toMatch(
      new RegExp(`^${version} +${verdict} +${number} `, 'm'),
    );
    expect((await runCli(['models', 'show', version, '--data-dir', data])).stdout).toContain(`${verdict}: ${word}`);

    const page = readFileSync(at('page.html'), 'utf8');
    expect(page).toContain(`<h2 class="word" id="verdict">${word}</h2>`);
    expect(page).toContain(`<title>${word}: planted.csv</title>`);
  });
});
