import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OrchestratorConfigInput } from '../../src/config/index.ts';
import { measureCadence } from '../../src/domain/index.ts';
import { openJournal } from '../../src/journal/index.ts';
import { encodeModel } from '../../src/model/onnx/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { signalEntry } from '../../src/testing/journal/sample-entries.ts';
import { barsFromWire, barsToWire, type SignalMessage } from '../../src/wire/index.ts';
import {
  type LiveServiceOptions,
  type LiveServiceParts,
  liveService,
  messageAt,
  OVER_HTTP,
  submitNow,
} from '../support/live-service.ts';
import { randomWalk } from '../support/random-walk.ts';
import { sha256, smallModel } from '../support/small-model.ts';
import { changes, type SettingCase, type SettingCases } from './setting-case.ts';

const WALK = randomWalk(420, 11, { gaps: 0 });
const AT = 150;

interface Answer {
  readonly meta_confidence: number;
  readonly source: string;
  readonly bar_type: string | null;
  readonly late: boolean;
  readonly take: boolean | null;
  readonly size: number;
  readonly toxicity: number;
  readonly regime_weight: number;
}

async function withService<T>(
  options: LiveServiceOptions,
  use: (parts: LiveServiceParts) => T | Promise<T>,
): Promise<T> {
  const parts = await liveService(options);
  try {
    return await use(parts);
  } finally {
    parts.journal.isHeld = false;
    parts.journal.flush();
    await parts.service.stop();
  }
}

/** The answer to the signal at bar {@link AT}, which waited 50 milliseconds. */
function answerOf({ service }: LiveServiceParts, input: Partial<SignalMessage> = {}): Answer {
  const { text } = submitNow(service, messageAt(WALK, AT, input), { ...OVER_HTTP, waitedMs: 50 });
  return JSON.parse(text) as Answer;
}

/** A case of the size of a signal that is taken, by a sizing. */
function takenSize<T>(
  values: readonly [T, T],
  sizingOf: (value: T) => OrchestratorConfigInput['sizing'],
  input: Partial<SignalMessage> = {},
): SettingCase {
  return changes('the size of a signal that is taken', values, (value: T) =>
    withService({ config: { sizing: { trust: 'expected', ...sizingOf(value) } } }, (parts) => {
      const { take, size } = answerOf(parts, input);
      if (take !== true) throw new Error('it is not taken: the case shows nothing');
      return size;
    }),
  );
}

/** A case of a field of an answer. */
function answer<T>(
  field: keyof Answer,
  values: readonly [T, T],
  inputOf: (value: T) => OrchestratorConfigInput,
  options: LiveServiceOptions = {},
): SettingCase {
  return changes(`${field} of an answer`, values, (value: T) =>
    withService({ ...options, config: inputOf(value) }, (parts) => answerOf(parts)[field]),
  );
}

/** How many of `n` signals are taken while nothing is written, and why the next is not. */
async function takenOf(n: number, config: OrchestratorConfigInput): Promise<string> {
  return withService({ config }, ({ service, journal }) => {
    journal.isHeld = true;
    for (let k = 0; k < n; k++) {
      try {
        submitNow(service, messageAt(WALK, AT, { signalId: `s${k}` }), OVER_HTTP).recorded.catch(() => undefined);
      } catch (error) {
        return `${k}: ${(error as { readonly code: string }).code}`;
      }
    }
    return 'all';
  });
}

/** Whether a record that nobody waits for, and that comes behind another, is written no sooner than nearly a second later. */
async function takesASecond(groupMs: number): Promise<boolean> {
  const directory = mkdtempSync(join(tmpdir(), 'ml4t-group-'));
  const journal = await openJournal({ directory, durability: 'process', maxQueue: 100, groupMs, logger: SILENT });
  try {
    await journal.append(signalEntry(1), false);
    const startMs = performance.now();
    await journal.append(signalEntry(2), false);
    return performance.now() - startMs > 900;
  } finally {
    await journal.close();
    rmSync(directory, { recursive: true });
  }
}

/** What becomes of a bar that closes ten seconds after now. */
function futureBar(maxClockSkewSeconds: number): Promise<string> {
  const nowMs = Number(WALK.tsEvent[AT] / 1_000_000n) - 10_000;
  const config = { server: { maxClockSkewSeconds } };
  return withService({ config, nowMs: () => nowMs }, ({ service }) => {
    try {
      service.addBars('SIM', WALK.slice(0, AT + 1));
      return 'taken';
    } catch (error) {
      return (error as { readonly code: string }).code;
    }
  });
}

/** A model that has only seen volatilities far above those of {@link WALK}. */
function narrowModelBytes(): Uint8Array {
  const parts = smallModel();
  const volatility = { low: 10, high: 20, edges: [15], shares: [0.5, 0.5] };
  const featureProfiles = Object.fromEntries(parts.featureNames.map((name) => [name, volatility]));
  return encodeModel({ ...parts, metadata: { ...parts.metadata, featureProfiles } }, sha256);
}

/** A model that learned from one-minute bars. */
function modelOfMinutes(): Uint8Array {
  const parts = smallModel();
  const cadences = { '': measureCadence(WALK.tsEvent) };
  return encodeModel({ ...parts, metadata: { ...parts.metadata, cadences } }, sha256);
}

