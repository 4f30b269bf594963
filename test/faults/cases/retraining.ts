// The service is killed while it retrains: at every point of training, saving and promoting.
import { cpSync, mkdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { InferenceSession } from 'onnxruntime-node';
import { TEST_SEED } from '../../support/seed.ts';
import { until } from '../../support/until.ts';
import { FORGETS_RETRAININGS, POINTS_FIRST, RESUMES_FOREVER, WRITES_IN_PLACE } from '../harness/builds.ts';
import type { Service } from '../harness/service.ts';
import {
  fillDirectory,
  latestRetraining,
  type ModelFacts,
  RETRAIN_SETTINGS,
  type RecordedRetraining,
  readModels,
  readRetrainings,
  requestRetraining,
} from '../harness/trained-directory.ts';
import { type CaseContext, type FaultCase, runCase, type World } from '../harness/world.ts';

const PROMPT_MS = 120_000;
/** Maximum number of kills beside those that are planned. */
const N_MORE = 8;
const WHOLE = ['created', 'queued', 'processing', 'completed'];
const CUT_SHORT = /^the process ended/;

/** Moment of a kill: after a fraction of the training, or `plusMs` after the n-th change of a file in the models' directory. */
type Moment =
  | { readonly fraction: number; readonly isTwice: boolean }
  | { readonly change: number; readonly plusMs: number; readonly isTwice: boolean };

/** Result of a retraining without a kill. */
interface Undisturbed {
  readonly before: ModelFacts;
  readonly after: ModelFacts;
  readonly totalMs: number;
  /** Number of changes of files in the models' directory. */
  readonly nChanges: number;
  /** Time from the request to the first change, in the fastest training so far, milliseconds. */
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
    runCase(context, 'none', async (world) => {
      const base = await fillDirectory(world, context.main, 'base');
      const undisturbed = await retrainUndisturbed(world, base);
      const moments = momentsOf(undisturbed, context, TEST_SEED);
      const nCut = [0, 0, 0];
      let round = 0;
      const kill = async (moment: Moment): Promise<void> => {
        nCut[await killAt({ world, base, undisturbed, round: round++, moment })]++;
      };
      for (const moment of moments) await kill(moment);
      // Where a machine was too late to meet enough of them, others follow, each sooner than the one before.
      const isEnough = (): boolean => nCut[2] > 0 && nCut[1] + nCut[2] >= moments.length / 2;
      for (let k = 1; k <= N_MORE && !isEnough() && world.violations.length === 0; k++) {
        await kill({ fraction: 0.5 ** k, isTwice: true });
      }
      world.expect(nCut[1] + nCut[2] >= moments.length / 2, `only ${nCut[1] + nCut[2]} kills cut a retraining short`);
      world.expect(nCut[2] > 0, 'no second attempt was cut short');
      const span = `${Math.round(undisturbed.totalMs)} ms and ${undisturbed.nChanges} changes of files`;
      return `${round} kills over ${span} of a retraining (seed ${TEST_SEED}): ${nCut[1] + nCut[2]} cut it short, ${nCut[2]} the second attempt too`;
    }),
};

/** Makes a service on a copy of a data directory. */
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

async function retrainUndisturbed(world: World, base: Service): Promise<Undisturbed> {
  const service = await copyOf(world, base, 'undisturbed').start();
  const before = readModels(service.dataDir);
  const changes: number[] = [];
  const startedAt = performance.now();
  const subscription = onChange(service, () => changes.push(performance.now() - startedAt));
  await requestRetraining(service);
  await until(async () => isOver(await stateOf(service)), 'the undisturbed retraining', PROMPT_MS);
  const totalMs = performance.now() - startedAt;
  await service.stop();
  subscription.close();
  const after = readModels(service.dataDir);
  const [retraining] = readRetrainings(service.dataDir);
  const { champion, files } = after;
  world.expect(
    String(retraining.states) === String(WHOLE),
    `undisturbed, it went ${retraining.states}: ${retraining.lastNote}`,
  );
  const version = champion?.version ?? '';
  world.expect(version !== before.champion?.version, `undisturbed, it promoted no model: ${retraining.lastNote}`);
  world.expect(files.size === before.files.size + 1, `undisturbed, it left ${files.size} models`);
  await InferenceSession.create(readFileSync(join(service.dataDir, 'models', `${version}.onnx`))); // it loads
  return { before, after, totalMs, nChanges: changes.length, trainingMs: changes[0] ?? totalMs };
}

/** Moments over the whole training, and more of them where files change; some services are killed again after their restart. */
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

/** Requests a retraining, kills the service, starts it again and checks its files. @returns number of interrupted attempts. */
async function killAt({ world, base, undisturbed, round, moment }: Round): Promise<number> {
  const at =
    'change' in moment ? `at change ${moment.change}` : `at ${(100 * moment.fraction).toFixed(0)} % of training`;
  const where = `round ${round}, killed ${at}`;
  const service = await copyOf(world, base, `round-${round}`).start();
  const hasWritten = await requestAndKill(service, moment, undisturbed);
  checkModels(world, service, undisturbed, where);
  await service.start();
  if (moment.isTwice) {
    await until(async () => (await stateOf(service)) !== 'queued', `${where}: the second attempt`);
    const fraction = 'fraction' in moment ? moment.fraction : 1 / 3;
    await delay(undisturbed.trainingMs * fraction); // long enough to be recorded, too short to be finished
    await service.kill();
    checkModels(world, service, undisturbed, `${where}, and again`);
    await service.start();
  }
  await until(async () => isOver(await stateOf(service)), `${where}: the end of it`, PROMPT_MS);
  checkServing(world, service, await service.get('/v1/status'), where);
  const wrong = await service.stop();
  world.expect(wrong === null, `${where}: ${wrong}`);
  checkModels(world, service, undisturbed, where);
  const retrainings = readRetrainings(service.dataDir);
  checkRetrainings(world, retrainings, hasWritten, where);
  const isTrained = retrainings.some(({ states }) => states.at(-1) === 'completed');
  if (isTrained) checkSame(world, service, undisturbed, where);
  return retrainings.filter(({ lastNote }) => CUT_SHORT.test(lastNote ?? '')).length;
}

/** @returns whether a file of the models had changed before the kill, so that the journal must have the retraining. */
async function requestAndKill(service: Service, moment: Moment, undisturbed: Undisturbed): Promise<boolean> {
  let nChanges = 0;
  let isKilled = false;
  const kill = (): void => {
    service.signal('SIGKILL');
    isKilled = true;
  };
  const startedAt = performance.now();
  const subscription = onChange(service, () => {
    if (++nChanges === 1) undisturbed.trainingMs = Math.min(undisturbed.trainingMs, performance.now() - startedAt);
    if (!('change' in moment) || nChanges !== moment.change) return;
    if (moment.plusMs === 0) kill();
    else setTimeout(kill, moment.plusMs);
  });
  await requestRetraining(service).catch(() => undefined); // it may be killed before it answers
  if ('fraction' in moment) await delay(moment.fraction * undisturbed.trainingMs);
  else await until(async () => isKilled || isOver(await stateOf(service)), 'the change', PROMPT_MS);
  await service.kill();
  subscription.close();
  return nChanges > 0;
}

/** Checks that the champion is the old or the new one, and that every model has the bytes of an undisturbed retraining. */
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

/** Checks that an interrupted retraining fails and is resumed once. */
function checkRetrainings(
  world: World,
  retrainings: readonly RecordedRetraining[],
  hasWritten: boolean,
  where: string,
): void {
  const [first, second, third] = retrainings;
  const found = retrainings.map(({ states, lastNote }) => `${states.join('-')} (${lastNote})`).join(', ');
  world.expect(!hasWritten || first !== undefined, `not taken up: ${where}: the journal knows of no retraining`);
  world.expect(third === undefined, `taken up again: ${where}: ${found}`);
  for (const [k, { states, lastNote }] of retrainings.entries()) {
    const isWhole = String(states) === String(WHOLE);
    const isCut = states.at(-1) === 'failed' && CUT_SHORT.test(lastNote ?? '') && isStart(states.slice(0, -1));
    world.expect(isWhole || isCut, `other states: ${where}: ${found}`);
    if (k === 0) world.expect(isWhole === (second === undefined), `not taken up: ${where}: ${found}`);
  }
  if (second === undefined) return;
  world.expect(second.resumedFrom === first.id, `not taken up: ${where}: ${second.resumedFrom}`);
}

function isStart(states: readonly string[]): boolean {
  return states.length > 0 && String(states) === String(WHOLE.slice(0, states.length));
}

/** Checks that the result is that of an undisturbed retraining. */
function checkSame(world: World, { dataDir }: Service, { after }: Undisturbed, where: string): void {
  const { champion, files } = readModels(dataDir);
  const isSame =
    champion?.version === after.champion?.version &&
    champion?.predecessor === after.champion?.predecessor &&
    files.size === after.files.size;
  world.expect(isSame, `another end: ${where}: ${JSON.stringify(champion)}, of ${[...files.keys()]}`);
}
