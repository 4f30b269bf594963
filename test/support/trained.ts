import { OrchestratorConfig, type OrchestratorConfigInput } from '../../src/config/index.ts';
import type { Clock } from '../../src/core/index.ts';
import type { BarSeries, ColumnValues } from '../../src/domain/index.ts';
import type { GivenTrades } from '../../src/labeling/index.ts';
import type { MetaModel } from '../../src/model/index.ts';
import { readModel } from '../../src/model/onnx/index.ts';
import {
  type ComputePool,
  type InstrumentBars,
  inlineCompute,
  runTraining,
  type TrainingOutput,
} from '../../src/training/index.ts';
import { sha256 } from './small-model.ts';

/** Clock that advances one nanosecond with every reading. */
export function steppingClock(): Clock {
  let now = 0;
  return { monotonicNs: () => ++now };
}

export interface TrainedOptions {
  readonly side?: Int8Array | null;
  /** Trades with labels of their own; by default none. */
  readonly labels?: GivenTrades;
  /** Trades at some of the signals whose outcomes were reported; by default none. */
  readonly told?: GivenTrades;
  /** (nBars,) of columns that came with the signals; by default none. */
  readonly sent?: ColumnValues;
  readonly pool?: ComputePool;
}

/** Makes the bars of a training on one instrument. */
export function alone(bars: BarSeries, side: Int8Array | null = null): readonly InstrumentBars[] {
  return [{ instrument: null, bars, side }];
}

/** Trains in the calling thread. */
export function trainHere(
  bars: BarSeries,
  input: OrchestratorConfigInput = {},
  options: TrainedOptions = {},
): Promise<TrainingOutput> {
  const { side = null, labels, told, sent, pool = inlineCompute() } = options;
  const given = { ...(labels && { labels }), ...(told && { told }), ...(sent && { sent }) };
  const instruments = alone(bars, side).map((each) => ({ ...each, ...given }));
  return runTraining(
    { instruments, config: OrchestratorConfig(input) },
    { pool, sha256, clock: steppingClock(), onProgress: () => undefined },
  );
}

/** Reads the model of a training from its bytes. */
export function modelOf(output: Pick<TrainingOutput, 'modelBytes'>): MetaModel {
  return readModel(output.modelBytes, { sha256 });
}
