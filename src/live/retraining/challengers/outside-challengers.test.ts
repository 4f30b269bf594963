import { beforeAll, describe, expect, test } from 'vitest';
import { type FlippedMarket, type FlippedOptions, flippedMarket } from '../../../../test/support/flipped-market.ts';
import type { LiveServiceParts } from '../../../../test/support/live-service.ts';
import { sha256, smallModel } from '../../../../test/support/small-model.ts';
import { encodeModel, readModel } from '../../../model/onnx/index.ts';
import type { ModelMaker, ModelOrder } from '../../../ports/index.ts';
import type { State } from '../../../wire/index.ts';

/** Number of outcomes that judge. */
const FEW = { holdoutEvents: 300, promotionAlpha: 0.9 };
let market: FlippedMarket;

beforeAll(async () => {
  market = await flippedMarket();
});

const versionOf = (bytes: Uint8Array): string => readModel(bytes, { sha256 }).version;

/** Brings the same model to every order, and notes the orders. */
function bringing(bytes: Uint8Array | null): ModelMaker & { readonly orders: ModelOrder[] } {
  const orders: ModelOrder[] = [];
  const make = async (order: ModelOrder): Promise<Uint8Array | null> => {
    orders.push(order);
    return bytes;
  };
  return { orders, make };
}

async function retrained(options: FlippedOptions): Promise<LiveServiceParts & { readonly states: State[] }> {
  const parts = await market.open(options);
  const states: State[] = [];
  parts.service.on('state', ({ state }) => states.push(state));
  parts.service.retrain('SIM');
  await expect.poll(() => parts.service.status().retrain?.state).toMatch(/completed|failed/);
  return { ...parts, states };
}

describe('a challenger from outside', () => {
  test('that knows nothing of the held-out events is judged on them, as any, and is told apart by its origin', async () => {
    const bytes = await market.modelOf(7500);
    const maker = bringing(bytes);
    const { service, registry } = await retrained({ makeModel: maker });
    const { retrain, modelVersion } = service.status();
    expect(retrain?.note).toMatch(/^a model from outside: .*; promote: it is better/);
    expect(modelVersion).toBe(versionOf(bytes));
    expect((await registry.manifest(modelVersion ?? '')).origin).toBe('imported');
    const [order] = maker.orders;
    expect(order).toMatchObject({
      reason: 'manual',
      instrumentId: 'SIM',
      modelVersion: market.champion,
      triggerId: 't0',
    });
    const { lastBarTs } = readModel(bytes, { sha256 });
    expect(order.holdOutFrom).toBeGreaterThan(lastBarTs ?? 0n);
  });

  test('that may know them stands in shadow, over a restart too, until live outcomes prove it better; then it serves', async () => {
    const bytes = await market.modelOf();
    const first = await retrained({ makeModel: bringing(bytes), retrain: FEW });
    expect(first.service.status().retrain?.note).toMatch(
      /it was made outside, and there are no events that it and the champion cannot know; it stands in shadow until 300 live outcomes prove it better$/,
    );
    market.feed(first.service, 300);
    await first.service.stop();
    const { journal, registry } = first;
    const { service } = await market.open({ journal: journal.reopen(), registry, retrain: FEW });
    expect(service.status().shadow).toMatchObject({ version: versionOf(bytes), wanted: 300 });
    market.feed(service, 1100);
    await expect.poll(() => service.status().modelVersion, { timeout: 120_000 }).toBe(versionOf(bytes));
    const judged = journal.judgements.at(-1) ?? service;
    expect(judged).toMatchObject({
      verdict: 'promote',
      test: expect.stringContaining('on live outcomes, t of 20 stretches'),
    });
  });

  test('no better than the champion never serves', async () => {
    const { metadata, ...parts } = smallModel({ seed: 7 });
    const bytes = encodeModel({ ...parts, metadata: { ...metadata, lastBarTs: null } }, sha256);
    const { service } = await retrained({ makeModel: bringing(bytes), retrain: FEW });
    market.feed(service, 1050);
    await expect.poll(() => service.status().shadow, { timeout: 120_000 }).toBeNull();
    expect(service.status().modelVersion).toBe(market.champion);
  });

  test('that did not come fails the retraining with the reason, and the champion goes on', async () => {
    const make = () =>
      Promise.reject(new Error('no model from retrain.py (retrain.command): it ended with exit code 3'));
    const { service } = await retrained({ makeModel: { make } });
    expect(service.status()).toMatchObject({
      modelVersion: market.champion,
      retrain: { state: 'failed', note: expect.stringContaining('exit code 3') },
    });
  });
});

describe('a champion that was made elsewhere', () => {
  const { metadata, ...parts } = smallModel({ seed: 5 });
  const elsewhere = encodeModel({ ...parts, metadata: { ...metadata, config: { trained_until: 'unseen' } } }, sha256);

  test('is not trained here: a new file is asked for, with the facts of the trigger', async () => {
    const untrained = (): Promise<never> => Promise.reject(new Error('it was trained'));
    const { service, states } = await retrained({ model: elsewhere, onTrained: untrained });
    expect(service.status().retrain).toMatchObject({
      state: 'completed',
      modelVersion: null,
      note: expect.stringMatching(/cannot be trained here, so a new file was asked for \(alert model_wanted\)/),
    });
    expect(states.filter(({ what }) => what === 'model_wanted')).toEqual([
      {
        what: 'model_wanted',
        trigger_id: 't0',
        instrument_id: 'SIM',
        bar_type: null,
        reason: 'manual',
        detector: null,
        note: null,
        model_version: versionOf(elsewhere),
      },
    ]);
  });

  test('gives way to one that is brought', async () => {
    const { service, states } = await retrained({ model: elsewhere, makeModel: bringing(await market.modelOf(7500)) });
    expect(service.status().retrain?.note).toMatch(/^a model from outside/);
    expect(states.some(({ what }) => what === 'model_wanted')).toBe(false);
  });
});
