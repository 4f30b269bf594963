import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Ml4tError, parseLossless, stringifyLossless } from '../../src/core/index.ts';
import { EXAMPLE_INSTRUMENT } from '../../src/server/openapi/examples.ts';
import {
  barsBodySchema,
  barsFromWire,
  barsReceiptSchema,
  barsToWire,
  enrichedSignalSchema,
  haltStateSchema,
  healthSchema,
  lineErrorSchema,
  modelsSchema,
  outcomeSchema,
  PROBLEMS,
  parseMessage,
  readinessSchema,
  readSignalMessage,
  retrainStatusSchema,
  signalSchema,
  statusSchema,
} from '../../src/wire/index.ts';
import {
  exchange,
  get,
  type LiveServer,
  liveServer,
  NO_SECRETS,
  post,
  requestText,
  signalText,
  statusOf,
  TOKEN,
  WALK,
} from '../support/live-server.ts';

type Json = Record<string, unknown>;
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly content: Record<string, { readonly examples: Record<string, { readonly value: unknown }> }>;
  };
  readonly responses: Record<
    string,
    { readonly description: string; readonly content?: Record<string, { readonly schema: Json }> }
  >;
}

/** A time, as text so that every digit is read. */
const T0 = '1700000000000000001';

let live: LiveServer;
let text: string;
let paths: Record<string, Record<string, Operation>>;
let schemas: Record<string, Json>;
beforeAll(async () => {
  live = await liveServer();
  ({ text } = await get(`${live.url}/openapi.json`));
  const document = JSON.parse(text) as { paths: typeof paths; components: { schemas: typeof schemas } };
  paths = document.paths;
  schemas = document.components.schemas;
});
afterAll(() => live.server.close(1000));

/** Every value under `key`, at any depth. */
function* valuesOf(key: string, value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, child] of Object.entries(value)) {
    if (name === key) yield child;
    yield* valuesOf(key, child);
  }
}

describe('the document', () => {
  test('is OpenAPI 3.1, whose references all lead somewhere', () => {
    const document = JSON.parse(text) as Json;
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'ML4T orchestrator', version: '1.2.3' } });
    const references = [...valuesOf('$ref', document)] as string[];
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references) {
      expect(reference).toMatch(/^#\/components\/schemas\//);
      expect(schemas, reference).toHaveProperty(reference.slice('#/components/schemas/'.length));
    }
    const names = Object.values(paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
    expect(new Set(names).size).toBe(names.length);
    for (const [path, operations] of Object.entries(paths)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      for (const { parameters = [] } of Object.values(operations)) {
        expect(
          parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name),
          path,
        ).toEqual(named);
      }
    }
  });

  test('shows every route of the server, and no other', () => {
    const documented = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    for (const route of documented) {
      const [method, path] = route.split(' ');
      expect(live.server.app.hasRoute({ method: method as 'GET', url: path.replace(/\{(\w+)\}/g, ':$1') }), route).toBe(
        true,
      );
    }
    const tree = live.server.app.printRoutes({ commonPrefix: false });
    const registered = [...tree.matchAll(/\((.+?)\)/g)].flatMap((match) => match[1].split(', '));
    const pageFiles = ['/', '/dashboard/app.js', '/dashboard/app.css', '/dashboard/icon.svg'];
    for (const url of pageFiles) expect(live.server.app.hasRoute({ method: 'GET', url }), url).toBe(true);
    const nOfPage = registered.length - documented.length;
    expect(nOfPage, tree).toBe(pageFiles.length);
  });

  test('names every error code, each under its status', () => {
    const { code } = schemas.Problem.properties as { code: { enum: string[] } };
    expect(code.enum).toEqual(Object.keys(PROBLEMS));
    const told = new Set<string>();
    for (const { responses } of Object.values(paths).flatMap(Object.values) as Operation[]) {
      for (const [status, { description }] of Object.entries(responses)) {
        for (const [, name] of description.matchAll(/([A-Z_]{5,}): /g)) {
          const problem: { status: number; mismatchStatus?: number } = PROBLEMS[name as keyof typeof PROBLEMS];
          expect([problem.status, problem.mismatchStatus]).toContain(Number(status));
          told.add(name);
        }
      }
    }
    expect([...told].sort()).toEqual(Object.keys(PROBLEMS).sort());
  });

  test('does not limit times to what a double holds', () => {
    expect(text).not.toContain(String(Number.MAX_SAFE_INTEGER));
    expect(text, 'an example with all its digits').toContain('"timestamp":1700005940000000000');
  });

  test('has every answer with its whole decision, or, recorded by 0.1, without any of it', () => {
    for (const name of ['EnrichedSignal', 'RecordedAnswer']) {
      const { required, properties, dependentRequired, description } = schemas[name] as {
        required: string[];
        properties: Json;
        dependentRequired: Record<string, string[]>;
        description: string;
      };
      // `seq` stands in answers that are recorded, whoever recorded them; `bar_type` in those since series have one.
      const since = ['seq', 'bar_type'];
      const optional = Object.keys(properties).filter((field) => !required.includes(field) && !since.includes(field));
      expect(optional, name).toContain('take_reason');
      expect(Object.keys(dependentRequired).sort(), name).toEqual([...optional].sort());
      // From each field of the decision the rule leads to all others.
      for (const field of optional) {
        const reached = new Set([field]);
        for (const next of reached) for (const other of dependentRequired[next]) reached.add(other);
        expect([...reached].sort(), `${name}.${field}`).toEqual([...optional].sort());
      }
      expect(description).toContain('only an answer that 0.1 recorded has none of it');
    }
  });

  test('asks for a token exactly where the server does', async () => {
    const guarded = await liveServer({ secrets: { ...NO_SECRETS, token: TOKEN } });
    const document = JSON.parse(
      (await get(`${guarded.url}/openapi.json`, { authorization: `Bearer ${TOKEN}` })).text,
    ) as Json & { paths: Record<string, { get?: Json }> };
    expect(document.security).toEqual([{ token: [] }]);
    expect(document.paths['/healthz'].get?.security).toEqual([]);
    expect((JSON.parse(text) as Json).security).toBeUndefined();
    await guarded.server.close(1000);
  });
});

