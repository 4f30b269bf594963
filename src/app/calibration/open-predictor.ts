import type { OrchestratorConfig } from '../../config/index.ts';
import { ConditionError, ModelError, parseIsoNanos } from '../../core/index.ts';
import type { Own } from '../../domain/index.ts';
import { FeatureRegistry } from '../../features/index.ts';
import type { Learner, ModelParts, Predictor } from '../../model/index.ts';
import { sha256 } from '../../runtime/index.ts';
import { modelFiles } from '../model-files.ts';
import type { GivenModules } from '../own-modules.ts';

/** A predictor that is to be calibrated, and what encodes it. */
export interface OpenedPredictor {
  readonly predictor: Predictor;
  readonly learner: Own<Learner>;
  /** The settings, with the features that the predictor takes. */
  readonly config: OrchestratorConfig;
  /**
   * Time up to which a file of ours says that its predictor learned, UNIX ns; null for one that says it saw none of the bars it was calibrated
   * on. Undefined for a file of another program, which does not say it.
   */
  readonly recordedUntil: bigint | null | undefined;
}

export interface OpenOptions extends Pick<GivenModules, 'features'> {
  /** Whether somebody named the inputs of the model: else the features of the settings are not meant. */
  readonly areNamed: boolean;
}

/** What a model file says of a predictor that had seen none of the bars. */
const UNSEEN = 'unseen';

/**
 * Takes the predictor out of a model file on disk: of another program, whose inputs are the features of the settings, in their order, or of ours,
 * which names them itself.
 *
 * @throws {ModelError | DataError} for a file that cannot be read, or whose inputs are not as many as the features.
 * @throws {ConditionError} for a feature that nobody knows.
 */
export async function openPredictor(
  path: string,
  config: OrchestratorConfig,
  { features, areNamed }: OpenOptions,
): Promise<OpenedPredictor> {
  const names = areNamed ? new FeatureRegistry(features, config).schema(config.featureNames) : [];
  const bytes = await modelFiles(config.limits.fileBytes).read(path);
  const { decodeModel } = await import('../../model/onnx/index.ts');
  // Of a foreign file only the number of its inputs can be compared, whatever they are called here.
  const placeholders = names.map((_, j) => `input_${j}`);
  const { treeLevels } = config.limits;
  const { parts } = decodeModel(bytes, {
    sha256,
    treeLevels,
    ...(placeholders.length > 0 && { featureNames: placeholders }),
  });
  const { predictor, learner } = parts;
  if (isForeign(parts)) return { predictor, learner, config, recordedUntil: undefined };
  return { predictor, learner, config: { ...config, ...featuresIn(parts) }, recordedUntil: untilIn(parts) };
}

/** Whether the parts are of a file that does not say how it was made. */
function isForeign({ metadata }: ModelParts): boolean {
  return metadata.training.verdictFormat === 'unknown';
}

function featuresIn({
  featureNames,
  columnFeatures,
}: ModelParts): Pick<OrchestratorConfig, 'featureNames' | 'columns' | 'directional'> {
  const { names: columns = [], directional = [] } = columnFeatures ?? {};
  return { featureNames, columns, directional };
}

function untilIn({ metadata: { config, lastBarTs } }: ModelParts): bigint | null {
  const { trained_until: until } = config;
  if (until === UNSEEN) return null;
  const known = typeof until === 'string' ? parseIsoNanos(until) : lastBarTs;
  if (known !== null) return known;
  const message = 'the model file does not say until when its predictor learned; train it again with ml4t train';
  throw new ModelError('MODEL_SCHEMA', message);
}

/**
 * Until when a predictor learned, by what was said and what its file records.
 *
 * @param given - time, UNIX ns; null where it is said to have seen none of the bars; undefined where nothing was said.
 * @throws {ConditionError} where nobody says it, or an earlier time was said than the file records.
 */
export function settleTrainedUntil(
  given: bigint | null | undefined,
  recorded: OpenedPredictor['recordedUntil'],
): bigint | null {
  if (given === undefined && recorded === undefined) {
    const rule =
      'the time of the last bar that the model learned from, e.g. 2026-06-30T00:00:00Z, or --unseen where it saw none of these bars: on bars that it learned from every model looks good';
    throw new ConditionError('--trained-until', rule, undefined);
  }
  if (given === undefined) return recorded ?? null;
  if (recorded === undefined || recorded === null) return given;
  if (given !== null && given >= recorded) return given;
  throw new ConditionError('--trained-until', 'no earlier than the file records, or left out', given ?? '--unseen');
}
