import { beforeAll, expect, test } from 'vitest';
import { ControlledJournal } from '../../../test/support/controlled-journal.ts';
import { ControlledRegistry } from '../../../test/support/controlled-registry.ts';
import { type FlippedMarket, type FlippedOptions, flippedMarket } from '../../../test/support/flipped-market.ts';
import { type LiveServiceParts, smallModelBytes } from '../../../test/support/live-service.ts';
import { sha256 } from '../../../test/support/small-model.ts';
import { DataError, JournalError } from '../../core/index.ts';
import { readModel } from '../../model/onnx/index.ts';
import type { SignalService } from '../signal-service.ts';

const CHANGED = /another model came to serve meanwhile; it is kept, not promoted$/;
const OTHER = smallModelBytes(2);
const ANOTHER = smallModelBytes(3);
const [other, another] = [OTHER, ANOTHER].map((bytes) => readModel(bytes, { sha256 }).version);
let market: FlippedMarket;

beforeAll(async () => {
  market = await flippedMarket();
});

async function retrained(options: FlippedOptions): Promise<LiveServiceParts> {
  const parts = await market.open(options);
  parts.service.retrain('SIM');
  await ended(parts.service);
  return parts;
}

async function ended(service: SignalService): Promise<void> {
  await expect.poll(() => service.status().retrain?.state).toMatch(/completed|failed/);
}

test('a better challenger serves, by default at once', async () => {
  const { service } = await retrained({});
  const { retrain, modelVersion, shadow } = service.status();
  expect(retrain?.note).toMatch(/promote: it is better/);
  expect([modelVersion, shadow]).toEqual([retrain?.modelVersion, null]);
});

test('a champion that changes while its challenger is trained or judged: nobody is promoted', async () => {
  const registry = new ControlledRegistry();
  registry.kept.set(other, OTHER);
  let promote = (): Promise<unknown> => Promise.resolve();
  const onTrained = async (): Promise<void> => void (await promote());
  const parts = await market.open({ registry, onTrained });
  promote = () => parts.service.promote(other);
  parts.service.retrain('SIM');
  await ended(parts.service);
  const { retrain, modelVersion } = parts.service.status();
  expect(modelVersion).toBe(other);
  expect(retrain).toMatchObject({ state: 'completed', note: expect.stringMatching(CHANGED) });
  expect(await registry.list(), 'it is kept').toContain(retrain?.modelVersion);
});

/** A person promotes in the moment in which the challenger is being kept. */
class BusyRegistry extends ControlledRegistry {
  service: SignalService | null = null;

  override async add(version: string, bytes: Uint8Array): Promise<void> {
    await super.add(version, bytes);
    if (this.kept.has(other)) await this.service?.promote(other);
  }
}

test.each([0, 100])('nor while it is being kept (shadow for %i outcomes)', async (shadowOutcomes) => {
  const registry = new BusyRegistry();
  const { service } = await market.open({ registry, retrain: { shadowOutcomes } });
  registry.kept.set(other, OTHER);
  registry.service = service;
  service.retrain('SIM');
  await ended(service);
  const { retrain, modelVersion, shadow } = service.status();
  expect(retrain?.note).toMatch(/promote: it is better .*; but another model came to serve meanwhile/);
  expect([registry.pointer, shadow]).toMatchObject([{ version: other, predecessor: market.champion }, null]);
  expect(modelVersion).toBe(other);
});

test('a shadow that cannot be written down does not stand, and the reason is told', async () => {
  const registry = new ControlledRegistry();
  const full = new DataError('FILE_UNWRITABLE', 'no space left');
  registry.setShadow = (shadow) => (shadow === null ? Promise.resolve() : Promise.reject(full));
  const { service } = await retrained({ registry, retrain: { shadowOutcomes: 100 } });
  const { retrain, modelVersion, shadow } = service.status();
  expect(retrain).toMatchObject({
    state: 'completed',
    note: expect.stringMatching(/but it cannot .* \(no space left\)/),
  });
  expect([modelVersion, shadow]).toEqual([market.champion, null]);
});

test('nor where none served, and a person promotes one while it is being kept', async () => {
  const registry = new BusyRegistry();
  const { service } = await market.open({ registry, isEmpty: true });
  registry.kept.set(other, OTHER);
  registry.service = service;
  service.retrain('SIM');
  await ended(service);
  const { retrain, modelVersion } = service.status();
  expect(modelVersion).toBe(other);
  expect(retrain?.note).toMatch(CHANGED);
});

test('two promotions at once come one after the other: each knows the one before it', async () => {
  const { service, registry } = await market.open();
  registry.kept.set(other, OTHER).set(another, ANOTHER);
  await Promise.all([service.promote(other), service.promote(another)]);
  expect(registry.moves.slice(-2)).toMatchObject([
    { version: other, predecessor: market.champion },
    { version: another, predecessor: other },
  ]);
  expect(service.status().modelVersion).toBe(another);
});

/** The thread that reads a history died; the next one lives. */
class LameJournal extends ControlledJournal {
  isLame = true;

  override history(instrumentId: string, barType: string | null): ReturnType<ControlledJournal['history']> {
    if (!this.isLame) return super.history(instrumentId, barType);
    return Promise.reject(new JournalError('JOURNAL_FAILED', 'its reading thread ended early'));
  }
}

test('where the history cannot be read, the retraining fails alone, and the next one is none the worse', async () => {
  const journal = new LameJournal();
  const { service } = await retrained({ journal });
  expect(service.status().retrain).toMatchObject({ state: 'failed', note: 'its reading thread ended early' });
  expect([service.isReady, service.status().modelVersion]).toEqual([true, market.champion]);
  market.feed(service, 6);
  expect(service.status().counts.bySource.model, 'signals are answered').toBeGreaterThan(0);
  journal.isLame = false;
  service.retrain('SIM');
  await ended(service);
  expect(service.status().retrain?.state).toBe('completed');
});

test('too few events to hold any out is told apart from no proof', async () => {
  const { service } = await retrained({ retrain: { holdoutEvents: 1200 } });
  expect(service.status().retrain?.note).toMatch(/too few events to hold out 1200 that judge it/);
  expect(service.status().modelVersion).toBe(market.champion);
});
