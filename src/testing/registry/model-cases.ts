import { claimsOfVerdict } from '../../model/index.ts';
import { assertRejects, assertResolves, assertSame } from '../assertions.ts';
import { addAged, bytesOf, type DefineCase, METADATA, retrained } from './registry-subject.ts';

const NO_MODEL = 'MODEL_NOT_FOUND';
/** Names that are no versions, because they could be paths or keys of somebody else. */
const NO_VERSIONS = [
  '../m-1',
  '..',
  '.',
  '.hidden',
  'a/b',
  'a\\b',
  '',
  'x'.repeat(65),
  'm-1\0',
  '%2e%2e',
  '/etc/passwd',
  'a b',
];

/** What is promised of single models: their bytes, manifests, quarantines. */
export function modelCases(define: DefineCase): void {
  define('an empty registry has nothing', async ({ registry }) => {
    assertSame('versions', await registry.list(), []);
    assertSame('champion', await registry.champion(), null);
    assertSame('shadow', await registry.shadow(), null);
    assertSame('moves', await registry.history(), []);
    assertSame('a prune removes nothing', await registry.prune(1, 'm-1'), []);
  });

  define('a model is read back as it was added, also after a kill', async ({ registry, reopen }) => {
    const bytes = bytesOf('m-1');
    await registry.add('m-1', bytes, retrained(null));
    bytes.fill(0);
    (await registry.read('m-1')).fill(0);
    assertSame(
      'its bytes, whatever happened to those given or read',
      [...(await registry.read('m-1'))],
      [...bytesOf('m-1')],
    );
    const again = await reopen();
    assertSame('its bytes after a kill', [...(await again.read('m-1'))], [...bytesOf('m-1')]);
    assertSame('its version', await again.list(), ['m-1']);
  });

  define('a version never changes', async ({ registry }) => {
    await registry.add('m-1', bytesOf('m-1'), retrained(null));
    const before = await registry.manifest('m-1');
    await registry.add('m-1', bytesOf('other'), retrained('m-0'));
    await registry.add('m-1', bytesOf('other'));
    assertSame('its bytes', [...(await registry.read('m-1'))], [...bytesOf('m-1')]);
    assertSame('its manifest', await registry.manifest('m-1'), before);
    await registry.add('m-2', bytesOf('m-2'), retrained(null));
    assertSame('it counted one trial', (await registry.manifest('m-2')).trial, 2);
  });

  define('versions are listed in the order in which they were added', async ({ registry, reopen }) => {
    await addAged(registry, 'm-3', 'm-1', 'M_2.x');
    await registry.add('m-3', bytesOf('m-3'));
    assertSame('oldest first', await registry.list(), ['m-3', 'm-1', 'M_2.x']);
    assertSame('after a kill', await (await reopen()).list(), ['m-3', 'm-1', 'M_2.x']);
  });

  define('a version is a name of 1 to 64 letters, digits, dots, lines and dashes', async ({ registry }) => {
    for (const version of ['a', '_', '-x', '9.y', 'X'.repeat(64)]) {
      await assertResolves(`${version} is one`, registry.add(version, bytesOf(version)));
      assertSame(`${version} is kept`, [...(await registry.read(version))], [...bytesOf(version)]);
    }
    for (const version of NO_VERSIONS) {
      const name = JSON.stringify(version);
      await assertRejects(`add ${name}`, registry.add(version, bytesOf('x')), NO_MODEL);
      await assertRejects(`read ${name}`, registry.read(version), NO_MODEL);
      await assertRejects(`manifest ${name}`, registry.manifest(version), NO_MODEL);
      await assertRejects(`setChampion ${name}`, registry.setChampion({ version, predecessor: null }, 'x'), NO_MODEL);
      await assertRejects(`quarantine ${name}`, registry.quarantine(version, 'x'), NO_MODEL);
      await assertRejects(`quarantineOf ${name}`, registry.quarantineOf(version), NO_MODEL);
    }
    assertSame('nothing of them is listed', (await registry.list()).length, 5);
  });

  define('a model that is not kept is not found', async ({ registry }) => {
    await registry.add('m-1', bytesOf('m-1'));
    await assertRejects('read', registry.read('m-2'), NO_MODEL);
    await assertRejects('manifest', registry.manifest('m-2'), NO_MODEL);
    await assertRejects('quarantine', registry.quarantine('m-2', 'bad'), NO_MODEL);
    assertSame('it is not in quarantine', await registry.quarantineOf('m-2'), null);
  });

  define('a manifest says where a model came from and what its figures are', async ({ registry, reopen }) => {
    await registry.add('m-1', bytesOf('m-1'), { origin: 'adopted', parent: null, metadata: METADATA });
    await registry.add('m-2', bytesOf('m-2'), retrained('m-1'));
    const { createdMs, metrics, ...second } = await (await reopen()).manifest('m-2');
    const { verdict, verdictFormat, tests, paysUpToBps, wouldPayUpToBps, primaryPaysUpToBps } = METADATA.training;
    const { primaryPays, timingPValue, cost, coinBiasBps, nEffective, detectableSkill } = METADATA.training;
    const expected = {
      version: 'm-2',
      parent: 'm-1',
      verdict,
      verdictFormat,
      tests,
      paysUpToBps,
      wouldPayUpToBps,
      primaryPaysUpToBps,
      primaryPays,
      timingPValue,
      cost,
      coinBiasBps,
      nEffective,
      detectableSkill,
      dataFingerprint: METADATA.dataFingerprint,
      nSamples: 800,
      lastBarTs: METADATA.lastBarTs,
      trial: 2,
      origin: 'retrained',
      quarantined: null,
    };
    assertSame('all but its time and figures', second, expected);
    const { accuracy, logLossSkill, brier } = metrics;
    assertSame('figures', { accuracy, logLossSkill, brier }, { accuracy: 0.6, logLossSkill: 0.1, brier: null });
    assertSame('a time', Number.isFinite(createdMs), true);
    const { origin, parent, trial } = await registry.manifest('m-1');
    assertSame('the first', { origin, parent, trial }, { origin: 'adopted', parent: null, trial: 1 });
  });

  define('a model put there by hand is imported, with the figures of its file', async ({ registry }) => {
    await registry.add('m-1', bytesOf('m-1'));
    const { createdMs: _, ...manifest } = await registry.manifest('m-1');
    const expected = {
      version: 'm-1',
      parent: null,
      ...claimsOfVerdict('unknown', 'unknown'),
      metrics: {},
      dataFingerprint: null,
      nSamples: null,
      lastBarTs: null,
      trial: 1,
      origin: 'imported',
      quarantined: null,
    };
    assertSame('of bytes that are no model', manifest, expected);
  });

  define(
    'the first reason of a quarantine stands, and nothing else of the manifest changes',
    async ({ registry, reopen }) => {
      await registry.add('m-1', bytesOf('m-1'), retrained(null));
      const before = await registry.manifest('m-1');
      assertSame('none at first', await registry.quarantineOf('m-1'), null);
      await registry.quarantine('m-1', 'first');
      await registry.quarantine('m-1', 'second');
      const again = await reopen();
      const quarantined = await again.quarantineOf('m-1');
      assertSame('its reason', quarantined?.reason, 'first');
      assertSame('its time', Number.isFinite(quarantined?.atMs), true);
      assertSame('the manifest', await again.manifest('m-1'), { ...before, quarantined });
    },
  );

  define('models that are added at the same time count a trial each', async ({ registry }) => {
    const versions = ['m-1', 'm-2', 'm-3', 'm-4'];
    await Promise.all(versions.map((version) => registry.add(version, bytesOf(version), retrained(null))));
    const trials = await Promise.all(versions.map(async (version) => (await registry.manifest(version)).trial));
    assertSame('trials', trials.sort(), [1, 2, 3, 4]);
  });
}
