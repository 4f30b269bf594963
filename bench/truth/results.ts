import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, globSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JudgedTraining } from './judged-training.ts';

/** One training of a run: a line of the file of results. */
export interface TruthResult {
  /** Of {@link sourcesHash}. */
  readonly sources: string;
  readonly kind: string;
  readonly seed: number;
  /** Processor time, ms. */
  readonly ms: number;
  /** Null where the training failed. */
  readonly training: JudgedTraining | null;
  /** Message of the failure; null for none. */
  readonly error: string | null;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ROOMS = [
  'core',
  'math',
  'domain',
  'features',
  'labeling',
  'model',
  'decision',
  'config',
  'validation',
  'simulation',
  'training',
];

/** Where the results of a run are kept, so that a stopped one goes on. */
export const RESULTS_FILE = join(ROOT, '.ml4t', 'truth.jsonl');

/** Names the code whose results these are: results of other code do not count. */
export function sourcesHash(): string {
  const files = [...ROOMS.map((room) => `src/${room}`), 'bench/truth'].flatMap((directory) =>
    globSync(`${directory}/**/*.ts`, { cwd: ROOT }),
  );
  const hash = createHash('sha256');
  for (const file of files.filter((name) => !name.endsWith('.test.ts')).sort())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(ROOT, file)))
      .update('\0');
  return hash.digest('hex').slice(0, 12);
}

/** The results of this code; a line that was cut off is left out. */
export function readResults(sources: string, file = RESULTS_FILE): TruthResult[] {
  if (!existsSync(file)) return [];
  const results: TruthResult[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const result = parse(line);
    if (result?.sources === sources) results.push(result);
  }
  return results;
}

function parse(line: string): TruthResult | null {
  try {
    return JSON.parse(line) as TruthResult;
  } catch {
    return null;
  }
}

/** Appends one result. The line break comes first, so that a line that was cut off spoils no other. */
export function appendResult(result: TruthResult, file = RESULTS_FILE): void {
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `\n${JSON.stringify(result)}`);
}
