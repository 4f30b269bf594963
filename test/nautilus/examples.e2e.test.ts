// @module-tag nautilus
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { BarSeries } from '../../src/domain/index.ts';
import { Child } from '../faults/harness/child.ts';
import { Service } from '../faults/harness/service.ts';
import { BesideNode } from './harness/beside.ts';
import { NODE_MARKET } from './harness/market.ts';
import { isWholeRun, NAUTILUS_VERSIONS, type NautilusVersion, nautilusPython, versionsToRun } from './versions.ts';

// The files of docs/nautilus.md are run as they stand: a live node, and a backtest of the same bars, take the same decisions.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const N_BARS = isWholeRun() ? 600 : 300;
/** So that something is taken: the model of the tests has no proof. */
const TRUST = ['sizing.trust=expected'];
const PYTHONPATH = ['src', 'tests', 'tests/nautilus'].map((path) => join(ROOT, 'python', path)).join(':');

function begin(version: string, args: readonly string[], env: Readonly<Record<string, string>>): Child {
  return new Child(nautilusPython(version) ?? 'python3', ['-u', '-W', 'ignore', ...args], {
    PYTHONPATH,
    PYTHONDONTWRITEBYTECODE: '1',
    ...env,
  });
}

/** Runs a program to its end. @param meanwhile - is called once it has begun. @returns its output. */
async function python(
  version: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  meanwhile: (child: Child) => Promise<void> = async () => undefined,
): Promise<string> {
  const child = begin(version, args, env);
  await meanwhile(child);
  const { code } = await child.ended;
  expect(code, child.stderr.slice(-3000) + child.stdout.slice(-1000)).toBe(0);
  return child.stdout;
}

function csvOf(bars: BarSeries): string {
  const names = ['open', 'high', 'low', 'close', 'volume'] as const;
  const lines = Array.from({ length: N_BARS }, (_, i) =>
    [bars.tsEvent[i], ...names.map((name) => bars[name][i])].join(','),
  );
  return `${['ts_event', ...names].join(',')}\n${lines.join('\n')}\n`;
}

/** What was decided of each signal, by its time and side; the road apart, and without those that a busy machine let wait. */
function decisions(stdout: string): Map<string, string> {
  const lines = [...stdout.matchAll(/^(\d{19} (?:buy|sell)) +(take=.*) (bus|http|last_resort)$/gm)];
  return new Map(lines.filter(([, , , via]) => via !== 'last_resort').map(([, signal, decided]) => [signal, decided]));
}

/** What a backtest decides, by the version of 1.x that is installed. */
async function backtest(beside: BesideNode, bars: string): Promise<Map<string, string>> {
  const service = new Service({
    main: join(ROOT, 'dist', 'cli', 'main.js'),
    dataDir: join(beside.root, 'backtest'),
    redisUrl: null,
    model: beside.model,
    set: TRUST,
  });
  await service.start();
  try {
    const first = NAUTILUS_VERSIONS.findLast(
      ({ version, generation }) => generation === 1 && nautilusPython(version) !== null,
    );
    const file = join(ROOT, 'examples', 'nautilus', 'backtest.py');
    return decisions(await python(first?.version ?? '', [file, bars], { SERVICE_URL: service.url ?? '' }));
  } finally {
    await service.stop();
  }
}

/** Runs the live example of a generation beside Redis and a service, and a backtest of the same bars. */
async function liveAndTested(
  { version, generation }: NautilusVersion,
  meanwhile?: (beside: BesideNode, child: Child) => Promise<void>,
  change: (example: string) => string = (example) => example,
): Promise<{ stdout: string; live: Map<string, string>; tested: Map<string, string> }> {
  const encoding = generation === 1 ? 'json' : 'msgpack';
  const beside = await BesideNode.start({ version, generation }, { encoding, set: TRUST });
  try {
    const bars = join(beside.root, 'played.csv');
    writeFileSync(bars, csvOf(NODE_MARKET));
    const env = { SERVICE_URL: beside.service.url ?? '', REDIS_PORT: String(beside.redis.port) };
    const file = join(beside.root, 'live.py');
    writeFileSync(file, change(readFileSync(join(ROOT, 'examples', 'nautilus', `live_${generation}x.py`), 'utf8')));
    const stdout = await python(version, [file, bars], env, async (child) => meanwhile?.(beside, child));
    return { stdout, live: decisions(stdout), tested: await backtest(beside, bars) };
  } finally {
    await beside.end();
  }
}

