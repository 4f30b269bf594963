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
  const { side = null, labels, sent, pool = inlineCompute() } = options;
  const instruments = alone(bars, side).map((each) => ({ ...each, ...(labels && { labels }), ...(sent && { sent }) }));
  return runTraining(
    { instruments, config: OrchestratorConfig(input) },
    { pool, sha256, clock: steppingClock(), onProgress: () => undefined },
  );
}

/** Reads the model of a training from its bytes. */
export function modelOf(output: Pick<TrainingOutput, 'modelBytes'>): MetaModel {
  return readModel(output.modelBytes, { sha256 });
}
