import { describe, expect, test } from 'vitest';
import { ControlledJournal } from '../../../test/support/controlled-journal.ts';
import { ControlledRegistry } from '../../../test/support/controlled-registry.ts';
import { smallModelBytes } from '../../../test/support/live-service.ts';
import { sha256, smallModel } from '../../../test/support/small-model.ts';
import { NOTHING_PROVEN } from '../../domain/index.ts';
import type { MetaModel } from '../../model/index.ts';
import { encodeModel, readModel } from '../../model/onnx/index.ts';
import { SILENT } from '../../ports/index.ts';
import { Champion } from './champion.ts';
import { KeptModels } from './kept-models.ts';

const FILES = [1, 2, 3].map((seed) => smallModelBytes(seed));
/** What the files prove. */
const BY_FILE = { modelBps: 2.1, primaryBps: null };
const [a, b, c] = FILES.map((bytes) => readModel(bytes, { sha256 }).version);

/** A champion of three kept models, the first of which was the champion of the process before; no service runs. */
async function opened(): Promise<{
  readonly champion: Champion;
  readonly registry: ControlledRegistry;
  readonly journal: ControlledJournal;
  readonly heard: (string | null)[];
}> {
  const registry = new ControlledRegistry();
  FILES.forEach((bytes, k) => {
    registry.kept.set([a, b, c][k], bytes);
  });
  await registry.setChampion({ version: a, predecessor: null }, 'of the process before');
  const journal = new ControlledJournal();
  const decodeModel = async (bytes: Uint8Array): Promise<MetaModel> => readModel(bytes, { sha256 });
  const kept = new KeptModels({ registry, decodeModel, logger: SILENT });
  const champion = await Champion.open({ registry, kept, journal, logger: SILENT, nowMs: () => 7 });
  const heard: (string | null)[] = [];
  champion.changed.subscribe(({ model, reason }) => {
    expect(champion.current, 'whoever hears of a model finds it there').toBe(model);
    heard.push(model?.version ?? reason);
  });
  return { champion, registry, journal, heard };
}

function moves(journal: ControlledJournal): unknown[] {
  return journal.entries.flatMap((entry) =>
    entry.kind === 'model' ? [[entry.version, entry.event, entry.reason, entry.predecessor]] : [],
  );
}

test('every change is known to the registry, the journal and the subscribers, once and in order', async () => {
  const { champion, registry, journal, heard } = await opened();
  expect([champion.current, champion.previous, champion.reason]).toEqual([null, null, 'no model serves']);
  expect(await champion.resume()).toBe(true);
  expect(await champion.promote(b)).toEqual({ version: b, predecessor: a, proven: BY_FILE });
  expect([champion.current?.version, champion.previous]).toEqual([b, a]);
  expect(await champion.rollback(b, 'it was worse')).toEqual({ version: a, predecessor: null, proven: NOTHING_PROVEN });
  expect([champion.current?.version, champion.previous]).toEqual([a, null]);
  champion.serveNone('none may');
  expect([champion.current, champion.reason]).toEqual([null, 'none may']);
  expect(heard).toEqual([a, b, a, 'none may']);
  expect(registry.moves.map(({ why }) => why).slice(1)).toEqual(['promoted', `${b} was rolled back: it was worse`]);
  expect(moves(journal)).toEqual([
    [a, 'serves', 'the champion before it may not serve', null],
    [b, 'serves', 'promoted', a],
    [b, 'quarantined', 'it was worse', null],
    [a, 'serves', `${b} was rolled back: it was worse`, null],
    [null, 'none', 'none may', null],
  ]);
});

test('a quarantined model is promoted only by force, and the registry remembers that', async () => {
  const { champion, registry, journal, heard } = await opened();
  await champion.quarantine(c, 'bad');
  await expect(champion.promote(c)).rejects.toMatchObject({ code: 'MODEL_QUARANTINED' });
  expect([heard, moves(journal)]).toEqual([[], [[c, 'quarantined', 'bad', null]]]);
  await champion.promote(c, { isForced: true, why: 'promoted by hand' });
  expect(registry.moves.slice(1)).toMatchObject([{ version: c, predecessor: a, why: 'promoted by hand, forced' }]);
});

