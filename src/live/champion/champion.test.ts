import { expect, test } from 'vitest';
import { ControlledJournal } from '../../../test/support/controlled-journal.ts';
import { ControlledRegistry } from '../../../test/support/controlled-registry.ts';
import { smallModelBytes } from '../../../test/support/live-service.ts';
import { sha256 } from '../../../test/support/small-model.ts';
import type { MetaModel } from '../../model/index.ts';
import { readModel } from '../../model/onnx/index.ts';
import { SILENT } from '../../ports/index.ts';
import { Champion } from './champion.ts';
import { KeptModels } from './kept-models.ts';

const FILES = [1, 2, 3].map((seed) => smallModelBytes(seed));
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
  expect(await champion.promote(b)).toEqual({ version: b, predecessor: a });
  expect([champion.current?.version, champion.previous]).toEqual([b, a]);
  expect(await champion.rollback(b, 'it was worse')).toEqual({ version: a, predecessor: null });
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
  expect(made).toEqual([{ version: b, predecessor: a }, false, { version: c, predecessor: b }]);
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
