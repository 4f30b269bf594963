import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOrchestrator, createSignalService, loadModules } from '../../app/index.ts';
import { type OrchestratorConfig, toSnakeCase } from '../../config/index.ts';
import { count, fixed } from '../../core/index.ts';
import type { BarSeries, Side } from '../../domain/index.ts';
import { primarySides } from '../../labeling/index.ts';
import type { SignalService } from '../../live/index.ts';
import { SILENT } from '../../ports/index.ts';
import { simulateMarket } from '../../simulation/index.ts';
import { headlineOfClaims } from '../../validation/index.ts';
import { print, printJson } from '../show/output.ts';
import { showProgress } from '../show/progress.ts';

const N_BARS = 45_000;
const TRAINED_BARS = 12_000;
const FLIP_AT = 20_000;
const EDGE = 0.15;
const SEED = 2;
/** Bars from one signal to the next. */
const SIGNAL_EVERY = 3;
/** Bars from one wait for the journal to the next. */
const WAIT_EVERY = 30;
const WINDOW = 1000;
/** Bars from one printed moment to the next. */
const MOMENT_EVERY = 1500;
const INSTRUMENT = 'DRIFT-DEMO';

/** State of the service at one bar. */
export interface DriftMoment {
  readonly bar: number;
  readonly modelVersion: string | null;
  /** Accuracy over the latest outcomes of the serving model, [0, 1]; null before the first outcome. */
  readonly accuracy: number | null;
  /** Accuracy of always saying the more frequent label of the same outcomes, [0.5, 1]. */
  readonly majority: number | null;
  readonly nOutcomes: number;
}

/** Course of the demo: a market that changes, and the reactions of the service. */
export interface DriftStory {
  readonly changedAt: number;
  /** Verdict of the first training, as its first line. */
  readonly firstLine: string;
  readonly baselineAccuracy: number | null;
  /** Accuracy of always saying the more frequent label in that training, [0.5, 1]. */
  readonly baselineMajority: number;
  readonly moments: readonly DriftMoment[];
  /** Retrainings, in the order of their end. */
  readonly retrainings: readonly { readonly bar: number; readonly reason: string; readonly note: string | null }[];
  readonly swappedAt: number | null;
  /** Rolling accuracy just before the change, just before the swap, and at the end. */
  readonly accuracy: { readonly before: number | null; readonly broken: number | null; readonly after: number | null };
}

/** Trains a model, serves a feed whose market changes, and shows how the service retrains and replaces the model. */
export async function driftDemo(base: OrchestratorConfig, options: { readonly json?: boolean }): Promise<void> {
  const progress = showProgress();
  const directory = await mkdtemp(join(tmpdir(), 'ml4t-drift-'));
  try {
    const story = await playDrift(base, directory, (bar) => progress.update('live feed', bar, N_BARS));
    progress.stop();
    if (options.json === true) printJson(toSnakeCase(story));
    else print(...storyLines(story));
  } finally {
    progress.stop();
    await rm(directory, { recursive: true });
  }
}

/** Runs the demo with a real service: a journal, models on disk, trainings on worker threads. */
async function playDrift(
  base: OrchestratorConfig,
  directory: string,
  onBar: (bar: number) => void,
): Promise<DriftStory> {
  const { bars } = simulateMarket({ nBars: N_BARS, edge: EDGE, breakAt: null, flipAt: FLIP_AT, seed: SEED });
  const side = primarySides(bars, 'ema_cross').map((each, i) => (i % SIGNAL_EVERY === 0 ? each : 0));
  const config: OrchestratorConfig = {
    ...base,
    modelPath: join(directory, 'first.onnx'),
    retrainMinSamples: Number.MAX_SAFE_INTEGER, // only the monitors start a retraining
    outcomes: { ...base.outcomes, window: WINDOW },
    retrain: { ...base.retrain, automatic: true, cooldownSeconds: 0 },
    server: { ...base.server, dataDir: join(directory, 'data') },
  };
  const orchestrator = createOrchestrator(config, { ...(await loadModules(config)), logger: SILENT });
  const first = await orchestrator.train(bars.slice(0, TRAINED_BARS), { side: side.subarray(0, TRAINED_BARS) });
  await orchestrator.stop();
  const service = await createSignalService(config, { logger: SILENT });
  try {
    const { accuracy, majorityAccuracy } = first.metrics;
    return {
      firstLine: headlineOfClaims(first.metrics).word,
      baselineAccuracy: accuracy,
      baselineMajority: majorityAccuracy,
      ...(await feed(service, bars, side, onBar)),
    };
  } finally {
    await service.stop();
  }
}

