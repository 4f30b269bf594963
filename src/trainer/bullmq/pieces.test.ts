import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { alone } from '../../../test/support/trained.ts';
import { OrchestratorConfig } from '../../config/index.ts';
import { BarSeries } from '../../domain/index.ts';
import { defineFeature } from '../../features/index.ts';
import { simulateMarket } from '../../simulation/index.ts';
import {
  isOfOtherVersion,
  PIECE_VERSION,
  packFold,
  packRequest,
  pieceSchema,
  unpackFold,
  unpackRequest,
} from './pieces.ts';

test('a training set carries the settings it depends on, and neither address nor password of a server', async () => {
  const { bars } = simulateMarket({ nBars: 1000, edge: 0.1, breakAt: null, seed: 1 });
  const config = OrchestratorConfig({
    walkForward: { nFolds: 7 },
    redis: { url: 'redis://default:hunter2@queue.example:6379' },
    server: { tokenFile: '/secrets/token' },
    alerts: { webhooks: [{ url: 'https://hooks.example.com/T0KEN', kind: 'slack' }] },
  });
  const packed = await packRequest({ instruments: alone(bars), config });
  const text = zstdDecompressSync(packed).toString('latin1');
  expect(text).toContain('"n_folds":7');
  expect(text).not.toContain('hunter2');
  expect(text).not.toContain('/secrets/token');
  expect(text).not.toContain('T0KEN');
  const { config: back } = await unpackRequest(packed, 1 << 20);
  const { redis: _a, server: _b, journal: _c, alerts: _d, ...ours } = config;
  expect(back).toMatchObject(ours);
});

test('a training set carries the columns that it reads, of bars and signals, and no others', async () => {
  const { bars: plain } = simulateMarket({ nBars: 1000, edge: 0.1, breakAt: null, seed: 1 });
  const [a, b] = [1, 2].map((scale) => plain.close.map((close, i) => (i === 3 ? Number.NaN : scale * close)));
  const bars = BarSeries.fromColumns({
    ...plain,
    columns: new Map([
      ['a', a],
      ['spare', b],
    ]),
  });
  const instruments = [
    {
      instrument: null,
      bars,
      side: null,
      sent: new Map([
        ['b', b],
        ['other', a],
      ]),
    },
  ];
  const config = OrchestratorConfig({ columns: ['b', 'a'], directional: ['b'] });
  const back = await unpackRequest(await packRequest({ instruments, config, strict: true }), 1 << 20);
  expect(back.instruments[0].bars.columns).toEqual(new Map([['a', a]]));
  expect(back.instruments[0].sent).toEqual(new Map([['b', b]]));
  expect([back.config.columns, back.config.directional, back.strict]).toEqual([['b', 'a'], ['b'], true]);
});

test('a fold carries its probabilities, which of them would be answered and the regimes, with the same bits', async () => {
  const output = {
    probability: Float64Array.of(0.1, 0.5),
    isAnswered: Uint8Array.of(1, 0),
    turbulence: Float64Array.of(1 / 3, Number.NaN),
    ms: 12.5,
  };
  expect(await unpackFold(await packFold(output), 1 << 20)).toStrictEqual({ output });
});

describe('a piece of a training', () => {
  const piece = {
    version: PIECE_VERSION,
    training: '7f3b1a52-6a3e-4b36-9a0c-2d8f8f6f3c11',
    data: 'a'.repeat(64),
    fold: 0,
    nFolds: 5,
  };
  const { version: _, ...of01 } = piece;

  test('has a version, and one of another version is no piece', () => {
    expect(pieceSchema.safeParse(piece).success).toBe(true);
    for (const other of [of01, { ...piece, version: PIECE_VERSION + 1 }]) {
      expect(pieceSchema.safeParse(other).success).toBe(false);
      expect(isOfOtherVersion(other)).toBe(true);
    }
    for (const none of [{}, { ...of01, fold: -1 }, { ...piece, more: 1 }, null, 3]) {
      expect(isOfOtherVersion(none), JSON.stringify(none)).toBe(false);
    }
  });

  test('is none for a worker of 0.1, which refuses what it does not know', () => {
    const { version: _version, ...shape } = pieceSchema.shape;
    expect(z.strictObject(shape).safeParse(piece).success).toBe(false);
    expect(z.strictObject(shape).safeParse(of01).success).toBe(true);
  });
});

describe('definitions of the caller', async () => {
  const { bars } = simulateMarket({ nBars: 1000, edge: 0.1, breakAt: null, seed: 1 });
  const request = { instruments: alone(bars), config: OrchestratorConfig({ featureNames: ['vpin'] }) };
  const value = [defineFeature({ name: 'mine', lookback: 1, compute: () => 1 })];
  const source = { module: 'file:///secret/place/features.ts', exportName: 'default', hash: 'a'.repeat(64) };
  const features = { value, source };
  const packed = await packRequest({ ...request, own: { features } });

  test('travel as hashes, without a path', () => {
    const text = zstdDecompressSync(packed).toString('latin1');
    expect(text).toContain(`"own":{"features":{"exportName":"default","hash":"${source.hash}"}}`);
    expect(text).not.toContain('secret');
    expect(text).not.toContain('file:');
  });

  test('are those of the worker, where they have the same hash', async () => {
    const here = { features: { value, source: { ...source, module: 'file:///elsewhere/features.ts' } } };
    expect((await unpackRequest(packed, 1 << 20, here)).own).toEqual(here);
    const plain = await unpackRequest(await packRequest(request), 1 << 20, here);
    expect(plain.own, 'a training that needs none gets none').toEqual({});
  });

  test.each([
    ['none', {}, 'this worker has none'],
    [
      'another version',
      { features: { value, source: { ...source, hash: 'b'.repeat(64) } } },
      'those of this worker are others',
    ],
    [
      'another export',
      { features: { value, source: { ...source, exportName: 'more' } } },
      'those of this worker are others',
    ],
  ])('are refused by a worker with %s', async (_, own, reason) => {
    await expect(unpackRequest(packed, 1 << 20, own)).rejects.toThrow(
      `the training needs features of the caller, and ${reason}: start the worker with the same module, or train with trainer.kind threads`,
    );
  });

  test('that are closures are refused before they are sent', async () => {
    const closures = { features: { value, source: null } };
    await expect(packRequest({ ...request, own: closures })).rejects.toThrow('hand in await fromModule(');
  });
});
