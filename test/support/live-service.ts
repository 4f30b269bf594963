import { createHash } from 'node:crypto';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../../src/config/index.ts';
import type { Clock } from '../../src/core/index.ts';
import { type BarSeries, type Side, WINDOW_BARS } from '../../src/domain/index.ts';
import type { SignalLanes } from '../../src/inference/index.ts';
import { SignalService } from '../../src/live/index.ts';
import type { MetaModel } from '../../src/model/index.ts';
import { encodeModel, readModel } from '../../src/model/onnx/index.ts';
import { ML4TOrchestrator } from '../../src/orchestrator/index.ts';
import type { AlertSender, LiveService, ModelMaker, SignalOrigin, SignalReceipt } from '../../src/ports/index.ts';
import { MemoryModelStore } from '../../src/testing/index.ts';
import { labelerGuard, labelerOf, type OwnParts, type Trainer } from '../../src/training/index.ts';
import type { SignalMessage } from '../../src/wire/index.ts';
import { ControlledJournal } from './controlled-journal.ts';
import { ControlledRegistry } from './controlled-registry.ts';
import { smallModel } from './small-model.ts';

const sha256 = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');

/** Bytes of the file of a small seeded model. */
export function smallModelBytes(seed = 1): Uint8Array {
  return encodeModel(smallModel({ seed }), sha256);
}

export interface LiveServiceOptions {
  readonly config?: OrchestratorConfigInput;
  readonly journal?: ControlledJournal;
  readonly registry?: ControlledRegistry;
  /** Bytes of the file at `model_path`; null for none. */
  readonly model?: Uint8Array | null;
  readonly nowMs?: () => number;
  /** Default: a clock that never advances. */
  readonly clock?: Clock;
  readonly trainer?: Trainer;
  readonly alerts?: AlertSender;
  /** Threads that judge; by default none. */
  readonly lanes?: SignalLanes;
  /** Brings models from outside; by default none. */
  readonly makeModel?: ModelMaker;
  /** Definitions of the caller. */
  readonly own?: OwnParts;
}

export interface LiveServiceParts {
  readonly service: SignalService;
  readonly journal: ControlledJournal;
  readonly registry: ControlledRegistry;
  readonly lines: string[];
}

/** Starts a service on a journal in memory. */
export async function liveService(options: LiveServiceOptions = {}): Promise<LiveServiceParts> {
  const { journal = new ControlledJournal(), registry = new ControlledRegistry(), model = smallModelBytes() } = options;
  const lines: string[] = [];
  const logger = { info: (line: string) => void lines.push(line), warn: (line: string) => void lines.push(line) };
  const { clock = { monotonicNs: () => 0 } } = options;
  const none = { train: () => Promise.reject(new Error('no trainer here')), close: () => Promise.resolve() };
  const { trainer = none, own = {} } = options;
  const config = OrchestratorConfig(options.config ?? {});
  const modelStore = new MemoryModelStore(model === null ? {} : { [config.modelPath]: model });
  const decode = async (bytes: Uint8Array): Promise<MetaModel> => readModel(bytes, { sha256 });
  const decodeModel = labelerGuard(decode, labelerOf(config, own, null), own);
  const orchestrator = new ML4TOrchestrator(config, {
    clock,
    logger,
    modelStore,
    trainer,
    decodeModel,
    own,
  });
  const nowMs = options.nowMs ?? (() => 1_800_000_000_000);
  let nextId = 0;
  const newId = (): string => `t${nextId++}`;
  const { alerts = null, makeModel = null, lanes = null } = options;
  const ports = {
    orchestrator,
    journal,
    registry,
    modelStore,
    decodeModel,
    clock,
    nowMs,
    logger,
    sha256,
    newId,
    alerts,
    lanes,
    makeModel,
  };
  return { service: await SignalService.start(ports), journal, registry, lines };
}

export const OVER_HTTP: SignalOrigin = { transport: 'http', receivedNs: 0, waitedMs: 0, durable: false };
export const OVER_STREAM: SignalOrigin = { transport: 'redis_stream', receivedNs: 0, waitedMs: 0, durable: true };

/** Signal at bar `end`, with its window of bars. */
export function messageAt(bars: BarSeries, end: number, input: Partial<SignalMessage> = {}): SignalMessage {
  const window = bars.slice(end - WINDOW_BARS + 1, end + 1);
  const signal: Side = 1;
  return {
    instrumentId: 'SIM',
    signal,
    timestamp: window.tsEvent[WINDOW_BARS - 1],
    bars: window,
    signalId: null,
    ...input,
  };
}

/** Submits a signal that the service knows to be new, or repeated of late: it must answer before it returns. */
export function submitNow(service: LiveService, message: SignalMessage, origin: SignalOrigin): SignalReceipt {
  const receipt = service.submit(message, origin);
  if (receipt instanceof Promise) throw new Error('the answer was not there at once');
  return receipt;
}
