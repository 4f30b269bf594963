import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { MarketEvent } from './market.ts';

const run = promisify(execFile);
const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** The fields of an answer that are scored. */
export interface Answer {
  readonly source: string;
  readonly raw_confidence: number | null;
  readonly meta_confidence: number;
}

/** @throws {Error} with what it said, where it fails. */
export async function ml4t(args: readonly string[]): Promise<void> {
  await run(process.execPath, [MAIN, ...args, '--json'], { maxBuffer: 1 << 28 });
}

/** The answers in a file of `replay --out`. @throws {Error} where there is not one for each event. */
export function readAnswers(path: string, events: readonly MarketEvent[]): Answer[] {
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  if (lines.length !== events.length)
    throw new Error(`${lines.length} answers to ${events.length} events: the replay left some out`);
  return lines.map((line) => JSON.parse(line) as Answer);
}

/** Whether the model answered: it does not where a signal is out of distribution. */
export function isAnswered({ source }: Answer): boolean {
  return source === 'model';
}

/** Which events are taken by the raw probability, and which by the calibrated one. */
export function takenBy(answers: readonly Answer[]): { readonly raw: boolean[]; readonly calibrated: boolean[] } {
  return {
    raw: answers.map((answer) => isAnswered(answer) && (answer.raw_confidence ?? 0) >= 0.5),
    calibrated: answers.map((answer) => isAnswered(answer) && answer.meta_confidence >= 0.5),
  };
}
