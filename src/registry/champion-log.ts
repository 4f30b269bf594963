import { hash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DataError } from '../core/index.ts';
import type { ChampionMove, ChampionPointer } from '../ports/index.ts';

const PRIVATE_FILE = 0o600;
const FIRST = null;

const lineSchema = z.strictObject({
  version: z.string(),
  predecessor: z.string().nullable(),
  why: z.string(),
  at_ms: z.number(),
  previous: z.string().nullable(),
  sha256: z.string(),
});
type Line = z.output<typeof lineSchema>;

/** The moves of the champion: one line of JSON a move, each with the SHA-256 of itself and of the line before. */
export interface ChampionLog {
  /** @throws {DataError} `FILE_UNREADABLE` naming the line that was changed. */
  read(): Promise<readonly ChampionMove[]>;
  /**
   * Adds a move.
   *
   * @param before - the champion until now. Where the log does not end with it, because a process was killed between the move
   * and its line, the missing line is made up for first.
   */
  append(before: ChampionPointer | null, move: ChampionMove): Promise<void>;
}

/** The log in a file. Its last line may be torn by a crash; such a line is no line, and goes with the next move. */
export function championLog(path: string): ChampionLog {
  async function read(): Promise<readonly ChampionMove[]> {
    const lines = wholeLines(await textOf(path)).map(lineOf);
    const broken = lines.findIndex((line, k) => !isIntact(line, k === 0 ? FIRST : (lines[k - 1]?.sha256 ?? FIRST)));
    if (broken >= 0) throw new DataError('FILE_UNREADABLE', `line ${broken + 1} of ${path} is not as it was written`);
    return lines.flatMap((line) => (line === null ? [] : [moveOf(line)]));
  }

  async function append(before: ChampionPointer | null, move: ChampionMove): Promise<void> {
    const whole = wholeLines(await textOf(path));
    const last = lineOf(whole.at(-1) ?? '');
    const isMissing = before !== null && (last?.version !== before.version || last.predecessor !== before.predecessor);
    const made = isMissing ? [{ ...before, why: 'it was the champion already', atMs: move.atMs }] : [];
    let previous = last?.sha256 ?? FIRST;
    const lines = [...made, move].map((next) => {
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
    await file.truncate(length); // what a crash left half-written
    await file.appendFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new DataError('FILE_UNREADABLE', `cannot read ${path}: ${error.message}`);
  });
}

function wholeLines(text: string): string[] {
  return text.split('\n').slice(0, -1);
}

function lineOf(text: string): Line | null {
  try {
    return lineSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null; // torn, or changed: the reader says so
  }
}

function chain({ version, predecessor, why, atMs }: ChampionMove, previous: string | null): Line {
  const body = { version, predecessor, why, at_ms: atMs, previous };
  return { ...body, sha256: hash('sha256', JSON.stringify(body), 'hex') };
}

function moveOf({ version, predecessor, why, at_ms: atMs }: Line): ChampionMove {
  return { version, predecessor, why, atMs };
}

function isIntact(line: Line | null, previous: string | null): boolean {
  return line !== null && line.previous === previous && chain(moveOf(line), previous).sha256 === line.sha256;
}
