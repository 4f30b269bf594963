import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { ConditionError } from '../../core/index.ts';
import type * as reports from '../../report/index.ts';
import { checkWritable, requireParts, writeFileAtomic } from '../../runtime/index.ts';
import { say } from '../show/output.ts';

/** Origin of a report that this process makes. */
export function originOf(files: readonly string[]): reports.Origin {
  const { version } = createRequire(import.meta.url)('../../../package.json') as { version: string };
  return { command: process.argv.slice(2), files, version, node: process.version };
}

/**
 * Checks before long work that the report can be drawn and written.
 *
 * @param others - files that the command reads or writes; undefined for options that were not used.
 * @throws {ConditionError} when it is one of the others. @throws {DataError} FILE_UNWRITABLE.
 * @throws {Ml4tError} MISSING_PART.
 */
export async function checkReportPath(path: string, others: readonly (string | undefined)[]): Promise<void> {
  const isTaken = others.some((other) => other !== undefined && resolve(other) === resolve(path));
  if (isTaken) throw new ConditionError('--report', 'a file of its own', path);
  requireParts(['report']);
  await checkWritable(path);
}

/**
 * Makes a report and writes it. The code of reports is loaded only here.
 *
 * @throws {DataError} FILE_UNWRITABLE.
 */
export async function writeReport(path: string, make: (room: typeof reports) => Promise<string>): Promise<void> {
  const page = await make(await import('../../report/index.ts'));
  await writeFileAtomic(path, new TextEncoder().encode(page));
  say(`report: ${path}`);
}
