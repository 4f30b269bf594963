// @module-tag browser
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseLossless } from '../../src/core/index.ts';
import { headline } from '../../src/validation/index.ts';
import { openBrowser } from '../dashboard/serving.ts';
import { runCli } from '../support/run-cli.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const SCREENSHOTS = join(tmpdir(), 'ml4t-report-screenshots');
const HOSTILE = `<img src=x onerror="document.title='broken'">'\u202eLIVE`;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
const directory = mkdtempSync(join(tmpdir(), 'ml4t-report-'));
const at = (name: string): string => join(directory, name);
const FAST = ['--set', 'forest.n_estimators=20', '--workers', '2'];

// What runs in the browser is text here: the tests are typed without a DOM.
const FIGURES = `[...document.querySelectorAll('[data-figure]')].map((one) => ({
  path: one.dataset.figure, value: one.value, shown: one.textContent }))`;
const TOO_WIDE = `[...document.querySelectorAll('body *')].filter((one) => !one.closest('.scroll') && !one.closest('svg')
  && one.getBoundingClientRect().right > innerWidth + 0.5).map((one) => one.outerHTML.slice(0, 120))`;
const SERIOUS_FAULTS = `axe.run().then(({ violations }) => violations
  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
  .map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200)))`;
const SHAPES = `[...document.querySelectorAll('.chart')].map((one) => [one.getAttribute('aria-label'),
  one.querySelectorAll('svg path, svg circle').length])`;
const TEXT_OUTSIDE = `[...document.querySelectorAll('.chart svg')].filter((svg) => svg.getClientRects().length > 0).flatMap((svg) => {
  const box = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter((text) => { const { left, right, top, bottom } = text.getBoundingClientRect();
    return left < box.left - 1 || right > box.right + 1 || top < box.top - 1 || bottom > box.bottom + 1; })
    .map((text) => svg.parentElement.getAttribute('aria-label') + ': ' + text.textContent); })`;

interface Made {
  readonly name: string;
  readonly path: string;
  readonly json: Readonly<Record<string, unknown>>;
}

let browser: Browser;
let early: Made['json'] = {};
const made: Made[] = [];

async function make(name: string, args: readonly string[]): Promise<void> {
  const path = at(`${name}.html`);
  const run = await runCli([...args, '--json', '--report', path], { cwd: directory, env: { FORCE_COLOR: '1' } });
  expect(run.code, run.stderr).toBe(0);
  expect(run.stderr).toContain(`report: ${path}`);
  made.push({ name, path, json: parseLossless(run.stdout) as Made['json'] });
}

beforeAll(async () => {
  for (const [out, edge, seed] of [
    [HOSTILE, '0.2', '5'],
    ['flat.csv', '0', '6'],
  ] as const) {
    const path = at(out === HOSTILE ? `${HOSTILE}.csv` : out);
    const run = await runCli(['simulate', path, '--bars', '6000', '--edge', edge, '--seed', seed]);
    expect(run.code, run.stderr).toBe(0);
  }
  const lines = readFileSync(at(`${HOSTILE}.csv`), 'utf8')
    .trimEnd()
    .split('\n');
  writeFileSync(at('early.csv'), lines.slice(0, 4001).join('\n'));
  writeFileSync(at('late.csv'), [lines[0], ...lines.slice(4001)].join('\n'));
  writeFileSync(at('mine.yaml'), 'labels:\n  max_holding_bars: 8\n');
  await make('train', ['train', `${HOSTILE}.csv`, '--model', at(`${HOSTILE}.onnx`), '--config', 'mine.yaml', ...FAST]);
  await make('no-edge', ['train', 'flat.csv', '--cost-bps', '5', '--model', 'flat.onnx', ...FAST]);
  const run = await runCli(['train', 'early.csv', '--model', 'early.onnx', '--json', ...FAST], { cwd: directory });
  expect(run.code, run.stderr).toBe(0);
  early = JSON.parse(run.stdout);
  await make('replay', ['replay', 'late.csv', '--model', 'early.onnx']);
  await make('in-sample', ['replay', 'early.csv', '--model', 'early.onnx', '--cost-bps', '1']);
  await make('no-model', ['replay', 'late.csv']);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
});

