import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sampleClaims } from '../../../test/support/sample-claims.ts';
import { OrchestratorConfig } from '../../config/index.ts';
import { headlineOfClaims } from '../../validation/index.ts';
import type { Progress } from '../show/progress.ts';
import { chapterLines, lessonOf, titleOf, togetherLines } from './demo-lines.ts';
import { type JudgedChapter, judgeMarket } from './judge-market.ts';
import { barsOf, DEMO_MARKETS, type DemoMarket, DOES_NOT_PAY, NOTHING_TO_KNOW, PAYS, settingsOf } from './markets.ts';
import { sp500File } from './real-bars.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-demo-'));
afterAll(() => rmSync(directory, { recursive: true }));
const N_BARS = 20_000;
const progress: Progress = { update: () => undefined, stop: () => undefined };

async function judged(market: DemoMarket): Promise<JudgedChapter> {
  const config = settingsOf(OrchestratorConfig({ modelPath: join(directory, market.modelFile) }), market);
  const chapter = { ...market, bars: barsOf(market, N_BARS), side: null, config };
  return judgeMarket(chapter, { workers: 1, progress });
}

async function firstLine(market: DemoMarket): Promise<string> {
  return headlineOfClaims((await judged(market)).result.metrics).word;
}

describe('the three simulated markets, all of the seed of the demo', () => {
  test('nothing to know: no edge, though trading is free', async () => {
    expect(NOTHING_TO_KNOW).toMatchObject({ edge: 0, costBps: 0 });
    expect(await firstLine(NOTHING_TO_KNOW)).toBe('NO EDGE');
  });

  test('knows, but does not pay: what it knows is beyond doubt, and what it takes loses to the cost', async () => {
    const { result } = await judged(DOES_NOT_PAY);
    const { tests, money } = result.metrics;
    expect(headlineOfClaims(result.metrics).word).toBe('KNOWS, BUT DOES NOT PAY');
    expect(tests.information.pValue).toBeLessThan(1e-3);
    expect(money.taken?.excess.meanBps).toBeLessThan(DOES_NOT_PAY.costBps);
  });

  test('pays more than it costs; without its edge, or at the cost of the second, it does not', async () => {
    expect(await firstLine(PAYS)).toMatch(/^EDGE: pays up to \d\.\d bp a round trip$/);
    expect(await firstLine({ ...PAYS, edge: 0 }), 'edge removed').toBe('NO EDGE');
    expect(await firstLine({ ...PAYS, costBps: DOES_NOT_PAY.costBps }), 'dear').toBe('KNOWS, BUT DOES NOT PAY');
  });
});

test('a page says what is simulated, its cost, and what a coin gets at the same events', async () => {
  const chapter = await judgeMarket(
    {
      ...PAYS,
      bars: barsOf(PAYS, 5000),
      side: null,
      config: settingsOf(OrchestratorConfig({ modelPath: join(directory, 'page.onnx') }), PAYS),
    },
    { workers: 1, progress },
  );
  const title = titleOf(chapter, 3, DEMO_MARKETS.length);
  const text = chapterLines(title, chapter).join('\n');
  expect(text).toContain('SIMULATED MARKET 3 of 3: pays');
  expect(text).toContain('Built in: ');
  expect(text).toContain('cost counted: 2.0 bp a round trip');
  expect(text).toMatch(/booked [+-][\d.]+ \[.*\]; a coin at the same events [+-][\d.]+ \[.*\]; over the coin/);
  const real = { ...chapter, name: 'bars.csv', builtIn: null };
  expect(titleOf(real, 0, 3)).toBe('REAL BARS: bars.csv');
  const table = togetherLines([real, chapter]);
  expect(table.filter((line) => line.startsWith('simulated: pays ')).length).toBe(1);
  expect(table.filter((line) => line.startsWith('real: bars.csv ')).length).toBe(1);
});

test('each verdict has a lesson of its own, and only an edge beats a coin', () => {
  const none = { verdict: 'none', primaryPays: false } as const;
  const verdicts = ['none', 'information', 'selection', 'edge'] as const;
  const lessons = verdicts.map((verdict) => lessonOf(sampleClaims({ ...none, verdict })));
  expect(lessons.map((lesson) => lesson.includes('beat a coin'))).toEqual([false, false, false, true]);
  const timed = { ...sampleClaims().timing, timingBps: 1, pValue: 0.01 };
  const pays = (timing: typeof timed): string => lessonOf(sampleClaims({ ...none, primaryPays: true, timing }));
  expect(pays(timed)).toContain('the signals paid');
  expect(pays({ ...timed, pValue: 0.2 })).toContain('the market moved');
});

test('the real bars are found in a clone, and their absence is no fault', () => {
  expect(sp500File(import.meta.url)).toMatch(/sp500-2000\.csv$/);
  expect(sp500File(join(directory, 'main.js'))).toBeNull();
});
