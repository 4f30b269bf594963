import { setImmediate } from 'node:timers/promises';
import type { OrchestratorConfigInput } from '../../src/config/index.ts';
import type { Side } from '../../src/domain/index.ts';
import { readModel } from '../../src/model/onnx/index.ts';
import type { JournalEntry } from '../../src/ports/index.ts';
import { inlineCompute, runTraining, type Trainer, type TrainingRequest } from '../../src/training/index.ts';
import { ControlledJournal } from '../support/controlled-journal.ts';
import { ControlledRegistry } from '../support/controlled-registry.ts';
import {
  type LiveServiceParts,
  liveService,
  messageAt,
  OVER_HTTP,
  smallModelBytes,
  submitNow,
} from '../support/live-service.ts';
import { randomWalk } from '../support/random-walk.ts';
import { sha256 } from '../support/small-model.ts';
import { until } from '../support/until.ts';
import { changes, type SettingCase, type SettingCases } from './setting-case.ts';

const WALK = randomWalk(2400, 11, { gaps: 0 });
const AT = 150;
const NS_PER_HOUR = 3.6e12;
const OTHER = smallModelBytes(2);
const other = readModel(OTHER, { sha256 }).version;
const FAST = { windowed: { outcomes: { window: 100 } }, rested: { cooldownSeconds: 0 } };

/** A service whose outcomes the test reports. */
interface Reporting extends LiveServiceParts {
  /** Reports the outcomes of `n` new signals, of which a `share` were judged rightly. */
  report(n: number, share: number): void;
  /** Lets time pass, hours. */
  wait(hours: number): void;
}

async function reporting<T>(config: OrchestratorConfigInput, use: (service: Reporting) => T | Promise<T>): Promise<T> {
  let nowNs = 0;
  let nSignals = 0;
  const parts = await liveService({ config, clock: { monotonicNs: () => nowNs } });
  const { service } = parts;
  function report(n: number, share: number): void {
    for (let k = 0; k < n; k++) {
      const signalId = `s${++nSignals}`;
      const { text } = submitNow(service, messageAt(WALK, AT + nSignals, { signalId }), OVER_HTTP);
      const said = Number((JSON.parse(text) as { readonly meta_confidence: number }).meta_confidence > 0.5);
      const isRight = Math.floor((k + 1) * share) > Math.floor(k * share);
      const label = (isRight ? said : 1 - said) as 0 | 1;
      service.recordOutcome({ signalId, label, tradeReturn: null, exitTs: null }).catch(() => undefined);
    }
  }
  const wait = (hours: number): void => {
    nowNs += hours * NS_PER_HOUR;
  };
  try {
    return await use({ ...parts, report, wait });
  } finally {
    await service.stop();
  }
}

/** The retraining that came of it: its reason, what noticed it, and its priority. */
function dueIn({ service }: LiveServiceParts): unknown {
  const { reason, detector, priority } = service.status().retrain ?? {};
  return { reason, detector, priority };
}

/** A case of the retraining that is due after `happen`. */
function due<T>(
  values: readonly [T, T],
  inputOf: (value: T) => OrchestratorConfigInput,
  happen: (service: Reporting) => void,
): SettingCase {
  return changes('which retraining is due', values, (value: T) =>
    reporting({ ...FAST.windowed, retrainMinSamples: 1e6, ...inputOf(value) }, async (parts) => {
      happen(parts);
      await setImmediate(); // an alarm first ends what is proven of the model, by promises of a registry in memory
      return dueIn(parts);
    }),
  );
}

/** A service with a history of bars and a signal at every third, and a trainer that notes what it is asked for. */
interface Retrained extends LiveServiceParts {
  readonly requests: readonly TrainingRequest[];
  /** Numbers of models that the registry was asked to keep. */
  readonly asked: readonly number[];
}

/** Runs one retraining on {@link WALK}, beside a champion that has seen none of it. */
async function retrained<T>(
  config: OrchestratorConfigInput,
  see: (retrained: Retrained) => T | Promise<T>,
): Promise<T> {
  const requests: TrainingRequest[] = [];
  const asked: number[] = [];
  const registry = Object.assign(new ControlledRegistry(), {
    prune: (keep: number): Promise<readonly string[]> => {
      asked.push(keep);
      return Promise.resolve([]);
    },
  });
  const trainer: Trainer = {
    train: (request) => {
      requests.push(request);
      const clock = { monotonicNs: () => 0 };
      return runTraining(request, { pool: inlineCompute(), sha256, clock, onProgress: () => undefined });
    },
    close: () => Promise.resolve(),
  };
  const journal = new ControlledJournal().preload(await pastEntries());
  const parts = await liveService({
    config: { ...config, forest: { nEstimators: 3 } },
    trainer,
    journal,
    registry,
  });
  const { service } = parts;
  service.retrain('SIM');
  try {
    await until(() => /completed|failed/.test(service.status().retrain?.state ?? ''), 'the retraining is over');
    return await see({ ...parts, requests, asked });
  } finally {
    await service.stop();
  }
}

let past: Promise<readonly JournalEntry[]> | null = null;