describe('every example', () => {
  const raw = (path: string, type: string, name: string): string => {
    const document = parseLossless(text) as { paths: typeof paths };
    const value = document.paths[path].post.requestBody?.content[type].examples[name].value;
    return typeof value === 'string' ? value : stringifyLossless(value);
  };
  test('is taken by the real server, bars first, and answered as the schemas say', async () => {
    let n = 0;
    const send = async (path: string, type = 'application/json'): Promise<string[]> => {
      const examples = Object.keys(paths[path].post.requestBody?.content[type].examples ?? {});
      const answers: string[] = [];
      for (const name of examples) {
        const url = `${live.url}${path.replace('{instrument_id}', EXAMPLE_INSTRUMENT)}`;
        const answer = await post(url, raw(path, type, name), { 'content-type': type });
        expect(answer.status, `${path} ${name}: ${answer.text}`).toBeLessThan(300);
        expect(Object.keys(paths[path].post.responses), 'the status is documented').toContain(String(answer.status));
        answers.push(answer.text);
        n++;
      }
      return answers;
    };
    for (const answer of await send('/v1/bars/{instrument_id}')) barsReceiptSchema.parse(JSON.parse(answer));
    for (const path of ['/v1/signals', '/v1/predictions']) {
      for (const answer of await send(path)) enrichedSignalSchema.parse(JSON.parse(answer));
      for (const answer of await send(path, 'application/x-ndjson')) {
        for (const line of answer.trim().split('\n')) enrichedSignalSchema.parse(JSON.parse(line));
      }
    }
    for (const answer of await send('/v1/outcomes')) outcomeSchema.parse(JSON.parse(answer));
    for (const path of ['/v1/halt', '/v1/resume'])
      for (const answer of await send(path)) haltStateSchema.parse(JSON.parse(answer));
    for (const answer of await send('/v1/retrain')) retrainStatusSchema.parse(JSON.parse(answer));
    const all = Object.values(paths).flatMap((path) => Object.values(path.post?.requestBody?.content ?? {}));
    expect(n, 'none was left out').toBe(all.flatMap(({ examples = {} }) => Object.keys(examples)).length);
  });

  test('and every other answer is as the schemas say, key for key', async () => {
    const withBars = await post(`${live.url}/v1/signals?include_bars=true`, signalText(150));
    enrichedSignalSchema.parse(JSON.parse(withBars.text));
    const line = await post(`${live.url}/v1/signals`, 'no json', { 'content-type': 'application/x-ndjson' });
    lineErrorSchema.parse(JSON.parse(line.text));
    for (const [path, schema] of [
      ['/v1/models', modelsSchema],
      ['/v1/status', statusSchema.strict()],
      ['/readyz', readinessSchema],
      ['/healthz', healthSchema],
    ] as const) {
      schema.parse(JSON.parse((await get(`${live.url}${path}`)).text));
    }
    const problem = JSON.parse((await post(`${live.url}/v1/signals`, '{}')).text) as Json;
    const { required, properties } = schemas.Problem as { required: string[]; properties: Json };
    for (const key of required) expect(problem).toHaveProperty(key);
    for (const key of Object.keys(problem)) expect(properties).toHaveProperty(key);
  });
});

