import { atOnce, contained, DataError } from '../../core/index.ts';
import {
  type BarSeries,
  type Cadence,
  type ColumnValues,
  cadenceOf,
  type EnrichedSignalEvent,
  measureStep,
  type Side,
  SignalEvent,
  spanText,
} from '../../domain/index.ts';
import { volatility } from '../../features/index.ts';
import {
  BARRIER_KINDS,
  type BarrierKind,
  checkGivenTrades,
  type GivenTrades,
  labelBothSides,
  recordedRisk,
  riskUnitOf,
  type TradeColumns,
  tradeRisk,
} from '../../labeling/index.ts';
import { WINDOW_ALONE } from '../../model/index.ts';
import {
  type ContextInstrument,
  checkLabelSource,
  findEvents,
  labelerOf,
  type MissingInputs,
} from '../../training/index.ts';
import type { ML4TOrchestrator } from '../ml4t-orchestrator.ts';
import { knownEvents, sentColumns } from './replay-columns.ts';
import { contextReader } from './replay-context.ts';
import { replayFill, replayTerms } from './replay-terms.ts';

/** End of the trade that the other side of a signal would have been. */
export interface OtherTrade {
  /** Bar at which it ended. */
  readonly t1: number;
  /** Gross simple return in the direction of the other side. */
  readonly ret: number;
  readonly label: 0 | 1;
}

/** One signal of a replayed feed and its outcome. */
export interface ReplayedSignal {
  readonly enriched: EnrichedSignalEvent;
  /** Bar of the signal. */
  readonly t0: number;
  /** Bar at which its trade ended; -1 while it is open. */
  readonly t1: number;
  /** What ended the trade. */
  readonly kind: BarrierKind;
  /** Gross simple return in the direction of the signal; NaN while unresolved. */
  readonly ret: number;
  /** Meta-label, or null while unresolved. */
  readonly label: 0 | 1 | null;
  /** The other side at the same bar; null while it has no end, and where labels were given. */
  readonly other: OtherTrade | null;
  /** R: the distance of the stop as a fraction of the entry price; 0 where the window has no range. */
  readonly risk: number;
  /** Feature `volatility` at the bar of the signal. */
  readonly volatility: number;
  /** Whether the serving model was trained on bars of this time or of later ones; such a signal is no evidence. */
  readonly inSample: boolean;
  /** Whether all of those bars are later: the model has not seen this time, and knows what came after it. */
  readonly beforeTraining: boolean;
}

export interface ReplayOptions {
  readonly instrumentId: string;
  /** Bar type of the bars; null or absent where none is known. */
  readonly barType?: string | null;
  /** (nBars,) the signals that came with the bars, -1, 0 or 1; null for the built-in primary. */
  readonly side: Int8Array | null;
  /** (nBars,) of columns that came with the signals, NaN where a bar has none; they are read instead of those of the bars. */
  readonly sent?: ColumnValues | undefined;
  /** Bars of other instruments, which features of the model name. */
  readonly context?: readonly ContextInstrument[];
  /** Called once where events are left out because a column of the model has no value at their bar, before the first signal. */
  readonly onMissing?: (missing: MissingInputs) => void;
  /** Trades that the user labelled, which then are the events; absent or null where the labeler resolves them. */
  readonly labels?: GivenTrades | null;
  /** Called for every event, in time order, as soon as it is enriched. */
  readonly onSignal?: (enriched: EnrichedSignalEvent) => void;
  /** What it throws is ignored. */
  readonly onProgress?: (done: number, total: number) => void;
  /** First bar of an event; the bars before it only fill the window. */
  readonly startBar?: number;
}

/** Number of events between two reports of progress. */
const PROGRESS_STEP = 5000;

/**
 * Replays bars like a live feed: every event of the primary is enriched from the window of bars that ends with it, and both of
 * its sides are resolved by the bars after it, by the labeler of the orchestrator with the tick and the fill rule of the model.
 *
 * @throws {DataError} `WRONG_STEP` for bars of another length than those that the model learned from. @throws {TrainingError} for a
 * labeler that only knows given outcomes where none are. @throws {ConditionError} for labels that break a rule, or a labeler of its own.
 */
