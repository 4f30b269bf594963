import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { OrchestratorConfig } from '../config/index.ts';
import { DataError, JournalError } from '../core/index.ts';
import { Champion, KeptModels } from '../live/index.ts';
import type { MetaModel } from '../model/index.ts';
import { brokenChain } from '../monitoring/index.ts';
import type { Journal, Logger, ModelRegistry } from '../ports/index.ts';
import { fileModelRegistry } from '../registry/index.ts';
import { consoleLogger, sha256 } from '../runtime/index.ts';
import { checkReason } from '../wire/index.ts';
import { decodeHere } from './create-orchestrator.ts';

/** A command says itself what it did; only what went wrong is worth another line. */
const WARNINGS: Logger = { info: () => undefined, warn: (message) => consoleLogger.warn(message) };

/** What was found of the journal in a data directory. */
export interface DirectoryVerification {
  /** Entries looked at. */
  readonly nRows: number;
  /** Judgements of challengers, each of which follows the one before it. */
  readonly nJudgements: number;
  /** One sentence for each thing that is not as it was written. */
  readonly faults: readonly string[];
}

/**
 * Looks at every entry of the journal in a directory, and at the chain of judgements; also while a service writes to it.
 *
 * @throws {DataError} `FILE_NOT_FOUND` where the directory holds no journal. @throws {JournalError} when it cannot be read.
 */
export async function verifyJournal(directory: string): Promise<DirectoryVerification> {
  const journal = await import('../journal/index.ts');
  const { nRows, faults } = await journal.verifyJournal(directory);
  if (faults.length > 0) return { nRows, nJudgements: 0, faults };
  const records = journal.readJournal(directory);
  try {
    const judgements = records.judgements();
    const broken = brokenChain(judgements, sha256);
    return { nRows, nJudgements: judgements.length, faults: broken === null ? [] : [broken] };
  } finally {
    records.close();
  }
}

/** The models kept in a data directory, also while a service serves from it. The champion is moved by {@link withChampion} only. */
export function openModels(directory: string): ModelRegistry {
  return fileModelRegistry(join(directory, 'models'));
}

/** Reads one model that is kept in a data directory. @throws {ModelError | DataError} when it is not there or may not serve. */
export function readKeptModel(directory: string, version: string): Promise<MetaModel> {
  return keptModelsOf(openModels(directory)).load(version);
}

/** A move of the champion. */
export interface ChampionWork<T> {
  /** Throws where the move would be refused. The journal is opened, and migrated, only for a move that will be made. */
  readonly check: (champion: Champion) => Promise<void>;
  readonly move: (champion: Champion) => Promise<T>;
}

/**
 * Moves the champion of `server.data_dir` while no service uses the directory: by the rules of a service, with an entry in its
 * journal for every move, for the next service to find.
 *
 * @returns what the move returns; null, and nothing is done, when a service uses the directory.
 * @throws what `check` throws. @throws {JournalError} when the journal cannot be opened. @throws {DataError} `FILE_UNREADABLE`
 * for the champion's file.
 */
export async function withChampion<T extends object>(
  config: OrchestratorConfig,
  { check, move }: ChampionWork<T>,
): Promise<T | null> {
  const { lockDirectory, openJournal } = await import('../journal/index.ts');
  const { server, journal: settings } = config;
  const registry = openModels(server.dataDir);
  const open = (journal: Pick<Journal, 'append'>): Promise<Champion> =>
    Champion.open({ registry, kept: keptModelsOf(registry), journal, logger: WARNINGS, nowMs: Date.now });
  return unlessLocked(async () => {
    const lock = lockDirectory(server.dataDir);
    await open({ append: async () => undefined })
      .then(check)
      .finally(() => lock.release());
    const journal = await openJournal({ directory: server.dataDir, ...settings, logger: WARNINGS });
    return open(journal)
      .then(move)
      .finally(() => journal.close());
  });
}

/**
 * Halts or resumes the service of `server.data_dir` while none uses the directory, for the next one to find.
 *
 * @returns whether it was written; false when a service uses the directory. @throws {DataError} `FILE_NOT_FOUND` where the directory
 * holds no journal. @throws {ConditionError} for the reason. @throws {JournalError} when it cannot be written.
 */
export async function haltDirectory(config: OrchestratorConfig, halted: boolean, given?: string): Promise<boolean> {
  const { JOURNAL_FILE, openJournal } = await import('../journal/index.ts');
  const { server, journal: settings } = config;
  const reason = checkReason(given);
  if (!existsSync(join(server.dataDir, JOURNAL_FILE))) {
    const remedy = 'name the one of the stopped service with --data-dir';
    throw new DataError('FILE_NOT_FOUND', `${server.dataDir} is no data directory of a service: ${remedy}`);
  }
  const written = await unlessLocked(async () => {
    const journal = await openJournal({ directory: server.dataDir, ...settings, logger: WARNINGS });
    const entry = { kind: 'halt', halted, reason, atMs: Date.now() } as const;
    await journal.append(entry, true).finally(() => journal.close());
    return true;
  });
  return written === true;
}

async function unlessLocked<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof JournalError && error.code === 'JOURNAL_LOCKED') return null;
    throw error;
  }
}

function keptModelsOf(registry: ModelRegistry): KeptModels {
  return new KeptModels({ registry, decodeModel: decodeHere, logger: WARNINGS });
}
