import { assertRejects, assertSame } from '../assertions.ts';
import { bytesOf, type DefineCase } from './registry-subject.ts';

/** What is promised of the champion and the shadow. */
export function championCases(define: DefineCase): void {
  define('the champion is replaced, and is there after a kill', async ({ registry, reopen }) => {
    for (const version of ['m-1', 'm-2']) await registry.add(version, bytesOf(version));
    await registry.setChampion({ version: 'm-1', predecessor: null }, 'first');
    await registry.setChampion({ version: 'm-2', predecessor: 'm-1' }, 'better');
    assertSame('the pointer', await registry.champion(), { version: 'm-2', predecessor: 'm-1' });
    assertSame('after a kill', await (await reopen()).champion(), { version: 'm-2', predecessor: 'm-1' });
  });

  define('setChampion refuses a model that is not kept', async ({ registry }) => {
    await registry.add('m-1', bytesOf('m-1'));
    const unknown = { version: 'm-9', predecessor: 'm-1' };
    await assertRejects('the first champion', registry.setChampion(unknown, 'x'), 'MODEL_NOT_FOUND');
    assertSame('none serves', await registry.champion(), null);
    await registry.setChampion({ version: 'm-1', predecessor: null }, 'first');
    await assertRejects('a later one', registry.setChampion(unknown, 'x'), 'MODEL_NOT_FOUND');
    assertSame('the pointer stays', await registry.champion(), { version: 'm-1', predecessor: null });
    assertSame('and it is no move', (await registry.history()).length, 1);
  });

  define('every move of the champion is remembered, oldest first', async ({ registry, reopen }) => {
    for (const version of ['m-1', 'm-2']) await registry.add(version, bytesOf(version));
    await registry.setChampion({ version: 'm-1', predecessor: null }, 'first');
    await registry.setChampion({ version: 'm-2', predecessor: 'm-1' }, 'better');
    await registry.setChampion({ version: 'm-1', predecessor: null }, 'taken back');
    const moves = await (await reopen()).history();
    const expected = [
      { version: 'm-1', predecessor: null, why: 'first' },
      { version: 'm-2', predecessor: 'm-1', why: 'better' },
      { version: 'm-1', predecessor: null, why: 'taken back' },
    ];
    const found = moves.map(({ version, predecessor, why }) => ({ version, predecessor, why }));
    assertSame('versions and reasons', found, expected);
    assertSame(
      'their times',
      moves.every(({ atMs }) => Number.isFinite(atMs)),
      true,
    );
  });

  define('the pointer it has already is no move', async ({ registry }) => {
    for (const version of ['m-1', 'm-2']) await registry.add(version, bytesOf(version));
    await registry.setChampion({ version: 'm-2', predecessor: 'm-1' }, 'first');
    await registry.setChampion({ version: 'm-2', predecessor: 'm-1' }, 'again');
    assertSame(
      'one move',
      (await registry.history()).map(({ why }) => why),
      ['first'],
    );
    await registry.setChampion({ version: 'm-2', predecessor: null }, 'without a predecessor');
    assertSame('another predecessor is one', (await registry.history()).length, 2);
  });

  define(
    'what is proven stands in the record of the champion, and is there after a kill',
    async ({ registry, reopen }) => {
      for (const version of ['m-1', 'm-2']) await registry.add(version, bytesOf(version));
      const proven = { modelBps: 3.25, primaryBps: null };
      await registry.setChampion({ version: 'm-1', predecessor: null }, 'by an older program');
      assertSame('not recorded', (await registry.champion())?.proven, undefined);
      await registry.setChampion({ version: 'm-2', predecessor: 'm-1', proven }, 'better');
      const again = await reopen();
      assertSame('after a kill', await again.champion(), { version: 'm-2', predecessor: 'm-1', proven });
      await again.setChampion({ version: 'm-2', predecessor: 'm-1', proven: { ...proven } }, 'the same');
      const nothing = { modelBps: null, primaryBps: null };
      await again.setChampion({ version: 'm-2', predecessor: 'm-1', proven: nothing }, 'it decayed');
      const ended = await reopen();
      assertSame('replaced', (await ended.champion())?.proven, nothing);
      const moves = (await ended.history()).map((move) => [move.why, move.proven]);
      assertSame('remembered', moves, [
        ['by an older program', undefined],
        ['better', proven],
        ['it decayed', nothing],
      ]);
    },
  );

  define('the shadow is replaced and removed, and is there after a kill', async ({ registry, reopen }) => {
    for (const version of ['m-1', 'm-2', 'm-3']) await registry.add(version, bytesOf(version));
    const shadow = { version: 'm-2', champion: 'm-1', sinceTs: 1_700_000_000_123_456_789n };
    await registry.setShadow({ ...shadow, version: 'm-3' });
    await registry.setShadow(shadow);
    const again = await reopen();
    assertSame('the pointer', await again.shadow(), shadow);
    assertSame('it is no model', (await again.list()).length, 3);
    await again.setShadow(null);
    await again.setShadow(null);
    assertSame('none', await again.shadow(), null);
  });
}