test('changes are made in turn: one that is asked for meanwhile finds the one before it', async () => {
  const { champion, heard } = await opened();
  await champion.resume();
  const made = await Promise.all([champion.promote(b), champion.promoteOver(a, c), champion.promote(c)]);
  expect(made).toMatchObject([{ version: b, predecessor: a }, false, { version: c, predecessor: b }]);
  expect(heard).toEqual([a, b, c]);
});

test('what is refused changes nothing', async () => {
  const { champion, journal, heard } = await opened();
  await champion.resume();
  await expect(champion.rollback(a, 'why not')).rejects.toThrow(`no model to return to: ${a} has no predecessor`);
  await expect(champion.rollback(b, 'why not')).rejects.toMatchObject({ code: 'NO_PREDECESSOR' });
  await expect(champion.promote('m-none')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  expect([heard, moves(journal)]).toEqual([[a], [[a, 'serves', expect.any(String), null]]]);
});

test('a model that cannot be kept serves in place of the champion, which has no predecessor then', async () => {
  const { champion } = await opened();
  await champion.promote(b);
  const foreign = readModel(FILES[2], { sha256 });
  champion.serveUnkept(foreign);
  expect([champion.current, champion.previous, champion.pointer?.version]).toEqual([foreign, null, b]);
});

test('since when a model serves: a restart does not count, a promotion does', async () => {
  const { champion, registry } = await opened();
  const [{ atMs }] = registry.moves;
  expect([champion.sinceMs, atMs === 7]).toEqual([null, false]);
  await champion.resume();
  expect(champion.sinceMs, 'the move of the process before').toBe(atMs);
  await champion.promote(b);
  expect(champion.sinceMs).toBe(registry.moves.at(-1)?.atMs);
  champion.serveUnkept(readModel(FILES[2], { sha256 }));
  expect(champion.sinceMs, 'the registry knows nothing of it').toBe(7);
  champion.serveNone('none may');
  expect(champion.sinceMs).toBeNull();
});

describe('what is proven while a model serves', () => {
  /** A file that proves more than the others. */
  const LARGE = (() => {
    const parts = smallModel({ seed: 9 });
    const training = { ...parts.metadata.training, paysUpToBps: 50 };
    return encodeModel({ ...parts, metadata: { ...parts.metadata, training } }, sha256);
  })();
  const large = readModel(LARGE, { sha256 });

  async function serving() {
    const parts = await opened();
    parts.registry.kept.set(large.version, LARGE);
    await parts.champion.resume();
    const ends: string[] = [];
    parts.champion.proofEnded.subscribe(({ model, proven }, why) => {
      expect(parts.champion.proven, 'whoever hears of it finds it there').toBe(proven);
      ends.push(`${model?.version} ${why}`);
    });
    return { ...parts, ends, recorded: () => parts.registry.pointer?.proven };
  }

  test('a kept champion whose record does not say it: what its file proves, and the record stays as it is', async () => {
    const { champion, recorded, registry } = await serving();
    expect([champion.proven, recorded(), registry.moves.length]).toEqual([BY_FILE, undefined, 1]);
  });

  test('by hand: what the file proves', async () => {
    const { champion, recorded } = await serving();
    await champion.promote(large.version);
    expect([champion.proven, recorded()]).toEqual(Array(2).fill({ modelBps: 50, primaryBps: null }));
  });

  test('a challenger takes over what is proven of the one it beat, whatever its own file says', async () => {
    const { champion, recorded } = await serving();
    await champion.promoteOver(a, large.version);
    expect([champion.current?.version, champion.proven, recorded()]).toEqual([large.version, BY_FILE, BY_FILE]);
  });

  test('nothing after an alarm, also for the challenger that follows; until a person promotes', async () => {
    const { champion, registry, recorded, ends, heard, journal } = await serving();
    await champion.endProof(a, 'its skill is lost');
    expect([champion.current?.version, champion.proven, recorded()]).toEqual([a, NOTHING_PROVEN, NOTHING_PROVEN]);
    expect([ends, heard], 'no other model serves').toEqual([[`${a} its skill is lost`], [a]]);
    expect(moves(journal).at(-1)).toEqual([a, 'proof_ended', 'its skill is lost', null]);
    expect(registry.moves.at(-1)).toMatchObject({
      version: a,
      why: 'nothing is proven of it any more: its skill is lost',
    });
    await champion.endProof(a, 'again');
    expect([ends, registry.moves.length], 'it ends once').toMatchObject([{ length: 1 }, 2]);
    await champion.promoteOver(a, large.version);
    expect([champion.proven, recorded()]).toEqual([NOTHING_PROVEN, NOTHING_PROVEN]);
    await champion.promote(large.version);
    expect(champion.proven.modelBps).toBe(50);
  });

  test('an alarm of a model that serves no more ends nothing', async () => {
    const { champion, ends } = await serving();
    const alarm = champion.promote(b).then(() => champion.endProof(a, 'late'));
    await alarm;
    expect([champion.proven, ends]).toEqual([BY_FILE, []]);
  });

  test('an alarm ends it also where that cannot be written down', async () => {
    const { champion, registry } = await serving();
    registry.setChampion = () => Promise.reject(new Error('no space left'));
    await champion.endProof(a, 'its skill is lost');
    expect(champion.proven).toEqual(NOTHING_PROVEN);
  });

  test('nothing after a rollback, nor where the champion cannot be read and the one before it serves', async () => {
    const { champion, recorded, registry } = await serving();
    await champion.promote(large.version);
    await champion.rollback(large.version, 'it was worse');
    expect([champion.current?.version, champion.proven, recorded()]).toEqual([a, NOTHING_PROVEN, NOTHING_PROVEN]);
    await champion.promote(b);
    registry.kept.set(b, new Uint8Array(3));
    const again = await reopened(registry);
    await again.resume();
    expect([again.current?.version, again.proven, recorded()]).toEqual([a, NOTHING_PROVEN, NOTHING_PROVEN]);
  });

  test('a restart changes nothing', async () => {
    const { champion, registry } = await serving();
    await champion.promoteOver(a, large.version);
    for (const expected of [BY_FILE, NOTHING_PROVEN]) {
      const again = await reopened(registry);
      await again.resume();
      expect(again.proven).toEqual(expected);
      await again.endProof(large.version, 'its skill is lost');
    }
    expect(champion.proven, 'of the process before').toEqual(BY_FILE);
  });

  test('a file that is named at every start brings back nothing that had ended', async () => {
    const { champion, registry } = await serving();
    const [bytesA, modelA] = [FILES[0], readModel(FILES[0], { sha256 })];
    await champion.adopt(modelA, bytesA);
    expect(champion.proven, 'never ended').toEqual(BY_FILE);
    await champion.endProof(a, 'its skill is lost');
    await champion.adopt(modelA, bytesA);
    expect(champion.proven, 'the champion itself').toEqual(NOTHING_PROVEN);
    await champion.promote(b);
    await champion.adopt(modelA, bytesA);
    expect(champion.proven, 'a champion of before').toEqual(NOTHING_PROVEN);
    await champion.quarantine(c, 'bad');
    await champion.adopt(readModel(FILES[2], { sha256 }), FILES[2]);
    expect(champion.proven, 'one that may not be promoted').toEqual(NOTHING_PROVEN);
    await champion.adopt(large, LARGE);
    expect(champion.proven.modelBps, 'one that never served').toBe(50);
    registry.history = () => Promise.reject(new Error('line 1 was changed'));
    await champion.adopt(modelA, bytesA);
    expect(champion.proven, 'nobody knows').toEqual(NOTHING_PROVEN);
  });

  test('the first model proves what its file proves; without one nothing is proven', async () => {
    const { champion, registry } = await opened();
    registry.kept.set(large.version, LARGE);
    champion.serveNone('none may');
    expect(champion.proven).toEqual(NOTHING_PROVEN);
    await champion.promoteFirst(large);
    expect(champion.proven.modelBps).toBe(50);
  });
});

function reopened(registry: ControlledRegistry): Promise<Champion> {
  const decodeModel = async (bytes: Uint8Array): Promise<MetaModel> => readModel(bytes, { sha256 });
  const kept = new KeptModels({ registry, decodeModel, logger: SILENT });
  return Champion.open({ registry, kept, journal: new ControlledJournal(), logger: SILENT, nowMs: () => 8 });
}