export function replay(orchestrator: ML4TOrchestrator, bars: BarSeries, options: ReplayOptions): ReplayedSignal[] {
  const { config, inferenceLoop, own: definitions } = orchestrator;
  const { instrumentId, barType = null, side, sent, labels = null, onSignal, startBar = 0 } = options;
  const { barsNeeded, context: needed } = inferenceLoop.model?.inputs ?? WINDOW_ALONE;
  const contextAt = contextReader(needed, options.context);
  const metadata = inferenceLoop.model?.metadata ?? null;
  checkStep(bars, cadenceOf(metadata?.cadences ?? null, instrumentId));
  const report = contained(options.onProgress ?? (() => undefined), () => undefined); // the replay goes on
  const labeler = labelerOf(config, definitions, replayTerms(config, metadata, instrumentId, bars.close));
  checkLabelSource(labeler, [{ instrument: null, bars, side, labels }]);
  if (labels !== null) checkGivenTrades(bars, labels);
  const events = labels ?? findEvents(bars, side, config);
  if (events.index.length === 0) return [];
  const { own, other } =
    labels === null
      ? labelBothSides(labeler, bars, events, replayFill(config, metadata))
      : { own: givenColumns(labels), other: null };
  const unit =
    metadata === null ? riskUnitOf(labeler, config.labels) : recordedRisk(metadata.config.labels, config.labels);
  const risks = tradeRisk(bars, unit);
  const volatilities = volatility(bars);
  const replayed: ReplayedSignal[] = [];
  const { kept, missing } = knownEvents(inferenceLoop.model, bars, events, sent);
  if (missing.nEvents > 0) atOnce(options.onMissing?.(missing));
  const { featuresAt, strengthAt } = sentColumns(sent);
  for (const k of kept) {
    const t0 = events.index[k];
    if (t0 < startBar) continue;
    const window = bars.slice(Math.max(0, t0 - barsNeeded + 1), t0 + 1);
    const timestamp = bars.tsEvent[t0];
    const signal = events.side[k] as Side;
    const known = { features: featuresAt(t0), strength: strengthAt(t0), context: contextAt(timestamp) };
    const event = new SignalEvent({ instrumentId, barType, signal, timestamp, bars: window, ...known });
    const enriched = orchestrator.processSignal(event);
    atOnce(onSignal?.(enriched));
    replayed.push({
      enriched,
      t0,
      ...ownTrade(own, k),
      other: other === null ? null : otherTrade(other, k),
      risk: risks[t0],
      volatility: volatilities[t0],
      inSample: metadata?.lastBarTs != null && timestamp <= metadata.lastBarTs,
      beforeTraining: metadata?.firstBarTs != null && timestamp < metadata.firstBarTs,
    });
    if (k % PROGRESS_STEP === 0) report(t0, bars.length);
  }
  report(bars.length, bars.length);
  return replayed;
}

/** Bars without a common step, such as those by ticks, are judged one by one. */
function checkStep({ tsEvent }: BarSeries, cadence: Cadence | null): void {
  const stepNs = measureStep(tsEvent);
  if (cadence === null || stepNs === null || stepNs === cadence.stepNs) return;
  const both = `the bars are of ${spanText(stepNs)}, the model learned from bars of ${spanText(cadence.stepNs)}`;
  throw new DataError('WRONG_STEP', `${both}; replay such bars, or train a model on bars of this length`);
}

function ownTrade(trades: TradeColumns, k: number): Pick<ReplayedSignal, 't1' | 'kind' | 'ret' | 'label'> {
  const t1 = trades.exit[k];
  const kind = BARRIER_KINDS[trades.kind[k]];
  if (t1 < 0) return { t1, kind, ret: Number.NaN, label: null };
  return { t1, kind, ret: trades.ret[k], label: trades.label[k] as 0 | 1 };
}

/** Given trades, as a labeler would have resolved them; they have neither a target nor a price of exit. */
function givenColumns({ index, exit, ret, label }: GivenTrades): TradeColumns {
  const unknown = new Float64Array(index.length).fill(Number.NaN);
  const kind = new Uint8Array(index.length).fill(BARRIER_KINDS.indexOf('told'));
  return { target: unknown, exit, exitPrice: unknown, kind, ret, label };
}

function otherTrade(trades: TradeColumns, k: number): OtherTrade | null {
  const t1 = trades.exit[k];
  return t1 < 0 ? null : { t1, ret: trades.ret[k], label: trades.label[k] as 0 | 1 };
}