async function feed(
  service: SignalService,
  bars: BarSeries,
  side: Int8Array,
  onBar: (bar: number) => void,
): Promise<Omit<DriftStory, 'firstLine' | 'baselineAccuracy' | 'baselineMajority'>> {
  const moments: DriftMoment[] = [];
  const retrainings: { bar: number; reason: string; note: string | null }[] = [];
  const firstVersion = service.status().modelVersion;
  let swappedAt: number | null = null;
  let broken: number | null = null;
  service.addBars(INSTRUMENT, bars.slice(TRAINED_BARS - WINDOW, TRAINED_BARS));
  for (let i = TRAINED_BARS; i < bars.length; i++) {
    service.addBars(INSTRUMENT, bars.slice(i, i + 1));
    const recorded = side[i] === 0 ? null : signal(service, bars.tsEvent[i], side[i] as Side);
    if (i % WAIT_EVERY === 0) await recorded;
    const started = service.status().retrain;
    if (started !== null && isUnderWay(started.state)) {
      if (swappedAt === null) broken = service.status().outcomes.accuracy;
      await ended(service); // without this, the fast feed would be over before the training
      const { reason, note } = service.status().retrain ?? started;
      retrainings.push({ bar: i, reason, note });
      if (swappedAt === null && service.status().modelVersion !== firstVersion) swappedAt = i;
    }
    if (i % MOMENT_EVERY === 0) moments.push(momentAt(service, i));
    onBar(i);
  }
  moments.push(momentAt(service, bars.length));
  const before = moments.findLast(({ bar }) => bar <= FLIP_AT)?.accuracy ?? null;
  const after = swappedAt === null ? null : (moments.at(-1)?.accuracy ?? null);
  return { changedAt: FLIP_AT, moments, retrainings, swappedAt, accuracy: { before, broken, after } };
}

async function signal(service: SignalService, timestamp: bigint, side: Side): Promise<void> {
  const message = { signalId: null, instrumentId: INSTRUMENT, signal: side, timestamp, bars: null };
  const origin = { transport: 'library', receivedNs: 0, waitedMs: 0, durable: false } as const;
  const { recorded } = await service.submit(message, origin);
  await recorded;
}

function isUnderWay(state: string): boolean {
  return state === 'created' || state === 'queued' || state === 'processing';
}

async function ended(service: SignalService): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (isUnderWay(service.status().retrain?.state ?? '')) return;
      clearInterval(timer);
      resolve();
    }, 5);
  });
}

function momentAt(service: SignalService, bar: number): DriftMoment {
  const { modelVersion, outcomes } = service.status();
  const { accuracy, baseRate, nInWindow } = outcomes;
  const majority = baseRate === null ? null : Math.max(baseRate, 1 - baseRate);
  return { bar, modelVersion, accuracy, majority, nOutcomes: nInWindow };
}

function storyLines(story: DriftStory): string[] {
  const { firstLine, baselineAccuracy, baselineMajority, changedAt, swappedAt, accuracy } = story;
  return [
    'A SIMULATED market with an edge built in, and a live service beside it.',
    `Trained on ${count(TRAINED_BARS)} bars: ${firstLine}; accuracy ${fixed(baselineAccuracy)} out of sample, always the majority ${fixed(baselineMajority)}.`,
    `At bar ${count(changedAt)} calm and turbulence swap their meaning, without notice to the service.`,
    '',
    '     bar  model               rolling accuracy  always the majority',
    ...story.moments.map(
      ({ bar, modelVersion, accuracy: now, majority, nOutcomes }) =>
        `${count(bar).padStart(8)}  ${(modelVersion ?? 'none').padEnd(18)}  ${fixed(now).padEnd(16)}  ${fixed(majority)} over ${nOutcomes}`,
    ),
    '',
    ...story.retrainings.map(({ bar, reason, note }) => `bar ${count(bar)}, ${reason}: ${note}`),
    '',
    swappedAt === null
      ? 'No challenger was better than the model that serves.'
      : `A challenger was better on events that neither was trained on, and serves from bar ${count(swappedAt)}. Accuracy: ${fixed(accuracy.before)} before the change, ${fixed(accuracy.broken)} when it was replaced, ${fixed(accuracy.after)} now.`,
  ];
}
