import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ControlledRegistry } from '../../../test/support/controlled-registry.ts';
import type { ChampionMove, ModelManifest, ModelRegistry, ShadowPointer } from '../../ports/index.ts';
import { ContractError } from '../contract-case.ts';
import { registryContract } from './registry-contract.ts';
import type { RegistryFactory } from './registry-subject.ts';

/** A wrong implementation, as a few methods in the place of the right ones. */
type Wrong = (right: ControlledRegistry) => Partial<ModelRegistry>;

interface Sabotage {
  /** Name of the case that must notice it. */
  readonly breaks: string;
  readonly wrong?: Wrong;
  /** Nothing is there after a kill. */
  readonly isForgetful?: boolean;
}

function sabotaged({ wrong = () => ({}), isForgetful = false }: Sabotage): RegistryFactory {
  return async () => {
    const right = new ControlledRegistry();
    const wrap = (registry: ControlledRegistry): ModelRegistry => ({
      list: () => registry.list(),
      read: (version) => registry.read(version),
      manifest: (version) => registry.manifest(version),
      add: (version, bytes, known) => registry.add(version, bytes, known),
      champion: () => registry.champion(),
      setChampion: (pointer, why) => registry.setChampion(pointer, why),
      history: () => registry.history(),
      quarantineOf: (version) => registry.quarantineOf(version),
      quarantine: (version, reason) => registry.quarantine(version, reason),
      shadow: () => registry.shadow(),
      setShadow: (shadow) => registry.setShadow(shadow),
      prune: (keep, spared) => registry.prune(keep, spared),
      ...wrong(registry),
    });
    const registry = wrap(right);
    return {
      registry,
      reopen: async () => (isForgetful ? wrap(new ControlledRegistry()) : registry),
      dispose: async () => undefined,
    };
  };
}

/** An implementation whose manifests differ. */
const describing =
  (change: (manifest: ModelManifest) => Partial<ModelManifest>): Wrong =>
  (right) => ({
    manifest: async (version) => {
      const manifest = await right.manifest(version);
      return { ...manifest, ...change(manifest) };
    },
  });

/** A number that went through a double. */
function roughly(ts: bigint): bigint {
  return BigInt(Number(ts));
}

