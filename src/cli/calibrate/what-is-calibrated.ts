import { type Command, Option } from 'commander';
import type { ReadOptions } from '../../bars/index.ts';
import { ConditionError } from '../../core/index.ts';

/** What the command line says is calibrated: the probabilities of a column, else a model in a file. */
export interface SourceOptions {
  readonly probability?: string;
  readonly features?: readonly string[];
  readonly columns?: readonly string[];
  readonly directional?: readonly string[];
}

/** Files of a calibration. */
export interface CalibrationFiles {
  /** Null where probabilities are calibrated. */
  readonly modelFile: string | null;
  readonly paths: readonly string[];
}

/** Adds `--probability`. */
export function addProbabilityOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--probability <column>',
      'calibrate the probabilities in this column beside the signals, instead of a model in a file: that each trade wins, [0, 1]',
    ),
  );
}

/** @throws {ConditionError} for a model without bars. */
export function filesOf(files: readonly string[], { probability }: SourceOptions): CalibrationFiles {
  if (probability !== undefined) return { modelFile: null, paths: files };
  const [modelFile, ...paths] = files;
  if (paths.length > 0) return { modelFile, paths };
  const rule = 'named behind the model (ml4t calibrate MODEL BARS…), or alone with --probability COLUMN';
  throw new ConditionError('the bars', rule, modelFile);
}

/** @throws {ConditionError} for inputs that were named although the probability is the only one. */
export function checkAlone({ probability, features, columns, directional }: SourceOptions): void {
  if (probability === undefined) return;
  const named = Object.entries({ features, columns, directional }).find(([, names]) => names !== undefined);
  if (named === undefined) return;
  throw new ConditionError(`--${named[0]}`, 'left out with --probability, which is the only input', String(named[1]));
}

/** The names of a file's columns, with that of the probability as it is read. */
export function renamedProbability(
  { probability }: SourceOptions,
  rename: ReadOptions['rename'],
): ReadOptions['rename'] {
  return probability === undefined ? rename : { ...rename, [probability]: 'probability' };
}
