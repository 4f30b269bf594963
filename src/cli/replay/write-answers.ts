import { isCatalogPath, writeAnswersParquet, writeAnswersToCatalog } from '../../bars/index.ts';
import type { EnrichedSignalEvent, FeatureName, Series } from '../../domain/index.ts';
import type { ReplayedSignal } from '../../orchestrator/index.ts';
import { sha256, writeLines } from '../../runtime/index.ts';
import { lastingAnswer, wholeAnswer } from '../../wire/index.ts';
import { say } from '../show/output.ts';
import { replayedLines } from './replayed-lines.ts';

/** What a replay gave, to be written. */
export interface ReplayedAnswers {
  readonly replayed: readonly ReplayedSignal[];
  /** Features of the model in the order of its inputs; empty without a model. */
  readonly names: readonly FeatureName[];
  /** (nBars,) time of each replayed bar, UNIX ns. */
  readonly tsEvent: BigInt64Array;
  readonly series: Series;
}

/**
 * Writes the answers of a replay: into a catalog of NautilusTrader where the path is a directory, as its custom data in one file where it ends
 * with `.parquet`, else as NDJSON with features and outcomes.
 *
 * @throws {DataError} FILE_UNWRITABLE.
 */
export async function writeAnswers(path: string, { replayed, names, tsEvent, series }: ReplayedAnswers): Promise<void> {
  if (await isCatalogPath(path)) {
    if (replayed.length === 0) return say(`no signal was answered: nothing is written to ${path}`);
    const files = await writeAnswersToCatalog(path, series, replayed.map(answerText));
    return say(`answers: ${files.join(', ')}`);
  }
  if (path.endsWith('.parquet')) return writeAnswersParquet(path, replayed.map(answerText));
  await writeLines(path, replayedLines(replayed, names, tsEvent));
}

/** The answer as the service would give it; a replay is never late. */
function answerText({ enriched }: { readonly enriched: EnrichedSignalEvent }): string {
  const lasting = lastingAnswer(enriched);
  const answerHash = sha256(lasting);
  const { latencyNs } = enriched;
  return wholeAnswer(lasting, { answerHash, seq: null, latencyNs, late: false, duplicate: false });
}
