import { createHash } from 'node:crypto';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../../src/config/index.ts';
import { type Clock, ModelError } from '../../src/core/index.ts';
import { type BarSeries, type Side, WINDOW_BARS } from '../../src/domain/index.ts';
import { SignalService } from '../../src/live/index.ts';
import type { MetaModel } from '../../src/model/index.ts';
import { encodeModel, readModel } from '../../src/model/onnx/index.ts';
import { ML4TOrchestrator } from '../../src/orchestrator/index.ts';
import type {
  ChampionMove,
  ChampionPointer,
  ModelManifest,
  ModelQuarantine,
  ModelRegistry,
  ShadowPointer,
  SignalOrigin,
} from '../../src/ports/index.ts';
import { labelerGuard, labelerOf, type OwnParts, type Trainer } from '../../src/training/index.ts';
import type { SignalMessage } from '../../src/wire/index.ts';
import { MemoryJournal } from './memory-journal.ts';
import { smallModel } from './small-model.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A registry in memory. */
export class MemoryRegistry implements ModelRegistry {
  readonly kept = new Map<string, Uint8Array>();
  readonly quarantined = new Map<string, ModelQuarantine>();
  readonly moves: ChampionMove[] = [];
  pointer: ChampionPointer | null = null;
  shadowed: ShadowPointer | null = null;

  list(): Promise<readonly string[]> {
    return Promise.resolve([...this.kept.keys()]);
  }

  read(version: string): Promise<Uint8Array> {
    const bytes = this.kept.get(version);
    if (bytes === undefined) return Promise.reject(new ModelError('MODEL_NOT_FOUND', `no model ${version}`));
    return Promise.resolve(bytes);
  }

  add(version: string, bytes: Uint8Array): Promise<void> {
    if (!this.kept.has(version)) this.kept.set(version, bytes);
    return Promise.resolve();
  }

  champion(): Promise<ChampionPointer | null> {
    return Promise.resolve(this.pointer);
  }

  setChampion(pointer: ChampionPointer, why: string): Promise<void> {
    this.pointer = pointer;
    this.moves.push({ ...pointer, why, atMs: 0 });
    return Promise.resolve();
  }

  async manifest(version: string): Promise<ModelManifest> {
    await this.read(version);
    const quarantined = this.quarantined.get(version) ?? null;
    const unknown = { parent: null, verdict: 'unknown', metrics: {}, dataFingerprint: null, nSamples: null };
    return { version, createdMs: 0, ...unknown, lastBarTs: null, trial: null, origin: 'imported', quarantined };
  }

  quarantineOf(version: string): Promise<ModelQuarantine | null> {
    return Promise.resolve(this.quarantined.get(version) ?? null);
  }

  quarantine(version: string, reason: string): Promise<void> {
    this.quarantined.set(version, { reason, atMs: 0 });
    return Promise.resolve();
  }

  history(): Promise<readonly ChampionMove[]> {
    return Promise.resolve(this.moves);
  }

  shadow(): Promise<ShadowPointer | null> {
    return Promise.resolve(this.shadowed);
  }

  setShadow(shadow: ShadowPointer | null): Promise<void> {
    this.shadowed = shadow;
    return Promise.resolve();
  }

  prune(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }
}

/** Bytes of the file of a small seeded model. */
export function smallModelBytes(seed = 1): Uint8Array {
  return encodeModel(smallModel({ seed }), sha256);
}

export interface LiveServiceOptions {
  readonly config?: OrchestratorConfigInput;
  readonly journal?: MemoryJournal;
  readonly registry?: MemoryRegistry;
  /** Bytes of the file at `model_path`; null for none. */
  readonly model?: Uint8Array | null;
  readonly nowMs?: () => number;
  /** Default: a clock that never advances. */
  readonly clock?: Clock;
  readonly trainer?: Trainer;
  /** Definitions of the caller. */
  readonly own?: OwnParts;
}

export interface LiveServiceParts {
  readonly service: SignalService;
  readonly journal: MemoryJournal;
  readonly registry: MemoryRegistry;
  readonly lines: string[];
}

/** Starts a service on a journal in memory. */
export async function liveService(options: LiveServiceOptions = {}): Promise<LiveServiceParts> {
  const { journal = new MemoryJournal(), registry = new MemoryRegistry(), model = smallModelBytes() } = options;
  const lines: string[] = [];
  const logger = { info: (line: string) => void lines.push(line), warn: (line: string) => void lines.push(line) };
  const { clock = { monotonicNs: () => 0 } } = options;
  const modelStore = {
    read: (path: string) =>
      model === null
        ? Promise.reject(new ModelError('MODEL_NOT_FOUND', `no model at ${path}`))
        : Promise.resolve(model),
    write: () => Promise.resolve(),
    checkWritable: () => Promise.resolve(),
  };
  const none = { train: () => Promise.reject(new Error('no trainer here')), close: () => Promise.resolve() };
  const { trainer = none, own = {} } = options;
  const config = OrchestratorConfig(options.config ?? {});
  const decode = async (bytes: Uint8Array): Promise<MetaModel> => readModel(bytes, { sha256 });
  const decodeModel = labelerGuard(decode, labelerOf(config, own), own);
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
  const ports = { orchestrator, journal, registry, modelStore, decodeModel, clock, nowMs, logger, sha256, newId };
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
