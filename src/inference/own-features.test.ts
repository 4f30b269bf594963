import { describe, expect, test, vi } from 'vitest';
import { flatBars, randomBars } from '../../test/support/random-bars.ts';
import { type SmallModelOptions, sha256, smallModel } from '../../test/support/small-model.ts';
import { steppingClock } from '../../test/support/trained.ts';
import { OrchestratorConfig } from '../config/index.ts';
import { BarSeries, SignalEvent, WINDOW_BARS } from '../domain/index.ts';
import { defineFeature, FeatureError, FeatureRegistry, type FeatureSpec } from '../features/index.ts';
import type { MetaModel, ModelParts } from '../model/index.ts';
import { encodeModel, readModel } from '../model/onnx/index.ts';
import { featureGuard, InferenceLoop } from './index.ts';

const HASH = 'a'.repeat(64);
const BARS = randomBars(WINDOW_BARS, 3);
const CONFIG = OrchestratorConfig();
const SPEC: FeatureSpec = { name: 'mine', lookback: 3, compute: ({ close, n }) => close[n - 1] / close[0] - 1 };

const encode = (parts: Partial<ModelParts>, options: SmallModelOptions = {}): Uint8Array =>
  encodeModel({ ...smallModel(options), ...parts }, sha256);
const decode = (bytes: Uint8Array): MetaModel => readModel(bytes, { sha256 });
const NAMES = ['volatility', 'mine', 'regime', 'trend_strength'];
const modelWith = (hash: string | null, options?: SmallModelOptions): MetaModel =>
  decode(encode({ featureNames: NAMES, ownFeatures: { names: ['mine'], hash } }, options));
const registryWith = (hash: string | null, spec: Partial<FeatureSpec> = {}, exportName = 'default'): FeatureRegistry =>
  new FeatureRegistry({
    value: [defineFeature({ ...SPEC, ...spec })],
    source: hash === null ? null : { module: 'file:///mine.ts', exportName, hash },
  });

function loopWith(features?: FeatureRegistry): { readonly loop: InferenceLoop; readonly lines: string[] } {
  const lines: string[] = [];
  const log = (line: string): number => lines.push(line);
  const logger = { info: log, warn: log, error: log };
  return {
    loop: new InferenceLoop({ config: CONFIG, clock: steppingClock(), logger, ...(features && { features }) }),
    lines,
  };
}

function signal(bars: BarSeries = BARS): SignalEvent {
  return new SignalEvent({ instrumentId: 'A', signal: 1, timestamp: bars.tsEvent[WINDOW_BARS - 1], bars });
}

describe('a model with own features', () => {
  test.each<[string, FeatureRegistry | undefined, string | null, string]>([
    [
      'was not handed in',
      undefined,
      HASH,
      'needs the feature "mine", which was not handed in; hand in the module it was trained with',
    ],
    ['was not handed in, of a closure', undefined, null, 'needs the feature "mine", which was not handed in'],
    [
      'is of another module',
      registryWith('b'.repeat(64)),
      HASH,
      'was trained with mine of a module with the hash aaaaaaaaaaaa…, and was given those of a module with the hash bbbbbbbbbbbb…; hand in',
    ],
    ['is a value', registryWith(null), HASH, 'and was given values, which have no hash; hand in the module'],
  ])('is refused where the feature %s; the model before serves on', (_, features, hash, message) => {
    const { loop } = loopWith(features);
    const before = decode(encode({}));
    loop.swapModel(before);
    const swap = () => loop.swapModel(modelWith(hash));
    expect(swap).toThrow(expect.objectContaining({ name: 'ModelError', code: 'MODEL_SCHEMA' }));
    expect(swap).toThrow(message);
    expect(loop.model).toBe(before);
    expect(loop.infer(signal()).modelVersion).toBe(before.version);
  });

  test.each<[string, FeatureRegistry, string | null]>([
    ['the same module', registryWith(HASH), HASH],
    ['a value, where it was trained on one', registryWith(null), null],
    ['a module, where it was trained on a value', registryWith(HASH), null],
  ])('serves with %s', (_, features, hash) => {
    const { loop } = loopWith(features);
    loop.swapModel(modelWith(hash));
    const { source, features: values } = loop.infer(signal());
    expect(source).toBe('model');
    expect(values?.[1]).toBe(BARS.close[99] / BARS.close[97] - 1);
  });

  test('is refused where the feature is of another export of the same module', () => {
    const ownFeatures = { names: ['mine'], hash: HASH, exportName: 'slow' };
    const model = decode(encode({ featureNames: NAMES, ownFeatures }));
    expect(() => loopWith(registryWith(HASH, {}, 'fast')).loop.swapModel(model)).toThrow(
      'was trained with the export "slow" of its module of features, and was given "fast"; hand in that export',
    );
    expect(() => loopWith(registryWith(HASH, {}, 'slow')).loop.swapModel(model)).not.toThrow();
  });

  test('and a feature that neither the file nor the program knows is refused in the old words', () => {
    const newer = decode(encode({ featureNames: ['volatility', 'mine', 'regime', 'trend_strength'] }));
    const message = 'looks at the feature "mine", which this program does not know';
    expect(() => loopWith().loop.swapModel(newer)).toThrow(message);
    expect(() => loopWith(registryWith(null)).loop.swapModel(newer), 'of that name, but not that one').toThrow(message);
  });

  test('is refused where it is decoded for a program that cannot serve it', async () => {
    const bytes = encode({ featureNames: NAMES, ownFeatures: { names: ['mine'], hash: HASH } });
    const decoder = async (file: Uint8Array): Promise<MetaModel> => decode(file);
    await expect(featureGuard(decoder, new FeatureRegistry())(bytes)).rejects.toThrow('which was not handed in');
    await expect(featureGuard(decoder, registryWith(HASH))(bytes)).resolves.toMatchObject({ featureNames: NAMES });
    await expect(featureGuard(decoder, registryWith(HASH))(bytes, ['vpin', 'min'])).rejects.toThrow(
      '(did you mean mine?), was "min"',
    );
  });
});

