// The service is killed while it retrains: at every point of training, saving and promoting.
import { cpSync, mkdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { InferenceSession } from 'onnxruntime-node';
import { FORGETS_RETRAININGS, POINTS_FIRST, RESUMES_FOREVER, WRITES_IN_PLACE } from '../harness/builds.ts';
import { until } from '../harness/child.ts';
import type { Service } from '../harness/service.ts';
import {
  fillDirectory,
  type Life,
  latestRetraining,
  type ModelFacts,
  orderRetraining,
  RETRAIN_SETTINGS,
  readLives,
  readModels,
} from '../harness/trained-directory.ts';
import { type CaseContext, type FaultCase, onStage, type World } from '../harness/world.ts';

const PROMPT_MS = 30_000;
const WHOLE = ['created', 'queued', 'processing', 'completed'];
const CUT_SHORT = /^the process ended/;

/** When to kill: after a fraction of the training, or as the n-th change of a file among the models is seen, or so long after it. */
type Moment =
  | { readonly fraction: number; readonly isTwice: false }
  | { readonly change: number; readonly plusMs: number; readonly isTwice: boolean };

/** What a retraining came to that nobody disturbed. */
interface Undisturbed {
  readonly before: ModelFacts;
  readonly after: ModelFacts;
  readonly totalMs: number;
  /** Changes of files among the models that were seen. */
  readonly nChanges: number;
  /** From the order to the first of them, in the fastest training so far. */
  trainingMs: number;
}

/** kill -9 at random points of training, saving and promoting, and at every change of a file. */
export const retrainKills: FaultCase = {
  name: 'kill -9 while a model is trained, saved and promoted',
  expected:
    'the champion is the old or the new one, whole; it is trained once more, to the same bytes, and never a third time',
  needsRedis: false,
  failsUnder: [
    { sabotage: WRITES_IN_PLACE, by: /^half a (?:model|champion): / },
    { sabotage: POINTS_FIRST, by: /^no champion: / },
    { sabotage: FORGETS_RETRAININGS, by: /^not taken up: / },
    { sabotage: RESUMES_FOREVER, by: /^taken up again: / },
  ],
  run: (context) =>
    onStage(context, 'none', async (world) => {
      const base = await fillDirectory(world, context.main, 'base');
      const undisturbed = await retrainInPeace(world, base);
      const seed = Math.floor(2 ** 32 * Math.random());
      const moments = momentsOf(undisturbed, context, seed);
      const nCut = [0, 0, 0];
      for (const [round, moment] of moments.entries()) {
        nCut[await killAt({ world, base, undisturbed, round, moment })]++;
      }
      world.expect(nCut[1] + nCut[2] >= moments.length / 2, `only ${nCut[1] + nCut[2]} kills cut a retraining short`);
      world.expect(nCut[2] > 0, 'no second attempt was cut short');
      const span = `${Math.round(undisturbed.totalMs)} ms and ${undisturbed.nChanges} changes of files`;
      return `${moments.length} kills over ${span} of a retraining (seed ${seed}): ${nCut[1] + nCut[2]} cut it short, ${nCut[2]} the second attempt too`;
    }),
};

/** A service on a copy of a directory. */
function copyOf(world: World, base: Service, name: string): Service {
  const dataDir = join(world.directory, name);
  mkdirSync(dataDir);
  cpSync(base.dataDir, dataDir, { recursive: true });
  return world.service(name, { dataDir, set: RETRAIN_SETTINGS });
}

async function stateOf(service: Service): Promise<string | null> {
  return (await latestRetraining(service))?.state ?? null;
}

const isOver = (state: string | null): boolean => state === 'completed' || state === 'failed' || state === 'none';

function onChange(service: Service, seen: () => void): { close(): void } {
  return watch(join(service.dataDir, 'models'), seen);
}

async function retrainInPeace(world: World, base: Service): Promise<Undisturbed> {
  const service = await copyOf(world, base, 'undisturbed').start();
  const before = readModels(service.dataDir);
  const changes: number[] = [];
  const startedAt = performance.now();
  const watcher = onChange(service, () => changes.push(performance.now() - startedAt));
  await orderRetraining(service);
  await until(async () => isOver(await stateOf(service)), 'the undisturbed retraining', PROMPT_MS);
  const totalMs = performance.now() - startedAt;
  await service.stop();
  watcher.close();
  const after = readModels(service.dataDir);
  const [life] = readLives(service.dataDir);
  const { champion, files } = after;
  world.expect(String(life.states) === String(WHOLE), `undisturbed, it went ${life.states}: ${life.lastNote}`);
  const version = champion?.version ?? '';
  world.expect(version !== before.champion?.version, `undisturbed, it promoted nobody: ${life.lastNote}`);
  world.expect(files.size === before.files.size + 1, `undisturbed, it left ${files.size} models`);
  await InferenceSession.create(readFileSync(join(service.dataDir, 'models', `${version}.onnx`))); // it loads
  return { before, after, totalMs, nChanges: changes.length, trainingMs: changes[0] ?? totalMs };
}

/** Over all of the training, and densely where files change; some of those are killed again as soon as they are back. */
function momentsOf({ totalMs, trainingMs, nChanges }: Undisturbed, { isQuick }: CaseContext, seed: number): Moment[] {
  const [nTraining, nChange, nSaving] = isQuick ? [1, 2, 0] : [8, 9, 3];
  const random = fractions(seed);
  const spread = (n: number): number[] => Array.from({ length: n }, (_, k) => (k + random()) / n);
  return [
    ...spread(nTraining).map((fraction) => ({ fraction, isTwice: false }) as const),
    ...spread(nChange).map((at, k) => ({ change: 1 + Math.floor(at * nChanges), plusMs: 0, isTwice: k % 3 === 0 })),
    ...spread(nSaving).map((at) => ({ change: 1, plusMs: at * (totalMs - trainingMs), isTwice: false })),
  ];
}

function fractions(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Round {
  readonly world: World;
  readonly base: Service;
  readonly undisturbed: Undisturbed;
  readonly round: number;
  readonly moment: Moment;
}

/** Orders a retraining, kills the service, starts it again, and looks at what is there. @returns how many attempts were cut. */
async function killAt({ world, base, undisturbed, round, moment }: Round): Promise<number> {
  const at =
    'change' in moment ? `at change ${moment.change}` : `at ${(100 * moment.fraction).toFixed(0)} % of training`;
  const where = `round ${round}, killed ${at}`;
  const service = await copyOf(world, base, `round-${round}`).start();
  const hasWritten = await orderAndKill(service, moment, undisturbed);
  checkModels(world, service, undisturbed, where);
  await service.start();
  if (moment.isTwice) {
    await until(async () => (await stateOf(service)) !== 'queued', `${where}: the second attempt`);
    await delay(undisturbed.trainingMs / 3); // time to be written down, and not to be done
    await service.kill();
    checkModels(world, service, undisturbed, `${where}, and again`);
    await service.start();
  }
  await until(async () => isOver(await stateOf(service)), `${where}: the end of it`, PROMPT_MS);
  checkServing(world, service, await service.get('/v1/status'), where);
  const wrong = await service.stop();
  world.expect(wrong === null, `${where}: ${wrong}`);
  checkModels(world, service, undisturbed, where);
  const lives = readLives(service.dataDir);
  checkLives(world, lives, hasWritten, where);
  const isTrained = lives.some(({ states }) => states.at(-1) === 'completed');
  if (isTrained) checkSame(world, service, undisturbed, where);
  return lives.filter(({ lastNote }) => CUT_SHORT.test(lastNote ?? '')).length;
}

/** @returns whether a file among the models had changed: then the training was under way, and is known to have been. */
async function orderAndKill(service: Service, moment: Moment, undisturbed: Undisturbed): Promise<boolean> {
  let nChanges = 0;
  let isStruck = false;
  const strike = (): void => {
    service.signal('SIGKILL');
    isStruck = true;
  };
  const startedAt = performance.now();
  const watcher = onChange(service, () => {
    if (++nChanges === 1) undisturbed.trainingMs = Math.min(undisturbed.trainingMs, performance.now() - startedAt);
    if (!('change' in moment) || nChanges !== moment.change) return;
    if (moment.plusMs === 0) strike();
    else setTimeout(strike, moment.plusMs);
  });
  await orderRetraining(service).catch(() => undefined); // it may be killed before it answers
  if ('fraction' in moment) await delay(moment.fraction * undisturbed.trainingMs);
  else await until(async () => isStruck || isOver(await stateOf(service)), 'the change', PROMPT_MS);
  await service.kill();
  watcher.close();
  return nChanges > 0;
}

/** Whenever one looks: a whole champion, old or new, and no model that is anything else. */
function checkModels(world: World, { dataDir }: Service, { before, after }: Undisturbed, where: string): void {
  const { champion, files } = readModels(dataDir);
  for (const [version, hash] of files) {
    world.expect(
      after.files.get(version) === hash,
      `half a model: ${where}: ${version} is not what it was undisturbed`,
    );
  }
  if (champion === null) return void world.violations.push(`half a champion: ${where}: its file is torn`);
  const { version } = champion;
  const isKnown = version === before.champion?.version || version === after.champion?.version;
  const names = [...files.keys()];
  world.expect(isKnown && files.has(version), `no champion: ${where}: it names ${version}, and there are ${names}`);
}

function checkServing(world: World, { dataDir }: Service, { text }: { readonly text: string }, where: string): void {
  const { model_version: serving } = JSON.parse(text) as { model_version: string };
  const named = readModels(dataDir).champion?.version;
  world.expect(serving === named, `no champion: ${where}: ${serving} serves, not ${named}`);
}

/** One that was cut short fails, and is taken up once. */
function checkLives(world: World, lives: readonly Life[], hasWritten: boolean, where: string): void {
  const [first, second, third] = lives;
  const told = lives.map(({ states, lastNote }) => `${states.join('-')} (${lastNote})`).join(', ');
  world.expect(!hasWritten || first !== undefined, `not taken up: ${where}: the journal knows of no retraining`);
  world.expect(third === undefined, `taken up again: ${where}: ${told}`);
  for (const [k, { states, lastNote }] of lives.entries()) {
    const isWhole = String(states) === String(WHOLE);
    const isCut = states.at(-1) === 'failed' && CUT_SHORT.test(lastNote ?? '') && isStart(states.slice(0, -1));
    world.expect(isWhole || isCut, `a life of its own: ${where}: ${told}`);
    if (k === 0) world.expect(isWhole === (second === undefined), `not taken up: ${where}: ${told}`);
  }
  if (second === undefined) return;
  world.expect(second.resumedFrom === first.id, `not taken up: ${where}: ${second.resumedFrom}`);
}

function isStart(states: readonly string[]): boolean {
  return states.length > 0 && String(states) === String(WHOLE.slice(0, states.length));
}

/** What came of it in the end is what comes of it undisturbed. */
function checkSame(world: World, { dataDir }: Service, { after }: Undisturbed, where: string): void {
  const { champion, files } = readModels(dataDir);
  const isSame =
    champion?.version === after.champion?.version &&
    champion?.predecessor === after.champion?.predecessor &&
    files.size === after.files.size;
  world.expect(isSame, `another end: ${where}: ${JSON.stringify(champion)}, of ${[...files.keys()]}`);
}