/** The records of a service that was fed {@link WALK}. */
function pastEntries(): Promise<readonly JournalEntry[]> {
  past ??= liveService({ config: { retrain: { automatic: false } } }).then(async ({ service, journal }) => {
    service.addBars('SIM', WALK.slice(0, 100));
    for (let i = 100; i < WALK.length; i++) {
      service.addBars('SIM', WALK.slice(i, i + 1));
      const signal: Side = i % 2 === 0 ? 1 : -1;
      const message = { signalId: null, instrumentId: 'SIM', signal, timestamp: WALK.tsEvent[i], bars: null };
      if (i % 3 === 0) service.submit(message, OVER_HTTP);
    }
    await service.stop();
    return journal.entries;
  });
  return past;
}

/** What was found when a champion was on trial for 100 outcomes. */
async function trialOf(rollbackWindow: number): Promise<boolean> {
  const config = { ...FAST.windowed, retrainMinSamples: 1e6, retrain: { rollbackWindow } };
  return reporting(config, async ({ service, registry, lines, report }) => {
    await registry.add(other, OTHER);
    const before = service.status().modelVersion;
    await service.promote(other, true);
    report(100, 0.5);
    await service.stop();
    return before !== null && lines.some((line) => /has stood its trial|is taken back/.test(line));
  });
}

export const RETRAINING_CASES: SettingCases = {
  retrain_accuracy_drop_threshold: due(
    [0.1, 0.3],
    (retrainAccuracyDropThreshold) => ({ retrainAccuracyDropThreshold, retrain: FAST.rested }),
    ({ report }) => report(150, 0.3),
  ),
  retrain_min_samples: due(
    [100, 200],
    (retrainMinSamples) => ({ retrainMinSamples, retrain: FAST.rested }),
    ({ report }) => report(120, 0.6),
  ),
  retrain_interval_bars: due<number | null>(
    [100, null],
    (retrainIntervalBars) => ({ retrainIntervalBars, retrain: FAST.rested }),
    ({ service, report }) => {
      report(1, 1);
      service.addBars('SIM', WALK.slice(0, 400));
    },
  ),
  'retrain.interval_hours': due<number | null>(
    [2, null],
    (intervalHours) => ({ retrain: { ...FAST.rested, intervalHours } }),
    ({ report, wait }) => {
      wait(3);
      report(1, 1);
    },
  ),
  'retrain.cooldown_seconds': due(
    [1000, 10_000],
    (cooldownSeconds) => ({ retrainMinSamples: 100, retrain: { cooldownSeconds } }),
    ({ report, wait }) => {
      wait(1);
      report(120, 0.6);
    },
  ),
  'retrain.automatic': due(
    [true, false],
    (automatic) => ({ retrainMinSamples: 100, retrain: { ...FAST.rested, automatic } }),
    ({ report }) => report(120, 0.6),
  ),
  'retrain.min_outcomes': due(
    [100, 1000],
    (minOutcomes) => ({ outcomes: { window: 1000 }, retrain: { ...FAST.rested, minOutcomes } }),
    ({ report }) => report(400, 0.2),
  ),
  'retrain.false_alarm_rate': due(
    [0.5, 1e-9],
    (falseAlarmRate) => ({ retrain: { ...FAST.rested, falseAlarmRate } }),
    ({ report }) => report(150, 0.45),
  ),
  'retrain.false_alarm_outcomes': due(
    [100, 1e9],
    (falseAlarmOutcomes) => ({ retrain: { ...FAST.rested, falseAlarmOutcomes } }),
    ({ report }) => report(60, 0.3),
  ),
  'outcomes.window': changes('the outcomes in the figures', [100, 120], (window: number) =>
    reporting({ outcomes: { window } }, ({ service, report }) => {
      report(130, 0.6);
      return service.status().outcomes.nInWindow;
    }),
  ),
  'retrain.rollback_window': changes('the end of a trial', [100, 1000], trialOf),
  'retrain.holdout_events': changes('the bars trained on', [200, null], (holdoutEvents: number | null) =>
    retrained({ retrain: { holdoutEvents } }, ({ requests }) =>
      requests.map(({ instruments: [{ bars }] }) => bars.length),
    ),
  ),
  'retrain.promotion_alpha': changes('what chance may do', [0.1, 0.01], (promotionAlpha: number) =>
    retrained({ retrain: { promotionAlpha, holdoutEvents: 200 } }, ({ journal }) =>
      journal.judgements.map(({ alpha }) => alpha),
    ),
  ),
  'retrain.shadow_outcomes': changes('who stands in shadow', [0, 50], async (shadowOutcomes: number) => {
    const registry = new ControlledRegistry();
    const first = await liveService({ registry });
    await registry.add(other, OTHER);
    await registry.setShadow({ version: other, champion: first.service.status().modelVersion ?? '', sinceTs: 0n });
    await first.service.stop();
    const { service } = await liveService({ registry, config: { retrain: { shadowOutcomes } } });
    const { shadow } = service.status();
    await service.stop();
    return shadow !== null;
  }),
  'models.keep': changes('the models kept', [2, 3], (keep: number) =>
    retrained({ models: { keep }, retrain: { holdoutEvents: 200 } }, ({ asked }) => [...asked]),
  ),
};
