import { assertRejects, assertSame } from '../assertions.ts';
import { addAged, bytesOf, type DefineCase, retrained } from './registry-subject.ts';

/** What is promised of removing old models. */
export function pruneCases(define: DefineCase): void {
  define('prune removes the oldest models beyond keep', async ({ registry, reopen }) => {
    await addAged(registry, 'm-4', 'm-3', 'm-2', 'm-1', 'm-0');
    assertSame('nothing while there are no more', await registry.prune(5, 'm-0'), []);
    assertSame('the oldest, in their order', await registry.prune(3, 'm-0'), ['m-4', 'm-3']);
    await assertRejects('their bytes', registry.read('m-4'), 'MODEL_NOT_FOUND');
    await assertRejects('their manifests', registry.manifest('m-3'), 'MODEL_NOT_FOUND');
    assertSame('the others stay', await (await reopen()).list(), ['m-2', 'm-1', 'm-0']);
  });

  define('prune never removes champion, predecessor, shadow or spared', async ({ registry }) => {
    await addAged(registry, 'm-1', 'm-2', 'm-3', 'm-4', 'm-5');
    await registry.setChampion({ version: 'm-2', predecessor: 'm-1' }, 'first');
    await registry.setShadow({ version: 'm-3', champion: 'm-2', sinceTs: 0n });
    assertSame('all but the one that is none of them', await registry.prune(1, 'm-4'), ['m-5']);
    assertSame('they stay', await registry.list(), ['m-1', 'm-2', 'm-3', 'm-4']);
    await registry.setShadow(null);
    assertSame('the shadow of before', await registry.prune(1, 'm-4'), ['m-3']);
    assertSame('they count among those that are kept', await registry.prune(3, 'm-1'), []);
  });

  define('prune keeps the quarantine of a model and the count of trials', async ({ registry, reopen }) => {
    await addAged(registry, 'm-1', 'm-2', 'm-3');
    await registry.quarantine('m-1', 'bad');
    await registry.prune(1, 'm-3');
    const again = await reopen();
    assertSame('the model is gone', await again.list(), ['m-3']);
    assertSame('why it went', (await again.quarantineOf('m-1'))?.reason, 'bad');
    await again.add('m-4', bytesOf('m-4'), retrained(null));
    assertSame('removed ones count', (await again.manifest('m-4')).trial, 4);
    await again.add('m-1', bytesOf('m-1'), retrained(null));
    const { quarantined, trial } = await again.manifest('m-1');
    assertSame('it comes back with the manifest it had', [quarantined?.reason, trial], ['bad', 1]);
  });

  define('a model is not removed between the check that it is there and its promotion', async ({ registry }) => {
    await addAged(registry, 'm-1', 'm-2');
    await Promise.allSettled([
      registry.prune(1, 'm-2'),
      registry.setChampion({ version: 'm-1', predecessor: null }, 'promoted'),
    ]);
    const champion = (await registry.champion())?.version ?? 'm-2';
    assertSame('whoever serves is kept', (await registry.list()).includes(champion), true);
    await registry.add('m-1', bytesOf('m-1'));
    await Promise.allSettled([
      registry.setChampion({ version: 'm-1', predecessor: null }, 'promoted'),
      registry.prune(1, 'm-2'),
    ]);
    assertSame('promoted first, it stays', (await registry.list()).includes('m-1'), true);
  });
}
