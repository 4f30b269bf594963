import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModelError, Rng } from '../../src/core/index.ts';
import type { MetaModel } from '../../src/model/index.ts';
import { readModel } from '../../src/model/onnx/index.ts';
import { type ForeignCase, floats, namesOf, predicted, sha256 } from './compare.ts';

/** What became of one hostile variant. */
export interface HostileFinding {
  readonly name: string;
  readonly outcome: string;
  readonly reason: string;
  /** Whether it broke a promise: another error than one of a model, a wrong number, or too long a time. */
  readonly isFault: boolean;
  /** How long reading took, ms. */
  readonly ms: number;
}

interface HostileOptions {
  /** Directory of the sound files. */
  readonly files: string;
  /** Directory for the variants. */
  readonly out: string;
  readonly cases: readonly ForeignCase[];
  /** Runs a script of this folder. */
  readonly run: (script: string, args: readonly string[]) => boolean;
}

/** Number of files with random bytes changed, for each sound file. */
const N_BYTES = 12;
/** Largest time for reading a file, ms; generous, because machines are slow. */
const MAX_MS = 20_000;
/** Rows on which an accepted variant is compared. */
const N_ROWS = 40;

/** Reads hostile variants of each sound file; what is not refused must be equal to onnxruntime, which is asked last. */
export function checkHostile({ files, out, cases, run }: HostileOptions): HostileFinding[] {
  mkdirSync(out);
  if (!run('mutate.py', [files, out])) throw new Error('the variants could not be made');
  const loadable = new Map(cases.filter(({ x }) => x !== undefined).map((each) => [each.name, each]));
  for (const each of loadable.values()) damageBytes(files, out, each.name);
  const found: HostileFinding[] = [];
  const accepted: Accepted[] = [];
  for (const file of readdirSync(out).sort()) {
    const each = loadable.get(file.split('--')[0]);
    if (each !== undefined) found.push(readOne(join(out, file), each, accepted));
  }
  return judged(found, accepted, out, run);
}

/** A few bytes of a file changed, or its end cut off. */
function damageBytes(files: string, out: string, name: string): void {
  const whole = readFileSync(join(files, `${name}.onnx`));
  const rng = new Rng(name.length * 7919 + whole.length);
  for (let k = 0; k < N_BYTES; k++) {
    const damaged = Buffer.from(k === 0 ? whole.subarray(0, rng.nextInt(whole.length)) : whole);
    for (let i = 0; k > 0 && i < 1 + rng.nextInt(3); i++) damaged[rng.nextInt(damaged.length)] ^= 1 << rng.nextInt(8);
    writeFileSync(join(out, `${name}--bytes-${k}.onnx`), damaged);
  }
}

interface Accepted {
  readonly file: string;
  readonly n: number;
  readonly x: string;
  readonly p: string;
}

function readOne(path: string, each: ForeignCase, accepted: Accepted[]): HostileFinding {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const start = performance.now();
  const finding = (outcome: string, reason = '', isFault = false): HostileFinding => {
    const ms = performance.now() - start;
    return ms > MAX_MS
      ? { name, outcome: 'too slow', reason, isFault: true, ms }
      : { name, outcome, reason, isFault, ms };
  };
  try {
    const model = readModel(readFileSync(path), { sha256, featureNames: namesOf(each.n_features) });
    accepted.push(answersOf(path, each, model));
    return finding('accepted');
  } catch (error) {
    if (error instanceof ModelError) return finding(`refused (${error.code})`, error.message);
    return finding('another error', error instanceof Error ? (error.stack ?? error.message) : String(error), true);
  }
}

function answersOf(file: string, { x = '', n_features: width }: ForeignCase, model: MetaModel): Accepted {
  const all = floats(x);
  const n = Math.min(N_ROWS, all.length / width);
  const step = Math.floor(all.length / width / n);
  const rows = Float32Array.from(
    { length: n * width },
    (_, i) => all[Math.floor(i / width) * step * width + (i % width)],
  );
  const p = Float64Array.from({ length: n }, (_, k) => predicted(model, rows.subarray(k * width, (k + 1) * width)));
  const packed = (values: Float32Array | Float64Array): string => Buffer.from(values.buffer).toString('base64');
  return { file, n, x: packed(rows), p: packed(p) };
}

interface Verdict {
  readonly file: string;
  readonly outcome: string;
  readonly worst: number;
  readonly reason: string;
}

/** The findings with what onnxruntime says of those that were accepted. */
function judged(
  found: readonly HostileFinding[],
  accepted: readonly Accepted[],
  out: string,
  run: HostileOptions['run'],
): HostileFinding[] {
  const [asked, told] = ['accepted.json', 'verdicts.json'].map((name) => join(out, name));
  writeFileSync(asked, JSON.stringify(accepted));
  if (!run('judge.py', [asked, told])) throw new Error('onnxruntime could not be asked');
  const verdicts = new Map(
    (JSON.parse(readFileSync(told, 'utf8')) as Verdict[]).map((each) => [
      each.file.slice(each.file.lastIndexOf('/') + 1),
      each,
    ]),
  );
  return found.map((each): HostileFinding => {
    const verdict = each.outcome === 'accepted' ? verdicts.get(each.name) : undefined;
    if (verdict === undefined) return each;
    const reason = verdict.outcome === 'wrong' ? String(verdict.worst) : verdict.reason;
    return { ...each, outcome: `accepted, ${verdict.outcome}`, reason, isFault: verdict.outcome === 'wrong' };
  });
}
