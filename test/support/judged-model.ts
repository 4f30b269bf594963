import { MetaModel, type ModelMetadata, type ModelParts } from '../../src/model/index.ts';
import { smallModel } from './small-model.ts';

export interface JudgedModelOptions extends Partial<Omit<ModelParts, 'metadata' | 'predictor' | 'calibrator'>> {
  /** What it says of every signal before and after calibration, [0, 1]; an error where its learner fails. */
  readonly says: number | Error;
  readonly metadata?: Partial<ModelMetadata>;
}

const SMALL = smallModel();

/** A model that says the same of every signal, with the metadata of the small one. */
export function judgedModel({ says, metadata = {}, ...parts }: JudgedModelOptions): MetaModel {
  const predictOne = (): number => {
    if (typeof says === 'number') return says;
    throw says;
  };
  const predictor = {
    predictOne,
    predictMany: (_: Float32Array, nRows: number) => Float64Array.from({ length: nRows }, predictOne),
    importance: null,
  };
  return MetaModel.fromDecoded({
    version: 'm-0000000000000001',
    parts: {
      ...SMALL,
      ...parts,
      predictor,
      calibrator: { kind: 'identity' },
      metadata: { ...SMALL.metadata, config: { labels: { sl_multiplier: 1.5 } }, ...metadata },
    },
  });
}
