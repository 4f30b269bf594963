import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isCatalogPath, type ReadOptions } from '../../bars/index.ts';
import { ConditionError, count, fixed, Ml4tError, TrainingError } from '../../core/index.ts';
import type { Series } from '../../domain/index.ts';
import { replayHeadline } from '../../orchestrator/index.ts';
import { edgePValue, holmAdjusted, pText, SIGNIFICANCE } from '../../validation/index.ts';
import { checkedSettings, readingOptions, type SettingsOptions } from '../options.ts';
import { print, printJson, say, table } from '../show/output.ts';
import { type Progress, showProgress } from '../show/progress.ts';
import { modelFileName, type UniverseFile, universeFiles } from '../train/universe-files.ts';
import { type FilesOptions, type ReplayedFiles, replayFiles } from './replay-files.ts';
import { startReplay } from './start-replay.ts';

export interface UniverseReplayOptions extends SettingsOptions, FilesOptions {
  readonly universe: string;
  readonly instrument?: string;
  readonly report?: string;
  readonly json?: boolean;
}

type Given = Readonly<Record<string, unknown>>;
/** The replay of one series, or why there is none. */
type SeriesReplay = UniverseFile & { readonly modelPath: string } & (
    | { readonly done: ReplayedFiles }
    | { readonly code: string; readonly reason: string }
  );

/**
 * Replays every series of a universe by its own model, and prints what each came to. One that cannot be replayed fails alone.
 *
 * @param given - see `givenSettings`; `model_path` is the directory of the models, or one file for all; by default `models`.
 * @throws {DataError | ConditionError | TrainingError} when there is no series, or none could be replayed.
 */
export async function replayUniverse(
  paths: readonly string[],
  given: Given,
  options: UniverseReplayOptions,
): Promise<void> {
  checkAlone(paths, options);
  if (options.signals !== undefined) await checkCatalog('--signals', options.signals);
  if (options.out !== undefined) await checkCatalog('--out', options.out);
  const config = checkedSettings(given);
  const { signals: _, ...reading } = options;
  const files = await universeFiles(options.universe, readingOptions(config, reading));
  const models = options.model ?? (given.model_path === undefined ? 'models' : config.modelPath);
  const isDirectory = await stat(models).then(
    (info) => info.isDirectory(),
    () => options.model === undefined, // the replay says that it is not there
  );
  const progress = showProgress();
  const results: SeriesReplay[] = [];
  try {
    for (const file of files) {
      const modelPath = isDirectory ? join(models, modelFileName(file.instrument)) : models;
      results.push({ ...file, modelPath, ...(await replayOne(file, modelPath, given, options, progress)) });
    }
  } finally {
    progress.stop();
  }
  const adjusted = adjustedByInstrument(results);
  if (options.json === true) printJson(universeRecord(results, adjusted));
  else print(...universeReport(results, adjusted));
  if (!results.some((each) => 'done' in each))
    throw new TrainingError('TRAINING_FAILED', `none of the ${results.length} series could be replayed`);
}

/** @throws {ConditionError} for an option that is for one series of bars only. */
function checkAlone(paths: readonly string[], { labels, report, instrument }: UniverseReplayOptions): void {
  if (paths.length > 0) throw new ConditionError('--universe', 'used without files of bars', paths[0]);
  const others = { '--labels': labels, '--report': report, '--instrument': instrument };
  for (const [name, value] of Object.entries(others))
    if (value !== undefined) throw new ConditionError(name, 'left out with --universe', value);
}

/** @throws {ConditionError} for a path that is one file, where each series has its own signals and answers. */
async function checkCatalog(option: string, path: string): Promise<void> {
  if (await isCatalogPath(path)) return;
  throw new ConditionError(option, 'a catalog, a directory that ends with /, with --universe', path);
}

async function replayOne(
  file: UniverseFile,
  modelPath: string,
  given: Given,
  options: UniverseReplayOptions,
  progress: Progress,
): Promise<{ readonly done: ReplayedFiles } | { readonly code: string; readonly reason: string }> {
  const series: Series = file.series ?? { instrumentId: file.instrument, barType: null };
  const symbol: ReadOptions['symbol'] = file.symbol ?? options.symbol;
  const named = { ...options, model: modelPath, instrument: series.instrumentId };
  try {
    const started = await startReplay({ ...given, model_path: modelPath }, named);
    try {
      return { done: await replayFiles([file.path], started, series, { ...options, symbol }, progress) };
    } finally {
      await started.orchestrator.stop();
    }
  } catch (error) {
    if (!(error instanceof Ml4tError)) throw error;
    say(`${file.instrument}: ${error.message}`);
    return { code: error.code, reason: error.message };
  }
}

/** p-values of the edge of each series that was judged, corrected for the number of them. */
function adjustedByInstrument(results: readonly SeriesReplay[]): ReadonlyMap<string, number> {
  const judged = results.flatMap((each) => {
    if (!('done' in each)) return [];
    const { claims, finding, decision } = each.done.summary;
    return claims !== null && finding === 'judged' && decision !== null
      ? [[each.instrument, edgePValue(claims)] as const]
      : [];
  });
  const adjusted = holmAdjusted(judged.map(([, pValue]) => pValue));
  return new Map(judged.map(([instrument], k) => [instrument, adjusted[k]]));
}

function universeRecord(
  results: readonly SeriesReplay[],
  adjusted: ReadonlyMap<string, number>,
): Record<string, unknown> {
  const instruments = results.map((each) => {
    const { instrument, path, modelPath } = each;
    const head = { instrument, path, model: modelPath };
    if (!('done' in each)) return { ...head, code: each.code, reason: each.reason };
    return { ...head, adjusted_p_value: adjusted.get(instrument) ?? null, ...each.done.record };
  });
  const nReplayed = results.filter((each) => 'done' in each).length;
  return {
    n_instruments: results.length,
    n_replayed: nReplayed,
    n_failed: results.length - nReplayed,
    n_judged: adjusted.size,
    n_edge_adjusted: nEdges(adjusted),
    instruments,
  };
}

function universeReport(results: readonly SeriesReplay[], adjusted: ReadonlyMap<string, number>): string[] {
  const rows = results.map((each) => {
    const { instrument, modelPath } = each;
    if (!('done' in each)) return [instrument, 'failed', ...Array(6).fill('–'), `${each.code}: ${each.reason}`];
    const { summary } = each.done;
    const { claims } = summary;
    const p = adjusted.get(instrument);
    return [
      instrument,
      replayHeadline(summary).word,
      p === undefined ? '–' : pText(p),
      count(summary.nSignals),
      count(claims?.nJudged ?? 0),
      count(claims?.nTaken ?? 0),
      fixed(claims?.money.booked.meanBps ?? null, 2),
      fixed(claims?.money.excess.meanBps ?? null, 2),
      modelPath,
    ];
  });
  const head = ['instrument', 'verdict', 'adjusted p', 'signals', 'judged', 'taken', 'booked bp', 'excess bp', 'model'];
  if (adjusted.size === 0)
    return ['No series could be judged: too few signals come after a training.', '', ...table(head, rows)];
  return [
    `${nEdges(adjusted)} of ${adjusted.size} judged series keep an edge that having looked ${adjusted.size} times does not explain (Holm, ${SIGNIFICANCE * 100} %).`,
    '',
    ...table(head, rows),
  ];
}

function nEdges(adjusted: ReadonlyMap<string, number>): number {
  return [...adjusted.values()].filter((p) => p < SIGNIFICANCE).length;
}
