import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { stringifyLossless } from '../../src/core/index.ts';
import type { BarSeries } from '../../src/domain/index.ts';
import { barsToWire } from '../../src/wire/index.ts';
import { smallModelBytes } from '../support/live-service.ts';
import { chromiumPath } from '../support/machine.ts';

/** Limit of a wait for a page, milliseconds: far more than a busy machine needs. */
const PAGE_LIMIT_MS = 180_000;
const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** A real `ml4t serve` with a data directory of its own, which can be ended and started again at the same address. */
export class Serving {
  readonly directory: string;
  url = '';
  #child: ChildProcess | null = null;

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async create(): Promise<Serving> {
    return new Serving(await mkdtemp(join(tmpdir(), 'ml4t-dashboard-')));
  }

  /** @param seed - of the model that serves. */
  async start(seed: number, more: readonly string[] = []): Promise<void> {
    const model = join(this.directory, `model-${seed}.onnx`);
    await writeFile(model, smallModelBytes(seed));
    const port = this.url === '' ? '0' : new URL(this.url).port;
    const own = ['--data-dir', join(this.directory, 'data'), '--model', model, '--port', port];
    const child = spawn(process.execPath, [MAIN, 'serve', '--json', '--no-redis', ...own, ...more], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const complaints = text(child.stderr);
    const ended = once(child, 'close').then(async () => {
      throw new Error(`the service ended before it listened: ${await complaints}`);
    });
    const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended])) as [string];
    ended.catch(() => undefined);
    this.url = (JSON.parse(line) as { readonly listening: string }).listening;
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    await closed;
    this.#child = null;
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true });
  }

  async post(path: string, body: unknown): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(this.url + path, { method: 'POST', headers, body: stringifyLossless(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }

  async get<T>(path: string): Promise<T> {
    return (await (await fetch(this.url + path)).json()) as T;
  }

  /** Bars `from` to `to` of a market, one after the other, and a signal at every `every`th. */
  async feed(id: string, bars: BarSeries, from: number, to: number, every = 3): Promise<void> {
    for (let i = from; i < to; i++) {
      await this.post(`/v1/bars/${encodeURIComponent(id)}`, barsToWire(bars.slice(i === from ? 0 : i, i + 1)));
      const signal = { instrument_id: id, signal: i % 2 === 0 ? 1 : -1, timestamp: bars.tsEvent[i] };
      if (i % every === 0) await this.post('/v1/signals', signal);
    }
  }
}

/** A real Chromium; see scripts/system-parts.mjs for where it comes from. */
export function openBrowser(): Promise<Browser> {
  if (chromiumPath === null) {
    throw new Error('Chromium is missing; node scripts/system-parts.mjs installs it, or CHROMIUM_PATH names it');
  }
  return chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
}

/** A page that writes down every complaint of the browser. */
export async function openPage(
  browser: Browser,
  url: string,
  options: { readonly dark?: boolean; readonly phone?: boolean } = {},
): Promise<{ readonly page: Page; readonly complaints: string[] }> {
  const { dark = false, phone = false } = options;
  const context = await browser.newContext({
    colorScheme: dark ? 'dark' : 'light',
    viewport: phone ? { width: 390, height: 844 } : { width: 1280, height: 900 },
  });
  context.setDefaultTimeout(PAGE_LIMIT_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`);
  });
  await page.goto(url);
  return { page, complaints };
}