describe('the reader of the busy routes and its document agree on', () => {
  const agree = (
    what: string,
    body: string,
    reads: (bytes: Uint8Array) => unknown,
    schema: typeof signalSchema | typeof barsBodySchema,
  ): void => {
    let isRead = true;
    try {
      reads(Buffer.from(body));
    } catch (error) {
      expect((error as Ml4tError).code, what).toBe('INVALID_VALUE');
      isRead = false;
    }
    const documented = z.fromJSONSchema(
      z.toJSONSchema(schema, { io: 'input' }) as Parameters<typeof z.fromJSONSchema>[0],
    );
    const isDocumented = documented.safeParse(parseLossless(body)).success;
    expect([what, isRead]).toEqual([what, isDocumented]);
  };
  const signals: readonly (readonly [string, Json])[] = [
    ['a whole signal', {}],
    ['a signal as text', { signal: '-1' }],
    ['no signal', { signal: undefined }],
    ['a signal of 2', { signal: 2 }],
    ['a signal of true', { signal: true }],
    ['an empty signal', { signal: '' }],
    ['a signal of 0.4', { signal: 0.4 }],
    ['a strength', { strength: 0.4 }],
    ['a whole strength as text', { strength: '1' }],
    ['a strength of null', { strength: null }],
    ['a strength of 0', { strength: 0 }],
    ['a strength above 1', { strength: 1.5 }],
    ['a strength in words', { strength: 'much' }],
    ['a strength of true', { strength: true }],
    ['a time as text', { timestamp: '1700000000000000001' }],
    ['a time as text with a sign and zeros', { timestamp: '+001700000000000000001' }],
    ['the first time', { timestamp: '31536000000000000' }],
    ['one before it', { timestamp: '31535999999999999' }],
    ['a time of sixteen digits', { timestamp: '9999999999999999' }],
    ['the last time', { timestamp: '9223372036854775807', bars: null }],
    ['one after it', { timestamp: '9223372036854775808', bars: null }],
    ['a time below 0', { timestamp: '-1700000000000000001' }],
    ['a time in seconds', { timestamp: 1_700_000_000 }],
    ['a time in milliseconds', { timestamp: 1_700_000_000_000 }],
    ['a time in microseconds', { timestamp: 1_700_000_000_000_000 }],
    ['a time in milliseconds as text', { timestamp: '1700000000000' }],
    ['a time with a fraction', { timestamp: 1.5 }],
    ['a time in words', { timestamp: 'now' }],
    ['no time', { timestamp: null }],
    ['an empty instrument', { instrument_id: '' }],
    ['a long instrument', { instrument_id: 'x'.repeat(257) }],
    ['an instrument of 256', { instrument_id: 'x'.repeat(256) }],
    ['a number for an instrument', { instrument_id: 7 }],
    ['a line feed in an instrument', { instrument_id: 'a\nb' }],
    ['an id of null', { signal_id: null }],
    ['an empty id', { signal_id: '' }],
    ['a number for an id', { signal_id: 7 }],
    ['no bars', { bars: undefined }],
    ['bars of null', { bars: null }],
    ['bars of text', { bars: 'many' }],
    ['bars with a hole', { bars: { ...barsToWire(WALK.slice(0, 100)), close: undefined } }],
    ['bars of words', { bars: { ...barsToWire(WALK.slice(0, 2)), close: ['one', 'two'] } }],
    [
      'prices as text',
      { bars: { ...barsToWire(WALK.slice(0, 2)), close: Array.from(WALK.slice(0, 2).close, String) } },
    ],
    ['a key that nobody knows', { colour: 'red' }],
  ];
  test.each(signals)('%s', (what, input) => {
    agree(what, signalText(150, input), readSignalMessage, signalSchema);
  });
  test.each([
    ['columns', barsToWire(WALK.slice(0, 3))],
    ['a bar in milliseconds', { ts_event: 1_700_000_000_000, open: 1, high: 1, low: 1, close: 1, volume: 0 }],
    ['one bar', { ts_event: T0, open: 1, high: 1, low: 1, close: 1, volume: 0 }],
    ['an array', [{ ts_event: T0, open: '1', high: 1, low: 1, close: 1, volume: 0 }]],
    ['nothing', {}],
    ['a bar without volume', [{ ts_event: T0, open: 1, high: 1, low: 1, close: 1 }]],
    ['a bar of null', [null]],
    ['a price of null', [{ ts_event: T0, open: null, high: 1, low: 1, close: 1, volume: 0 }]],
    ['text', 'bars'],
  ])('%s', (what, body) => {
    agree(what, stringifyLossless(body), (bytes) => barsFromWire(parseMessage(bytes)), barsBodySchema);
  });
});

test('a route that is not documented is not there', async () => {
  for (const path of ['/docs', '/v1', '/v1/signals/', '/HEALTHZ', '//healthz', '/.env']) {
    expect([path, statusOf(await exchange(live.port, [requestText('GET', path, {})]))]).toEqual([path, 404]);
  }
});
