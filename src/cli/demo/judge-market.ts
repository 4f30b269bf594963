import { createOrchestrator, loadModules } from '../../app/index.ts';
import type { OrchestratorConfig } from '../../config/index.ts';
import type { BarSeries } from '../../domain/index.ts';
import { type ReplayedSignal, type ReplaySummary, replay, summarizeReplay } from '../../orchestrator/index.ts';
import { SILENT } from '../../ports/index.ts';
import type { TrainingResult } from '../../training/index.ts';
import type { Progress } from '../show/progress.ts';

/** Share of the bars that a model is trained on; the rest comes after. */
const TRAINING_SHARE = 0.7;

/** A market that is to be judged. */
export interface Chapter {
  /** What there is to find, or where the bars come from. */
  readonly name: string;
  /** One sentence on what was built into a simulated market; null for real bars. */
  readonly builtIn: string | null;
  readonly bars: BarSeries;
  /** Own side of every bar; null for the built-in primary. */
  readonly side: Int8Array | null;
  /** The model is written to `modelPath`. */
  readonly config: OrchestratorConfig;
}

/** A market with the result of its training. */
export interface JudgedChapter extends Chapter {
  /** Number of bars trained on: the first ones. */
  readonly nTrained: number;
  readonly result: TrainingResult;
  /** The bars that came after, replayed as a live feed; null where nobody asked. */
  readonly rest: { readonly signals: readonly ReplayedSignal[]; readonly summary: ReplaySummary } | null;
}

export interface JudgingOptions {
  readonly workers: number;
  readonly progress: Progress;
  /** Whether the bars that come after the training are replayed. */
  readonly isReplayed?: boolean;
}

/** Trains on the first part of a market and, where asked, replays the rest as a live feed. */
export async function judgeMarket(chapter: Chapter, options: JudgingOptions): Promise<JudgedChapter> {
  const { bars, side, config } = chapter;
  const { workers, progress, isReplayed = false } = options;
  const nTrained = Math.floor(bars.length * TRAINING_SHARE);
  const orchestrator = createOrchestrator(config, { ...(await loadModules(config)), workers, logger: SILENT });
  try {
    const result = await orchestrator.train(bars.slice(0, nTrained), {
      side: side?.subarray(0, nTrained) ?? null,
      onProgress: ({ stage, done, total }) => progress.update(stage, done, total),
    });
    if (!isReplayed) return { ...chapter, nTrained, result, rest: null };
    const onProgress = (done: number, total: number): void => progress.update('replay', done, total);
    const signals = replay(orchestrator, bars, { instrumentId: 'DEMO', side, startBar: nTrained, onProgress });
    return { ...chapter, nTrained, result, rest: { signals, summary: summarizeReplay(orchestrator, bars, signals) } };
  } finally {
    progress.stop();
    await orchestrator.stop();
  }
}
