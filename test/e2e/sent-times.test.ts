import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { Ml4tError, parseLossless } from '../../src/core/index.ts';
import { BarSeries, SignalEvent } from '../../src/domain/index.ts';
import { readSignalMessage, signalMessageFromWire } from '../../src/wire/index.ts';
import { type LiveServer, liveServer, post } from '../support/live-server.ts';
import { OVER_HTTP, smallModelBytes, submitNow } from '../support/live-service.ts';
import { runCli } from '../support/run-cli.ts';
import { REFUSED, sharedMilliseconds, signalIn } from '../support/sent-times.ts';

// One signal in nanoseconds, and in the units that are refused, over every road but Redis, which sent-times.redis.test.ts has.

const directory = mkdtempSync(join(tmpdir(), 'ml4t-times-'));
const model = join(directory, 'model.onnx');
beforeAll(() => writeFileSync(model, smallModelBytes()));
afterAll(() => rmSync(directory, { recursive: true }));

/** The answers of a service to texts of signals, one for each; of a refusal its code and sentence. */
type Road = (live: LiveServer, texts: readonly string[]) => Promise<readonly Answer[]>;
type Answer = Readonly<Record<string, unknown>>;

const parse = (text: string): Answer => JSON.parse(text) as Answer;

const http: Road = ({ url }, texts) =>
  Promise.all(
    texts.map(async (text) => {
      const { status, text: answer } = await post(`${url}/v1/signals`, text);
      const { code, detail } = parse(answer);
      return status === 200 ? parse(answer) : { code, message: detail };
    }),
  );

const linesOf = (output: string): Answer[] =>
  output
    .trim()
    .split('\n')
    .map((line) => {
      const answer = parse(line);
      return (answer.error as Answer | undefined) ?? answer;
    });

const ndjson: Road = async ({ url }, texts) => {
  const type = { 'content-type': 'application/x-ndjson' };
  return linesOf((await post(`${url}/v1/signals`, `${texts.join('\n')}\n`, type)).text);
};

const enrich: Road = async (_, texts) =>
  linesOf((await runCli(['enrich', '--model', model], { cwd: directory, input: `${texts.join('\n')}\n` })).stdout);

const websocket: Road = async ({ url }, texts) => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream?types=bars`);
  const answers: Answer[] = [];
  let nAnswers = 0;
  await new Promise<void>((resolve) => {
    socket.on('message', (data: Buffer) => {
      const { ref, answer, error } = parse(data.toString());
      answers[ref as number] = (answer ?? error) as Answer;
      if (++nAnswers === texts.length) resolve();
    });
    socket.on('open', () => {
      for (const [ref, text] of texts.entries()) socket.send(text.replace('{', `{"type":"signal","ref":${ref},`));
    });
  });
  socket.close();
  return answers;
};

/** Reads by a reader of `ml4t-orchestrator/wire`, and submits. */
const library =
  (read: (text: string) => ReturnType<typeof signalMessageFromWire>): Road =>
  async ({ service }, texts) =>
    texts.map((text) => {
      try {
        return parse(submitNow(service, read(text), OVER_HTTP).text);
      } catch (error) {
        if (!(error instanceof Ml4tError)) throw error;
        return { code: error.code, message: error.message };
      }
    });

const ROADS: Readonly<Record<string, Road>> = {
  http,
  ndjson,
  enrich,
  websocket,
  'the reader of bytes': library((text) => readSignalMessage(new TextEncoder().encode(text))),
  'the reader of records': library((text) => signalMessageFromWire(parseLossless(text))),
};

describe.each(Object.entries(ROADS))('over %s', (_, answersOver) => {
  test('nanoseconds are answered, other units refused by name', async () => {
    const live = await liveServer();
    const [answer, ...refusals] = await answersOver(live, [signalIn(1n), ...REFUSED.map(({ text }) => text)]);
    expect(answer).toMatchObject({ signal_id: 'one', source: 'model', answer_hash: await hashOverHttp() });
    expect(refusals.length).toBe(REFUSED.length);
    for (const [i, { name, start, unit }] of REFUSED.entries()) {
      expect(refusals[i].code, name).toBe('INVALID_VALUE');
      expect(String(refusals[i].message), name).toContain(`${start}${unit}`);
    }
    expect(live.journal.entries.filter(({ kind }) => kind === 'signal').length).toBe(answersOver === enrich ? 0 : 1);
    await live.server.close(1000);
  });

  test('the shared signal in milliseconds is refused', { tags: ['real-data'] }, async () => {
    const live = await liveServer();
    const { text, start, unit } = sharedMilliseconds();
    const [{ code, message }] = await answersOver(live, [text]);
    expect(code).toBe('INVALID_VALUE');
    expect(String(message)).toContain(`${start}${unit}`);
    await live.server.close(1000);
  });
});

let known: unknown;
/** Hash of the answer over HTTP, which every road must give. */
async function hashOverHttp(): Promise<unknown> {
  if (known !== undefined) return known;
  const live = await liveServer();
  known = (await http(live, [signalIn(1n)]))[0].answer_hash;
  await live.server.close(1000);
  return known;
}

test('bars and outcomes in milliseconds are refused as well', async () => {
  const live = await liveServer();
  const bar = { ts_event: 1_700_000_000_000, open: 2, high: 3, low: 1, close: 2, volume: 5 };
  for (const [path, body] of [
    ['/v1/bars/SIM', bar],
    ['/v1/bars/SIM', [bar]],
    ['/v1/outcomes', { signal_id: 'one', label: 1, ts_exit: 1_700_000_000_000 }],
  ] as const) {
    const { status, text } = await post(`${live.url}${path}`, JSON.stringify(body));
    expect(status, text).toBe(400);
    expect(parse(text).detail).toContain('this looks like milliseconds (ms), multiply by 1000000, was 1700000000000');
  }
  expect(live.service.heldBars('SIM', 10)).toBeNull();
  await live.server.close(1000);
});

test('constructors take any integer', () => {
  const bars = BarSeries.fromBars(
    Array.from({ length: 100 }, (_, i) => ({ tsEvent: BigInt(i), open: 2, high: 3, low: 1, close: 2, volume: 5 })),
  );
  const event = new SignalEvent({ instrumentId: 'SIM', signal: 1, timestamp: 1_700_000_000_000n, bars });
  expect([event.timestamp, event.bars.tsEvent[0]]).toEqual([1_700_000_000_000n, 0n]);
});