/** Opens a file with no network at all. @returns what it asked for besides itself, and every complaint. */
async function open(
  path: string,
  { dark = false, phone = false }: { readonly dark?: boolean; readonly phone?: boolean } = {},
): Promise<{ readonly page: Page; readonly asked: string[]; readonly complaints: string[] }> {
  const context = await browser.newContext({
    offline: true,
    colorScheme: dark ? 'dark' : 'light',
    viewport: phone ? { width: 390, height: 844 } : { width: 1280, height: 900 },
  });
  const page = await context.newPage();
  const [asked, complaints]: [string[], string[]] = [[], []];
  const own = pathToFileURL(path).href;
  page.on('request', (request) => {
    if (request.url() !== own) asked.push(request.url());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => complaints.push(message.text()));
  await page.goto(own);
  return { page, asked, complaints };
}

/** First words of the verdict of `--json`. */
function wordOf(json: Made['json']): string {
  return headline({
    verdict: String(json.verdict),
    paysUpToBps: json.pays_up_to_bps as number | null,
    primaryPays: json.primary_pays as boolean | null,
    primaryPaysUpToBps: json.primary_pays_up_to_bps as number | null,
    timingPValue: (json.timing as { p_value: number } | undefined)?.p_value ?? null,
  }).word;
}

function valueAt(json: unknown, path: string): unknown {
  return path.split('.').reduce((value, key) => (value as Record<string, unknown>)[key], json);
}

/** The number a reader sees, in the unit of the record, and half of its last digit. */
function read(shown: string): { readonly value: number; readonly within: number } {
  const unit = shown.endsWith('%') ? 0.01 : shown.endsWith('µs') ? 1e3 : shown.endsWith('ms') ? 1e6 : 1;
  const digits = shown.replace(/[,+%µms\s]/g, '').replace('−', '-');
  const [mantissa, exponent = '0'] = digits.split('e');
  const decimals = (mantissa.split('.')[1] ?? '').length;
  return { value: Number(digits) * unit, within: 0.5000001 * unit * 10 ** (Number(exponent) - decimals) };
}

describe('a report', () => {
  test('shows the figures of --json: every one of them is where it says, and is rounded, not changed', async () => {
    for (const { name, path, json } of made) {
      const { page } = await open(path);
      expect(parseLossless((await page.locator('#record').textContent()) ?? ''), name).toEqual(json);
      const figures = (await page.evaluate(FIGURES)) as { path: string; value: string; shown: string }[];
      expect(figures.length, name).toBeGreaterThan(25);
      for (const { path: where, value, shown } of figures) {
        const told = valueAt(json, where);
        expect(JSON.parse(value), `${name}: ${where}`).toEqual(told);
        if (typeof told !== 'number') expect(shown, `${name}: ${where}`).toBe('–');
        else
          expect(Math.abs(read(shown).value - told), `${name}: ${where} as ${shown}`).toBeLessThanOrEqual(
            read(shown).within,
          );
      }
      const shown = new Set(figures.map((each) => each.path));
      const scores = 'scores' in json ? 'scores.' : '';
      for (const score of ['accuracy', 'log_loss', 'brier', 'ece', 'majority_accuracy', 'base_rate']) {
        expect(shown, name).toContain(scores + score);
      }
      for (const score of ['auc', 'log_loss_skill']) {
        const at = `intervals.${score}`;
        expect(shown, name).toContain(`${at}.value`);
        for (const end of ['low', 'high'])
          expect(shown.has(`${at}.${end}`), `${name}: ${end} end`).toBe(valueAt(json, `${at}.${end}`) !== null);
      }
      const isJudged = json.verdict !== null;
      for (const claim of ['tests.money.n', 'primary_pays_up_to_bps', 'timing.timing_bps', 'n_effective']) {
        expect(shown.has(claim), `${name}: ${claim}`).toBe(isJudged);
      }
      const test = isJudged ? (valueAt(json, 'tests.money') as { statistic: number; p_value: number }) : null;
      expect(shown.has('tests.money.p_value'), `${name}: the p-value of a test that had something to go by`).toBe(
        test !== null && (test.statistic !== 0 || test.p_value < 1),
      );
      expect(shown.has('pays_up_to_bps'), `${name}: a number where it stands for something`).toBe(
        json.verdict === 'edge',
      );
      for (const column of ['booked', 'coin', 'excess']) {
        expect(shown.has(`money.${column}.mean_bps`), `${name}: ${column}`).toBe(json.money !== null);
      }
      await page.context().close();
    }
  });

  test('says the verdict first, and no edge loudly', async () => {
    for (const { name, path, json } of made) {
      const { page } = await open(path);
      const word = await page.locator('main h2').first().textContent();
      const unjudged: Record<string, string> = { 'in-sample': 'IN SAMPLE', 'no-model': 'NO MODEL' };
      expect(word, name).toBe(unjudged[name] ?? wordOf(json));
      expect(json.verdict === null, name).toBe(name in unjudged);
      if (name === 'replay') expect(await page.locator('main section').first().textContent()).toContain(wordOf(early));
      await page.context().close();
    }
    expect(made.map(({ json }) => json.verdict).slice(0, 2)).toEqual(['edge', 'none']);
  });

  test('says nothing of money where a coin does not stand beside it', async () => {
    for (const { name, path } of made) {
      const { page } = await open(path);
      for (const head of await page.locator('table', { hasText: /sharpe|drawdown|net return/i }).allInnerTexts())
        expect(head, name).toMatch(/every event.*200 coins there/s);
      for (const head of await page.locator('thead', { hasText: 'booked' }).allInnerTexts())
        expect(head, name).toMatch(/booked.*a coin there.*excess/s);
      await page.context().close();
    }
  });

  test('asks for nothing, runs nothing, breaks no policy, and is small', async () => {
    for (const { name, path } of made) {
      const { page, asked, complaints } = await open(path);
      expect(asked, name).toEqual([]);
      expect(complaints, name).toEqual([]);
      expect(await page.evaluate(`[...document.scripts].map((one) => one.type)`)).toEqual(['application/json']);
      const text = readFileSync(path, 'utf8');
      const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
      expect(policy).toMatch(/^default-src 'none'; style-src 'unsafe-inline';/);
      expect(policy).not.toContain('script-src');
      const addresses = text
        .replaceAll('http://www.w3.org/2000/svg', '')
        .match(/\b(?:https?:|url\((?!#)|src=|href=|@import)/g);
      expect(addresses?.filter((each) => each !== 'src=') ?? [], name).toEqual([]);
      expect(statSync(path).size, name).toBeLessThan(1_000_000);
      await page.context().close();
    }
  });

  test('leaves text of others text', async () => {
    const { page } = await open(made[0].path);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).toContain(HOSTILE.slice(0, 20));
    expect(await page.locator('h1 bdi').textContent()).toBe(`${HOSTILE}.csv`);
    await page.context().close();
  });

  test('draws every chart, with words for those who do not see it', async () => {
    for (const { name, path } of made) {
      const { page } = await open(path);
      const charts = (await page.evaluate(SHAPES)) as [string | null, number][];
      expect(charts.length, name).toBeGreaterThan(10);
      for (const [label, nShapes] of charts) {
        expect(label, name).toMatch(/\w{4}/);
        expect(nShapes, `${name}: ${label}`).toBeGreaterThan(5);
      }
      await page.context().close();
    }
  });

  test('is free of serious accessibility faults and fits the screen, dark and light, desktop and phone', async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    for (const { name, path } of made) {
      const isLead = name === 'train' || name === 'replay';
      for (const dark of isLead ? [false, true] : [false]) {
        for (const phone of isLead ? [false, true] : [true]) {
          const { page, complaints } = await open(path, { dark, phone });
          const kind = `${name}-${dark ? 'dark' : 'light'}-${phone ? 'phone' : 'desktop'}`;
          await page.locator('details summary').click();
          writeFileSync(join(SCREENSHOTS, `${kind}.png`), await page.screenshot({ fullPage: true }));
          expect(await page.evaluate(TOO_WIDE), `${kind} is wider than the screen`).toEqual([]);
          expect(await page.evaluate(TEXT_OUTSIDE), `${kind} cuts off text of a chart`).toEqual([]);
          await page.evaluate(axe);
          expect(await page.evaluate(SERIOUS_FAULTS), kind).toEqual([]);
          expect(complaints, kind).toEqual([]);
          await page.context().close();
        }
      }
    }
  });

  test('can be made again: the command it names gives the same model, without the settings file', async () => {
    const { page } = await open(made[0].path);
    const command = (await page.locator('#again').textContent()) ?? '';
    await page.context().close();
    expect(command).toContain('labels.max_holding_bars=8');
    const elsewhere = mkdtempSync(join(tmpdir(), 'ml4t-again-'));
    writeFileSync(join(elsewhere, `${HOSTILE}.csv`), readFileSync(at(`${HOSTILE}.csv`)));
    const shell = `ml4t() { "${process.execPath}" "${MAIN}" "$@"; }\n${command}`;
    const { INIT_CWD: _, ...env } = process.env;
    const run = spawnSync('sh', ['-c', shell], { cwd: elsewhere, env, encoding: 'utf8' });
    expect(run.status, run.stderr).toBe(0);
    expect((parseLossless(run.stdout) as Made['json']).model_version).toBe(made[0].json.model_version);
  });
});

describe('--report', () => {
  const cases: [string, number, string[]][] = [
    ['cannot be written', 1, ['train', 'flat.csv', '--model', 'x.onnx', '--report', 'flat.csv/under.html']],
    ['cannot be written: it is a directory', 1, ['replay', 'late.csv', '--model', 'early.onnx', '--report', '.']],
    ['--report must be a file of its own', 2, ['train', 'flat.csv', '--model', 'x.onnx', '--report', './flat.csv']],
    ['--report must be a file of its own', 2, ['train', 'flat.csv', '--model', 'x.onnx', '--report', 'x.onnx']],
    ['--report must be a file of its own', 2, ['replay', 'late.csv', '--model', 'early.onnx', '--report', 'late.csv']],
    ['--report must be left out with --universe', 2, ['train', '--universe', '.', '--report', 'x.html']],
    ['--report must be left out with --journal', 2, ['replay', '--journal', 'id', '--report', 'x.html']],
  ];
  test.each(cases)('%s: told before any work', async (sentence, code, args) => {
    const before = readFileSync(at('flat.csv'), 'utf8');
    const run = await runCli(args, { cwd: directory });
    expect(run.stderr).toContain(sentence);
    expect(run.stderr, 'nothing was read or trained').not.toMatch(/reading|walk-forward|replay:/);
    expect(run.code).toBe(code);
    expect(run.stdout).toBe('');
    expect(readFileSync(at('flat.csv'), 'utf8')).toBe(before);
  });

  test('is what works out permutation importance; without it nothing is', async () => {
    const run = await runCli(['train', 'flat.csv', '--model', 'flat.onnx', '--json', ...FAST], { cwd: directory });
    expect(JSON.parse(run.stdout)).not.toHaveProperty('permutation_importance');
    expect(made[0].json).toHaveProperty('permutation_importance');
    expect(valueAt(made[0].json, 'permutation_importance.log_loss')).toBe(made[0].json.log_loss);
  });
});