/** The example with a venue that plays what is behind its first bars and hands these out, and a strategy that asks for them. */
function withHistory(example: string, generation: 1 | 2): string {
  const handOut =
    generation === 1
      ? 'self._handle_bars(request.bar_type, BARS[:150], request.id, request.start, request.end, request.params)'
      : 'self._handle_response(BarsResponse(self.client_id, request.bar_type, BARS[:150], request.request_id, ' +
        'self.clock.timestamp_ns(), request.start_ns, request.end_ns, request.params))';
  const changes: readonly (readonly [from: string, to: string])[] = [
    ['import csv\n', 'import csv\nfrom datetime import timedelta\n'],
    ['last_resort=last_resort)', 'last_resort=last_resort, warm_up=timedelta(days=10_000))'],
    ['        for bar in BARS:\n', '        await asyncio.sleep(2.0)\n        for bar in BARS[150:]:\n'],
    [
      '    async def _unsub',
      `    async def _request_bars(self, request) -> None:\n        ${handOut}\n\n    async def _unsub`,
    ],
    ...(generation === 1 ? [] : [['live import ', 'live import BarsResponse, '] as const]),
  ];
  return changes.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  }, example);
}

function expectSame(live: Map<string, string>, tested: Map<string, string>): void {
  expect(
    [...live.keys()].filter((signal) => !tested.has(signal)),
    'signals that only the live node has',
  ).toEqual([]);
  expect(live.size, 'most signals were answered').toBeGreaterThan(tested.size / 2);
  expect(tested.size).toBeGreaterThan(10);
  for (const [signal, decided] of live) expect(`${signal} ${decided}`).toBe(`${signal} ${tested.get(signal)}`);
}

describe.each(versionsToRun())('NautilusTrader $version', (tried: NautilusVersion) => {
  const { version, generation } = tried;
  /** A case of what 2.x has no API for. */
  const testOfFirst = (name: string, run: () => Promise<void>): void => {
    if (generation === 1) test(name, run);
  };

  test('a live node and a backtest take the same decisions, trade by trade', async () => {
    const { live, tested } = await liveAndTested(tried);
    expectSame(live, tested);
    expect([...live.values()].filter((decided) => decided.startsWith('take=True')).length).toBeGreaterThan(0);
  });

  test.runIf(isWholeRun())('a node that its Redis left mute goes on over HTTP, and decides the same', async () => {
    const { stdout, live, tested } = await liveAndTested(tried, async ({ redis }, child) => {
      await child.until(() => (child.stdout.match(/ bus$/gm) ?? []).length >= 3, 'three answers of the bus');
      await redis.kill();
      await redis.start();
    });
    expectSame(live, tested);
    expect(stdout).toMatch(/ http$/m);
  });

  test.runIf(isWholeRun())(
    'a venue that hands out its history warms up, and no signal finds too few bars',
    async () => {
      const { stdout } = await liveAndTested(tried, undefined, (example) => withHistory(example, generation));
      expect(decisions(stdout).size).toBeGreaterThan(5);
      expect(stdout).not.toContain('warming_up');
    },
  );

  testOfFirst('a backtest without a service ends, and says what to do', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ml4t-backtest-'));
    try {
      const bars = join(directory, 'played.csv');
      writeFileSync(bars, csvOf(NODE_MARKET));
      const file = join(ROOT, 'examples', 'nautilus', 'backtest.py');
      const child = begin(version, [file, bars], { SERVICE_URL: 'http://127.0.0.1:9' });
      expect((await child.ended).code).not.toBe(0);
      expect(child.stderr).toContain('start the service (ml4t serve)');
      expect(child.stdout).not.toContain('take=');
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  test('the package asks, trades and reads as it does with the others', async () => {
    await python(version, ['-m', 'unittest', 'discover', '-s', join(ROOT, 'python', 'tests', 'nautilus')]);
  });

  testOfFirst('the classes of the page import alone', async () => {
    const page = readFileSync(join(ROOT, 'docs', 'nautilus.md'), 'utf8');
    const [block] = [...page.matchAll(/```python\n(.*?)```/gs)]
      .map(([, text]) => text)
      .filter((text) => text.includes('class EnrichedSignal'));
    expect(await python(version, ['-c', `${block}\nprint(EnrichedSignal().take, TradeSignal().strength)`])).toBe(
      'False 1.0\n',
    );
  });
});
