import { hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { z } from 'zod';
import { DataError, parseLossless } from '../core/index.ts';
import { type ChampionMove, type ChampionPointer, isSameChampion } from '../ports/index.ts';
import { readSmallText } from '../runtime/index.ts';
import { provenIn, provenRecord, provenSchema } from './champion-file.ts';

const PRIVATE_FILE = 0o600;
/** Maximum size of a log that is read, bytes; a line takes about 400. */
const MAX_LOG_BYTES = 64 * 2 ** 20;
/** Previous checksum of the first line. */
const NO_PREVIOUS = null;

const lineSchema = z.strictObject({
  version: z.string(),
  predecessor: z.string().nullable(),
  proven: provenSchema.optional(),
  why: z.string(),
  at_ms: z.number(),
  previous: z.string().nullable(),
  sha256: z.string(),
});
type Line = z.output<typeof lineSchema>;

/** Log of the champion's moves: one line of JSON for each, with its own SHA-256 and that of the line before. */
export interface ChampionLog {
  /** @throws {DataError} `FILE_UNREADABLE` naming the line that was changed. */
  read(): Promise<readonly ChampionMove[]>;
  /**
   * Adds a move.
   *
   * @param before - the champion before the move. Where the log does not end with it, because a process was killed between a
   * move and its line, the missing line is added first.
   */
  append(before: ChampionPointer | null, move: ChampionMove): Promise<void>;
}

/** The log in a file. A crash may leave an incomplete last line, which is ignored and replaced by the next move. */
export function championLog(path: string): ChampionLog {
  async function read(): Promise<readonly ChampionMove[]> {
    const lines = wholeLines(await textOf(path)).map(lineOf);
    const broken = lines.findIndex((line, k) => !isIntact(line, lines[k - 1]?.sha256 ?? NO_PREVIOUS));
    if (broken >= 0) {
      throw new DataError(
        'FILE_UNREADABLE',
        `line ${broken + 1} of ${path} was changed after it was written; restore the file, or move it away to start a new log`,
      );
    }
    return lines.flatMap((line) => (line === null ? [] : [moveOf(line)]));
  }

  async function append(before: ChampionPointer | null, move: ChampionMove): Promise<void> {
    const whole = wholeLines(await textOf(path));
    const last = lineOf(whole.at(-1) ?? '');
    const isMissing = before !== null && (last === null || !isSameChampion(moveOf(last), before));
    const added = isMissing ? [{ ...before, why: 'it was the champion already', atMs: move.atMs }] : [];
    let previous = last?.sha256 ?? NO_PREVIOUS;
    const lines = [...added, move].map((next) => {
      const line = chain(next, previous);
      previous = line.sha256;
      return `${JSON.stringify(line)}\n`;
    });
    await writeAfter(path, Buffer.byteLength(whole.map((line) => `${line}\n`).join('')), lines.join(''));
  }

  return { read, append };
}

async function writeAfter(path: string, length: number, text: string): Promise<void> {
  const file = await open(path, 'a', PRIVATE_FILE);
  try {
    await file.truncate(length); // removes a line that a crash left incomplete
    await file.appendFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function textOf(path: string): Promise<string> {
  return readSmallText(path, MAX_LOG_BYTES).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new DataError('FILE_UNREADABLE', `cannot read ${path}: ${error.message}`);
  });
}

function wholeLines(text: string): string[] {
  return text.split('\n').slice(0, -1);
}

function lineOf(text: string): Line | null {
  try {
    return lineSchema.safeParse(parseLossless(text)).data ?? null;
  } catch {
    return null; // incomplete or changed, which `isIntact` reports
  }
}

function chain({ version, predecessor, proven, why, atMs }: ChampionMove, previous: string | null): Line {
  const body = { version, predecessor, ...provenRecord(proven), why, at_ms: atMs, previous };
  return { ...body, sha256: hash('sha256', JSON.stringify(body), 'hex') };
}

function moveOf({ version, predecessor, proven, why, at_ms: atMs }: Line): ChampionMove {
  return { version, predecessor, ...provenIn(proven), why, atMs };
}

function isIntact(line: Line | null, previous: string | null): boolean {
  return line !== null && line.previous === previous && chain(moveOf(line), previous).sha256 === line.sha256;
}
