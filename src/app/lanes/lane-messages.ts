import type { OrchestratorConfig } from '../../config/index.ts';
import {
  allocateBarColumns,
  BAR_COLUMNS,
  type BarColumns,
  BarSeries,
  type ProvenCosts,
  SignalEvent,
  type SignalEventInput,
} from '../../domain/index.ts';
import type { JudgingState, LaneAnswer } from '../../inference/index.ts';
import { type PlainModel, toPlainModel } from '../../model/index.ts';
import type { PlainError } from '../../runtime/index.ts';
import type { OwnSources } from '../../training/index.ts';

/** What every lane judges by. */
export interface LaneThreadData {
  readonly config: OrchestratorConfig;
  /** Definitions of the caller, which the thread loads and verifies once, at its start. */
  readonly own: OwnSources;
}

/** `workerData` of the thread of a lane. */
export interface LaneWorkerData extends LaneThreadData {
  /** (1,) shared: number of signals that the thread has begun. */
  readonly begun: Int32Array;
}

/** A signal as plain data. */
interface PlainSignal extends Omit<SignalEventInput, 'bars' | 'context'> {
  readonly bars: BarColumns;
  readonly context: ReadonlyMap<string, BarColumns>;
}

/** What a lane is to judge by from now on. */
interface StateRequest extends Pick<JudgingState, 'missing' | 'isHalted'> {
  readonly kind: 'state';
  /** Null for the one that it has, or none. */
  readonly model: PlainModel | null;
  readonly proven: ProvenCosts;
}

interface SignalRequest {
  readonly kind: 'signal';
  readonly signal: PlainSignal;
  readonly lacksBar: boolean;
}

/** One thing that a lane does, in the order in which they come. */
export type LaneRequest = StateRequest | SignalRequest;

/** The first message of a lane. */
export type LaneStart = { readonly ready: true } | { readonly error: PlainError };

/** A lane has no answers until another model serves: it cannot make the one that does. */
export interface LaneUnable {
  readonly unable: PlainError;
}

/** Answers to the signals of one message, in their order; null for one that cannot be answered there. */
export type LaneReplies = readonly (LaneAnswer | null)[];

/** @param before - the state that the lane has; null for none yet. */
export function stateRequest(
  { model, proven, missing, isHalted }: JudgingState,
  before: JudgingState | null,
): LaneRequest {
  const isNew = model !== null && model !== (before?.model ?? null);
  return { kind: 'state', model: isNew ? toPlainModel(model.decoded) : null, proven, missing, isHalted };
}

export function signalRequest(event: SignalEvent, lacksBar: boolean): LaneRequest {
  const { instrumentId, signal, timestamp, strength, barType, features, signalId } = event;
  const context = new Map(Array.from(event.context, ([instrument, bars]) => [instrument, packed(bars)]));
  const plain = { instrumentId, signal, timestamp, strength, barType, features, signalId, bars: packed(event.bars) };
  return { kind: 'signal', signal: { ...plain, context }, lacksBar };
}

/** The signal that {@link signalRequest} took apart. */
export function eventOf({ signal }: SignalRequest): SignalEvent {
  const context = new Map(
    Array.from(signal.context, ([instrument, bars]) => [instrument, BarSeries.fromChecked(bars)]),
  );
  return new SignalEvent({ ...signal, bars: BarSeries.fromChecked(signal.bars), context });
}

/** Bars in memory of their own: a message takes along all the memory that its columns are views of. */
function packed(bars: BarSeries): BarColumns {
  const columns = allocateBarColumns(bars.length, bars.takerBuyVolume !== null);
  columns.tsEvent.set(bars.tsEvent);
  for (const name of BAR_COLUMNS) {
    if (name !== 'tsEvent') columns[name]?.set(bars[name] ?? []);
  }
  if (bars.columns.size === 0) return columns;
  return { ...columns, columns: new Map(Array.from(bars.columns, ([name, values]) => [name, values.slice()])) };
}