export const SERVING_CASES: SettingCases = {
  model_path: changes('the model that is looked for', ['first.onnx', 'second.onnx'], (modelPath: string) =>
    withService({ config: { modelPath }, model: null }, ({ lines }) => lines.filter((line) => line.includes('.onnx'))),
  ),
  default_confidence: answer('meta_confidence', [0.5, 0.4], (defaultConfidence) => ({ defaultConfidence }), {
    model: null,
  }),
  inference_timeout_ms: answer('late', [10, 100], (inferenceTimeoutMs) => ({ inferenceTimeoutMs })),
  'model.expiration_hours': answer('source', [null, 0.5], (expirationHours) => ({ model: { expirationHours } })),
  'feed.max_age_bars': changes('whether a signal is stale', [3, 10], (maxAgeBars: number) =>
    withService(
      { config: { feed: { maxAgeBars } }, model: modelOfMinutes() },
      (parts) => answerOf(parts, { timestamp: WALK.tsEvent[AT + 5] }).source,
    ),
  ),
  'redis.bar_type': changes('the series of a signal that names none', [null, 'b'], (barType: string | null) =>
    withService({ config: { redis: { barType } } }, (parts) => {
      for (const type of ['a', 'b']) parts.service.addBars('SIM', WALK.slice(0, AT + 1), undefined, type);
      return answerOf(parts, { bars: null }).bar_type;
    }),
  ),
  'model.out_of_distribution': changes('whether an outlier is answered by the model', [true, false], (value: boolean) =>
    withService(
      { config: { model: { outOfDistribution: value } }, model: narrowModelBytes() },
      (parts) => answerOf(parts).source,
    ),
  ),
  'regime.floor': answer('regime_weight', [0.4, 0.1], (floor) => ({ regime: { floor } })),
  'vpin.n_buckets': answer('toxicity', [50, 10], (nBuckets) => ({ vpin: { nBuckets } })),
  'vpin.bucket_volume': answer('toxicity', [null, 2000], (bucketVolume) => ({ vpin: { bucketVolume } })),
  'vpin.classifier': answer('toxicity', ['bvc', 'tick_rule'] as const, (classifier) => ({ vpin: { classifier } })),
  'sizing.method': takenSize(['afml', 'linear'] as const, (method) => ({ method })),
  // The cost is above what is proven of the model, and below what it expects.
  'sizing.trust': answer('take', ['proven', 'expected'] as const, (trust) => ({
    labels: { costBps: 5 },
    sizing: { trust },
  })),
  // No factor has earned its place in this model.
  'sizing.factors': takenSize(['auto', 'always'] as const, (factors) => ({ factors })),
  'sizing.unknown_toxicity': changes('the toxicity without volume', [null, 0.9], (unknownToxicity: number | null) =>
    withService({ config: { sizing: { unknownToxicity } } }, (parts) => {
      const window = WALK.slice(AT - 99, AT + 1);
      const bars = barsFromWire({ ...barsToWire(window), volume: Array(window.length).fill(0) });
      return answerOf(parts, { bars }).toxicity;
    }),
  ),
  'sizing.giller_exponent': takenSize([0.5, 1], (gillerExponent) => ({ gillerExponent }), { strength: 0.25 }),
  'sizing.fractional_kelly': takenSize([0.5, 0.25], (fractionalKelly) => ({ fractionalKelly })),
  'sizing.min_size': takenSize([0.01, 0.9], (minSize) => ({ method: 'integrated', trust: 'always', minSize })),
  'sizing.max_size': takenSize([1, 0.02], (maxSize) => ({ maxSize })),
  'server.max_in_flight': changes('the number of signals taken', [3, 5], (maxInFlight: number) =>
    takenOf(10, { server: { maxInFlight } }),
  ),
  'journal.max_queue': changes('the number of signals taken', [100, 120], (maxQueue: number) =>
    takenOf(200, { journal: { maxQueue } }),
  ),
  'journal.group_ms': changes('how long a record waits for the next write', [1, 1000], takesASecond),
  'server.max_instruments': changes('the instruments held', [1, 2], (maxInstruments: number) =>
    withService({ config: { server: { maxInstruments } } }, ({ service }) => {
      for (const id of ['A', 'B', 'C']) service.addBars(id, WALK.slice(0, 1));
      return service.instrumentIds;
    }),
  ),
  'server.held_bars': changes('the bars held', [200, 300], (heldBars: number) =>
    withService({ config: { server: { heldBars } } }, ({ service }) => {
      service.addBars('SIM', WALK);
      return service.heldBars('SIM', 1000)?.length;
    }),
  ),
  'server.max_clock_skew_seconds': changes('what becomes of a bar of the future', [60, 1], futureBar),
  'outcomes.max_open': changes('the trades followed', [2, 3], (maxOpen: number) =>
    withService({ config: { outcomes: { maxOpen } } }, ({ service }) => {
      for (let k = 0; k < 5; k++) submitNow(service, messageAt(WALK, AT, { signalId: `s${k}` }), OVER_HTTP);
      return service.status().outcomes.nPending;
    }),
  ),
  'outcomes.max_step_seconds': changes('the outcome over a gap', [null, 3600], (maxStepSeconds: number | null) =>
    withService({ config: { outcomes: { maxStepSeconds } } }, async ({ service, journal }) => {
      submitNow(service, messageAt(WALK, AT), OVER_HTTP);
      service.addBars('SIM', WALK.slice(AT + 5, AT + 100));
      await service.stop();
      return journal.outcomes.map(({ outcome }) => outcome === 'unresolvable');
    }),
  ),
};