const SABOTAGES: readonly Sabotage[] = [
  {
    breaks: 'an empty registry has nothing',
    wrong: () => ({ champion: async () => ({ version: '', predecessor: null }) }),
  },
  { breaks: 'a model is read back as it was added, also after a kill', isForgetful: true },
  {
    breaks: 'a model is read back as it was added, also after a kill',
    wrong: (right) => {
      const given = new Map<string, Uint8Array>();
      return {
        add: (version, bytes, known) => {
          given.set(version, bytes);
          return right.add(version, bytes, known);
        },
        read: async (version) => given.get(version) ?? right.read(version),
      };
    },
  },
  {
    breaks: 'a version never changes',
    wrong: (right) => ({
      add: async (version, bytes, known) => {
        await right.add(version, bytes, known);
        right.kept.set(version, bytes);
      },
    }),
  },
  {
    breaks: 'versions are listed in the order in which they were added',
    wrong: (right) => ({ list: async () => (await right.list()).toSorted() }),
  },
  {
    breaks: 'a version is a name of 1 to 64 letters, digits, dots, lines and dashes',
    wrong: (right) => ({ add: (version, bytes) => right.add(version.replace(/^.*\//, ''), bytes) }),
  },
  {
    breaks: 'a version is a name of 1 to 64 letters, digits, dots, lines and dashes',
    wrong: (right) => ({ quarantineOf: (version) => right.quarantineOf(version).catch(() => null) }),
  },
  {
    breaks: 'a model that is not kept is not found',
    wrong: (right) => ({ read: (version) => right.read(version).catch(() => new Uint8Array()) }),
  },
  {
    breaks: 'a model that is not kept is not found',
    wrong: (right) => ({ quarantine: (version, reason) => right.quarantine(version, reason).catch(() => undefined) }),
  },
  {
    breaks: 'a manifest says where a model came from and what its figures are',
    wrong: describing(({ lastBarTs }) => ({ lastBarTs: lastBarTs === null ? null : roughly(lastBarTs) })),
  },
  {
    breaks: 'a manifest says where a model came from and what its figures are',
    wrong: describing(() => ({ parent: null })),
  },
  {
    breaks: 'a model put there by hand is imported, with the figures of its file',
    wrong: describing(() => ({ origin: 'adopted' })),
  },
  {
    breaks: 'the first reason of a quarantine stands, and nothing else of the manifest changes',
    wrong: (right) => {
      const reasons = new Map<string, string>();
      return {
        quarantine: (version, reason) => {
          reasons.set(version, reason);
          return right.quarantine(version, reason);
        },
        quarantineOf: async (version) => {
          const reason = reasons.get(version);
          return reason === undefined ? null : { reason, atMs: 0 };
        },
      };
    },
  },
  {
    breaks: 'models that are added at the same time count a trial each',
    wrong: describing(() => ({ trial: 1 })),
  },
  { breaks: 'the champion is replaced, and is there after a kill', isForgetful: true },
  {
    breaks: 'setChampion refuses a model that is not kept',
    wrong: (right) => ({ setChampion: (pointer, why) => right.setChampion(pointer, why).catch(() => undefined) }),
  },
  {
    breaks: 'setChampion refuses a model that is not kept',
    wrong: (right) => ({
      setChampion: async (pointer, why) => {
        right.point(pointer); // before the look
        await right.setChampion(pointer, why);
      },
    }),
  },
  {
    breaks: 'every move of the champion is remembered, oldest first',
    wrong: (right) => ({ history: async () => (await right.history()).toReversed() }),
  },
  {
    breaks: 'the pointer it has already is no move',
    wrong: (right) => {
      const calls: ChampionMove[] = [];
      return {
        setChampion: (pointer, why) => {
          calls.push({ ...pointer, why, atMs: 0 });
          return right.setChampion(pointer, why);
        },
        history: async () => calls,
      };
    },
  },
  {
    breaks: 'what is proven stands in the record of the champion, and is there after a kill',
    wrong: (right) => ({
      setChampion: ({ version, predecessor }, why) => right.setChampion({ version, predecessor }, why),
    }),
  },
  {
    breaks: 'what is proven stands in the record of the champion, and is there after a kill',
    wrong: (right) => ({
      setChampion: async (pointer, why) => {
        const before = await right.champion();
        if (before?.version !== pointer.version || before.predecessor !== pointer.predecessor)
          await right.setChampion(pointer, why);
      },
    }),
  },
  {
    breaks: 'the shadow is replaced and removed, and is there after a kill',
    wrong: (right) => ({
      shadow: async () => {
        const shadow: ShadowPointer | null = await right.shadow();
        return shadow && { ...shadow, sinceTs: roughly(shadow.sinceTs) };
      },
    }),
  },
  { breaks: 'prune removes the oldest models beyond keep', wrong: () => ({ prune: async () => [] }) },
  {
    breaks: 'prune removes the oldest models beyond keep',
    wrong: (right) => ({ prune: (keep, spared) => right.prune(keep - 1, spared) }),
  },
  {
    breaks: 'prune never removes champion, predecessor, shadow or spared',
    wrong: (right) => ({
      prune: async (keep, spared) => {
        const shadow = await right.shadow();
        await right.setShadow(null);
        const removed = await right.prune(keep, spared);
        await right.setShadow(shadow);
        return removed;
      },
    }),
  },
  {
    breaks: 'prune never removes champion, predecessor, shadow or spared',
    wrong: (right) => ({ prune: (keep) => right.prune(keep, '') }),
  },
  {
    breaks: 'prune keeps the quarantine of a model and the count of trials',
    wrong: (right) => ({
      quarantineOf: async (version) => ((await right.list()).includes(version) ? right.quarantineOf(version) : null),
    }),
  },
  {
    breaks: 'prune keeps the quarantine of a model and the count of trials',
    wrong: (right) => ({
      manifest: async (version) => {
        const trial = (await right.list()).indexOf(version) + 1;
        return { ...(await right.manifest(version)), trial };
      },
    }),
  },
  {
    breaks: 'a model is not removed between the check that it is there and its promotion',
    wrong: (right) => ({
      setChampion: async (pointer) => {
        await right.read(pointer.version);
        await nextTurn();
        right.point(pointer);
      },
    }),
  },
];

describe('a wrong registry is noticed', () => {
  test.each(SABOTAGES)('$breaks', async (sabotage) => {
    const { run } = registryContract(sabotaged(sabotage)).find(({ name }) => name === sabotage.breaks) ?? {};
    await expect(run?.()).rejects.toBeInstanceOf(ContractError);
  });

  test('by every case', () => {
    const proven = new Set(SABOTAGES.map(({ breaks }) => breaks));
    const names = registryContract(sabotaged({ breaks: '' })).map(({ name }) => name);
    expect(names.filter((name) => !proven.has(name))).toEqual([]);
  });

  test('and the same wrapping of the right one is not', async () => {
    for (const { run } of registryContract(sabotaged({ breaks: '' }))) await run();
  });
});
