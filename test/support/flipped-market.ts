import { OrchestratorConfig, type OrchestratorConfigInput } from '../../src/config/index.ts';
import type { Side } from '../../src/domain/index.ts';
import { primarySides } from '../../src/labeling/index.ts';
import type { SignalService } from '../../src/live/index.ts';
import { readModel } from '../../src/model/onnx/index.ts';
import type { JournalEntry, ModelMaker } from '../../src/ports/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { inlineCompute, runTraining, type Trainer } from '../../src/training/index.ts';
import { ControlledJournal } from './controlled-journal.ts';
import { ControlledRegistry } from './controlled-registry.ts';
import { type LiveServiceParts, liveService, submitNow } from './live-service.ts';
import { sha256 } from './small-model.ts';
import { alone } from './trained.ts';

const FLIP_AT = 5000;
const RETRAIN_AT = 9000;
const SIGNAL_EVERY = 3;
const CONFIG = { forest: { nEstimators: 20 }, retrain: { holdoutEvents: 400, cooldownSeconds: 1e9 } };
const TRAINER: Trainer = {
  train: (request) =>
    runTraining(request, {
      pool: inlineCompute(),
      sha256,
      clock: { monotonicNs: () => 0 },
      onProgress: () => undefined,
    }),
  close: () => Promise.resolve(),
};

/** A market whose edge changes its sign after the champion was trained, so that every challenger is better. */
export interface FlippedMarket {
  /** Version of the champion. */
  readonly champion: string;
  /** Starts a service with its own journal and registry; the journal has the feed from the flip to the retraining. */
  open(options?: FlippedOptions): Promise<LiveServiceParts>;
  /** Bytes of a model of the bars after the flip, before `to`; by default of all bars until the retraining. */
  modelOf(to?: number): Promise<Uint8Array>;
  /** Sends the next bars, with a signal at every third. */
  feed(service: SignalService, nBars: number): void;
}

export interface FlippedOptions {
  readonly retrain?: OrchestratorConfigInput['retrain'];
  readonly retrainMinSamples?: number;
  readonly expirationHours?: number;
  /** Whether no model serves at first. */
  readonly isEmpty?: boolean;
  /** Bytes of the champion; by default a model of the bars before the flip. */
  readonly model?: Uint8Array;
  /** Brings models from outside; by default none. */
  readonly makeModel?: ModelMaker;
  readonly journal?: ControlledJournal;
  readonly registry?: ControlledRegistry;
  /** Called when a challenger is trained, before the service gets it. */
  readonly onTrained?: () => Promise<void>;
}

export async function flippedMarket(): Promise<FlippedMarket> {
  const { bars } = simulateMarket({ nBars: 12_000, edge: 0.15, breakAt: null, flipAt: FLIP_AT, seed: 3 });
  const sides = primarySides(bars, 'ema_cross').map((side, i) => (i % SIGNAL_EVERY === 0 ? side : 0));
  const fitted = async (from: number, to: number): Promise<Uint8Array> => {
    const instruments = alone(bars.slice(from, to), sides.slice(from, to));
    return (await TRAINER.train({ instruments, config: OrchestratorConfig(CONFIG) }, () => undefined)).modelBytes;
  };
  const modelBytes = await fitted(0, FLIP_AT);
  const next = new WeakMap<SignalService, number>();

  function feed(service: SignalService, nBars: number): void {
    const from = next.get(service) ?? RETRAIN_AT;
    for (let i = from; i < from + nBars; i++) {
      service.addBars('SIM', bars.slice(i, i + 1));
      if (sides[i] === 0) continue;
      const signal = sides[i] as Side;
      const message = { signalId: null, instrumentId: 'SIM', signal, timestamp: bars.tsEvent[i], bars: null };
      submitNow(service, message, { transport: 'library', receivedNs: 0, waitedMs: 0, durable: false });
    }
    next.set(service, from + nBars);
  }

  async function open(options: FlippedOptions = {}, seen: readonly JournalEntry[]): Promise<LiveServiceParts> {
    const { onTrained = () => Promise.resolve(), retrain, retrainMinSamples = 1e9, registry } = options;
    const { journal = new ControlledJournal(), expirationHours = null, isEmpty = false } = options;
    if (journal.entries.length === 0) journal.preload(seen);
    const trainer: Trainer = {
      ...TRAINER,
      train: async (...args) => {
        const output = await TRAINER.train(...args);
        await onTrained();
        return output;
      },
    };
    const config = {
      ...CONFIG,
      retrainMinSamples,
      model: { expirationHours },
      retrain: { ...CONFIG.retrain, ...retrain },
    };
    const model = isEmpty ? null : (options.model ?? modelBytes);
    const { makeModel } = options;
    const parts = { config, journal, trainer, model, registry: registry ?? new ControlledRegistry() };
    return liveService({ ...parts, ...(makeModel && { makeModel }) });
  }

  const first = await open({}, []);
  first.service.addBars('SIM', bars.slice(FLIP_AT - 200, FLIP_AT));
  next.set(first.service, FLIP_AT);
  feed(first.service, RETRAIN_AT - FLIP_AT);
  await first.service.stop();
  const seen = first.journal.entries;
  return {
    champion: readModel(modelBytes, { sha256 }).version,
    open: (options) => open(options, seen),
    modelOf: (to = RETRAIN_AT) => fitted(FLIP_AT, to),
    feed,
  };
}