describe('a feature that fails live', () => {
  const state: { value: number | Error } = { value: 0.5 };
  const features = registryWith(null, {
    range: [0, 1],
    compute: () => {
      if (state.value instanceof Error) throw state.value;
      return state.value;
    },
  });

  test.each<[string, number | Error, string]>([
    ['is not a number', Number.NaN, 'mine is NaN, not a finite number'],
    ['is outside its range', 1.5, 'mine is 1.5, outside its range [0, 1]'],
    ['throws', new TypeError('no such field'), 'mine failed: no such field'],
  ])('because it %s gives the base rate, says why, and serves on', (_, wrong, reason) => {
    const { loop, lines } = loopWith(features);
    loop.swapModel(modelWith(null));
    state.value = wrong;
    for (let k = 0; k < 2; k++) {
      expect(loop.infer(signal())).toMatchObject({
        source: 'out_of_distribution',
        reason,
        metaConfidence: smallModel().metadata.decision?.baseRate,
        rawConfidence: null,
        features: null,
        modelAvailable: true,
      });
    }
    const said = lines.filter((line) => line.includes(reason));
    expect(said, 'once').toEqual([
      `a feature gave no usable value: ${reason}; the next signals of this kind are only counted`,
    ]);
    state.value = 0.5;
    expect(loop.infer(signal())).toMatchObject({ source: 'model', reason: null });
  });
});

test('a feature that another copy of the package defined fails in the same way', async () => {
  vi.resetModules(); // as where a bundle holds one copy, and a module of features loads the installed one
  const other = await import('../features/index.ts');
  expect(other.FeatureError).not.toBe(FeatureError);
  const mine = other.defineFeature({ ...SPEC, compute: () => Number.NaN });
  const { loop } = loopWith(new FeatureRegistry({ value: [mine], source: null }));
  loop.swapModel(modelWith(null));
  const reason = 'mine is NaN, not a finite number';
  expect(loop.infer(signal())).toMatchObject({ source: 'out_of_distribution', reason });
});

test('a feature that needs taker volume is not asked about bars without it', () => {
  const { loop } = loopWith(
    registryWith(null, {
      needs: ['taker_buy_volume'],
      compute: ({ takerBuyVolume }) => takerBuyVolume?.[0] ?? Number.NaN,
    }),
  );
  loop.swapModel(modelWith(null));
  expect(loop.infer(signal()).source).toBe('model');
  expect(loop.infer(signal(flatBars(WINDOW_BARS, 1)))).toMatchObject({
    source: 'missing_input',
    reason: 'the model learned from taker_buy_volume, which these bars do not carry',
  });
});

describe('a model with a column', () => {
  const columned = (columnFeatures: ModelParts['columnFeatures'] & {}): MetaModel =>
    decode(encode({ featureNames: ['volatility', 'funding', 'regime', 'trend_strength'], columnFeatures }));
  const model = columned({ names: ['funding'], directional: [] });
  const barsWith = (values: readonly number[]): BarSeries => {
    const padded = Float64Array.from({ length: WINDOW_BARS }, (_, i) => values[i - WINDOW_BARS + values.length] ?? NaN);
    return BarSeries.fromColumns({ ...BARS, columns: new Map([['funding', padded]]) });
  };
  const asked = (bars: BarSeries, features: Record<string, number> | null = null) => {
    const { loop } = loopWith();
    loop.swapModel(model);
    return loop.infer(new SignalEvent({ ...signal(bars), bars, features }));
  };

  test('reads what the signal brings, else the last that its bars have', () => {
    expect(asked(BARS, { funding: 0.25 }).features?.[1]).toBe(0.25);
    expect(asked(barsWith([1, 2, NaN])).features?.[1]).toBe(2);
    expect(asked(barsWith([1, 2, NaN]), { funding: 0.25 }).features?.[1]).toBe(0.25);
  });

  test.each([
    ['nobody knows', BARS, null],
    ['the signal does not know', barsWith([1]), { funding: Number.NaN }],
    ['is infinite', BARS, { funding: Infinity }],
  ])('says that it is missing where it %s', (_, bars, features) => {
    const { source, reason, features: read, decision } = asked(bars, features);
    expect({ source, reason, read }).toEqual({
      source: 'missing_input',
      reason: 'feature funding is missing',
      read: null,
    });
    expect(decision).toMatchObject({ take: false, takeReason: 'missing_input' });
  });

  test('names what was sent in its place, with other capitals', () => {
    expect(asked(BARS, { Funding: 0.25 }).reason).toBe('feature funding is missing, Funding was sent');
    expect(asked(BARS, { spread: 0.25 }).reason).toBe('feature funding is missing');
  });

  test('multiplies a directional one by the side', () => {
    const { loop } = loopWith();
    loop.swapModel(columned({ names: ['funding'], directional: ['funding'] }));
    const sold = loop.infer(new SignalEvent({ ...signal(), signal: -1, features: { funding: 0.25 } }));
    expect(sold.features?.[1]).toBe(-0.25);
  });

  test.each([
    [{ names: ['other'], directional: [] }, 'columns.names has "other"'],
    [{ names: ['funding'], directional: ['regime'] }, 'columns.directional has "regime"'],
    [{ names: ['volatility'], directional: [] }, 'columns.names has "volatility"'],
  ])('is damaged where it names %j', (columns, message) => {
    expect(() => columned(columns)).toThrow(message);
  });
});
