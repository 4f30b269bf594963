// Makes a data directory from which a service can retrain, and reads its files without the product's code.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HELD_INSTRUMENT, heldBars, makeHeldSignal, type SignalText } from './market.ts';
import { postBars, postBarsOf, sendUntilAnswered } from './senders.ts';
import type { Service } from './service.ts';
import type { World } from './world.ts';

/** Instrument of the retrainings. */
export const LEARNED = 'LEARNED.TEST';
const N_BARS = 3000;
const WARM_UP = 100;
const SIGNAL_EVERY = 2;
const N_OTHER = 60;
const AT_ONCE = 8;

/** Settings under which only the case starts a retraining, and another instrument has newer signals than the learned one. */
export const RETRAIN_SETTINGS: readonly string[] = [
  'server.held_bars=5000',
  'retrain.cooldown_seconds=1000000',
  'retrain_min_samples=1000000',
  'outcomes.window=100',
];

/**
 * Fills a data directory: a champion from a market without an edge, bars with a planted edge and a trend-following signal at
 * every second one, and later signals of another instrument. The service is stopped afterwards.
 */
export async function fillDirectory(world: World, main: string, name: string): Promise<Service> {
  const file = (suffix: string): string => join(world.directory, suffix);
  run(main, ['simulate', file('dull.csv'), '--bars', '1500', '--edge', '0', '--seed', '9']);
  run(main, ['train', file('dull.csv'), '--model', file('dull.onnx'), '--workers', '1']);
  const service = await world.service(name, { model: file('dull.onnx'), set: RETRAIN_SETTINGS }).start();
  await sendMarket(world, main, service, N_BARS);
  world.expect((await postBars(service.url, HELD_INSTRUMENT, heldBars())) === 200, 'bars were refused');
  await sendAll(
    world,
    service,
    Array.from({ length: N_OTHER }, (_, n) => makeHeldSignal('other', n)),
  );
  const wrong = await service.stop();
  world.expect(wrong === null, `the first service: ${wrong}`);
  return service;
}

/** Sends bars with a planted edge, which the service keeps, and a trend-following signal at every second one. */
export async function sendMarket(world: World, main: string, service: Service, nBars: number): Promise<void> {
  const file = join(world.directory, 'rich.csv');
  run(main, ['simulate', file, '--bars', String(nBars), '--edge', '0.3', '--seed', '2']);
  const { bars, signals } = readMarket(file);
  world.expect((await postBarsOf(service.url, LEARNED, bars)) === 200, 'bars were refused');
  await sendAll(world, service, signals);
}

function run(main: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ml4t ${args[0]} ended with ${status}: ${stderr}`);
}

async function sendAll(world: World, service: Service, signals: readonly SignalText[]): Promise<void> {
  const waiting = [...signals];
  const send = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const reply = await sendUntilAnswered(() => service.url, next, world.log);
      world.expect(reply?.status === 200, `${next.id} was answered ${reply?.status} ${reply?.code}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, send));
}

/** Reads bars as a JSON object of columns, and makes signals by the crossing of EMA12 and EMA26. */
function readMarket(file: string): { readonly bars: string; readonly signals: readonly SignalText[] } {
  const [head, ...rows] = readFileSync(file, 'utf8').trim().split('\n');
  const cells = rows.map((row) => row.split(','));
  const names = head.split(',');
  const columns = names.map((name, j) => `"${name}":[${cells.map((row) => row[j]).join(',')}]`);
  const signals: SignalText[] = [];
  let [fast, slow] = [0, 0];
  for (const [i, row] of cells.entries()) {
    const close = Number(row[names.indexOf('close')]);
    fast = i === 0 ? close : fast + (2 / 13) * (close - fast);
    slow = i === 0 ? close : slow + (2 / 27) * (close - slow);
    if (i < WARM_UP || i % SIGNAL_EVERY !== 0 || fast === slow) continue;
    const id = `learned-${i}`;
    const side = fast > slow ? 1 : -1;
    signals.push({
      id,
      text: `{"signal_id":"${id}","instrument_id":"${LEARNED}","signal":${side},"timestamp":${row[0]}}`,
    });
  }
  return { bars: `{${columns.join(',')}}`, signals };
}

/** Requests a retraining on {@link LEARNED}. @throws when it is refused. */
export async function requestRetraining(service: Service): Promise<void> {
  const response = await fetch(`${service.url}/v1/retrain`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ instrument_id: LEARNED }),
  });
  if (response.status !== 202) throw new Error(`the request was answered ${response.status}: ${await response.text()}`);
}

/** Latest retraining by the status of the service: state `none` where there was none; null without an answer. */
export async function latestRetraining(
  service: Service,
): Promise<{ readonly state: string; readonly note: string | null } | null> {
  const { text, status } = await service.get('/v1/status');
  if (status !== 200) return null;
  const { retrain } = JSON.parse(text) as { retrain: { state: string; note: string | null } | null };
  return retrain ?? { state: 'none', note: null };
}

/** Models in a data directory. */
export interface ModelFacts {
  /** Content of the champion's file; null where it is not one whole JSON object. */
  readonly champion: { readonly version: string; readonly predecessor: string | null } | null;
  /** SHA-256 of the file of each version. */
  readonly files: ReadonlyMap<string, string>;
}

/** Reads the models in a data directory. */
export function readModels(dataDir: string): ModelFacts {
  const directory = join(dataDir, 'models');
  const files = readdirSync(directory)
    .filter((name) => name.endsWith('.onnx') && !name.startsWith('.'))
    .map((name): [string, string] => [name.slice(0, -'.onnx'.length), sha256(readFileSync(join(directory, name)))]);
  return { champion: readChampion(join(directory, 'champion')), files: new Map(files) };
}

function readChampion(file: string): ModelFacts['champion'] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ModelFacts['champion'];
  } catch {
    return null; // reported by the case
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A retraining by its records in the journal. */
export interface RecordedRetraining {
  readonly id: string;
  readonly states: readonly string[];
  /** Id of the retraining that it takes up again; null for none. */
  readonly resumedFrom: string | null;
  /** Note of the last state. */
  readonly lastNote: string | null;
}

/** Reads every retraining in a journal with SQLite, oldest first. No service may write meanwhile. */
export function readRetrainings(dataDir: string): RecordedRetraining[] {
  const db = new DatabaseSync(join(dataDir, 'ml4t.db'));
  try {
    const sql = 'SELECT trigger_id AS id, state, note, resumed_from AS resumedFrom FROM triggers ORDER BY seq';
    const moves = db.prepare(sql).all() as (Pick<RecordedRetraining, 'id' | 'resumedFrom'> & {
      state: string;
      note: string | null;
    })[];
    return [...Map.groupBy(moves, ({ id }) => id)].map(([id, own]) => ({
      id,
      states: own.map(({ state }) => state),
      resumedFrom: own[0].resumedFrom,
      lastNote: own[own.length - 1].note,
    }));
  } finally {
    db.close();
  }
}
