import { beforeAll, expect, test } from 'vitest';
import type { ControlledJournal } from '../../../test/support/controlled-journal.ts';
import { type FlippedMarket, type FlippedOptions, flippedMarket } from '../../../test/support/flipped-market.ts';
import { type LiveServiceParts, smallModelBytes } from '../../../test/support/live-service.ts';
import { sha256 } from '../../../test/support/small-model.ts';
import { readModel } from '../../model/onnx/index.ts';

const OTHER = smallModelBytes(2);
const other = readModel(OTHER, { sha256 }).version;
const MANY = { shadowOutcomes: 100_000 };
let market: FlippedMarket;

beforeAll(async () => {
  market = await flippedMarket();
});

/** A service in which a challenger stands in shadow. */
async function standing(
  options: FlippedOptions = { retrain: MANY },
): Promise<LiveServiceParts & { readonly challenger: string }> {
  const parts = await market.open(options);
  parts.registry.kept.set(other, OTHER);
  parts.service.retrain('SIM');
  await expect.poll(() => parts.service.status().retrain?.state).toBe('completed');
  const shadow = parts.service.status().shadow;
  expect(shadow, parts.service.status().retrain?.note ?? '').not.toBeNull();
  return { ...parts, challenger: shadow?.version ?? '' };
}

/** What was recorded of shadows: the event, the model it may follow, and why or how. */
function shadowEvents(journal: ControlledJournal): string[] {
  return journal.entries.flatMap((entry) =>
    entry.kind === 'model' && (entry.event === 'shadow' || entry.event === 'shadow_ended')
      ? [`${entry.event} of ${entry.predecessor}: ${entry.reason}`]
      : [],
  );
}

function linesOfShadow(lines: readonly string[]): string[] {
  return lines.filter((line) => line.startsWith('the model ') && line.includes('stands in shadow'));
}

test('the shadow itself, promoted by hand, serves; then nothing stands in shadow, and each change is one line', async () => {
  const { service, registry, journal, lines, challenger } = await standing();
  expect(registry.shadowed).toMatchObject({ version: challenger, champion: market.champion });
  expect((await service.promote(challenger)).isShadow).toBe(false);
  expect(service.status()).toMatchObject({ modelVersion: challenger, shadow: null });
  expect(registry.shadowed).toBeNull();
  expect(shadowEvents(journal)).toEqual([
    `shadow of ${market.champion}: until 100000 live outcomes are known`,
    'shadow_ended of null: it serves',
  ]);
  expect(linesOfShadow(lines)).toHaveLength(2);
});

test('another champion ends the shadow, which is kept and not promoted', async () => {
  const { service, registry, lines, challenger } = await standing();
  await service.promote(other);
  expect(service.status()).toMatchObject({ modelVersion: other, shadow: null });
  expect(registry.shadowed).toBeNull();
  expect(await registry.list()).toContain(challenger);
  expect(linesOfShadow(lines).at(-1)).toMatch(
    /no more: another model came to serve meanwhile; it is kept, not promoted$/,
  );
  market.feed(service, 60);
  expect(service.status().modelVersion).toBe(other);
});

test('no retraining is due while a shadow stands, and again when it is gone', async () => {
  const first = await standing();
  await first.service.stop();
  const { registry } = first;
  const retrain = { ...MANY, cooldownSeconds: 0 };
  const { service, journal } = await market.open({
    journal: first.journal.reopen(),
    registry,
    retrain,
    retrainMinSamples: 100,
  });
  const reasons = (): string[] =>
    journal.entries.flatMap((entry) => (entry.kind === 'trigger' && entry.state === 'created' ? [entry.reason] : []));
  market.feed(service, 900);
  expect(service.status().outcomes.nInWindow).toBeGreaterThan(200);
  expect(reasons()).toEqual(['manual']);
  await service.promote(other); // the attempt is over, and was fruitless: the next is due after twice as many
  market.feed(service, 900);
  await expect.poll(reasons).toEqual(['manual', expect.stringMatching('sample_count|accuracy_degradation')]);
  await service.stop();
});

test.each([
  ['one that wins takes the place, and the outcomes begin anew', 0.9, 120],
  ['one that does not leaves it where it is', 0.001, 900],
])('a person may ask for a retraining meanwhile: %s', async (_, later, nBars) => {
  const first = await standing({ retrain: { ...MANY, promotionAlpha: 0.5 } });
  await first.service.stop();
  const { journal, registry, challenger } = first;
  const { service } = await market.open({
    journal: journal.reopen(),
    registry,
    retrain: { ...MANY, promotionAlpha: later },
  });
  market.feed(service, nBars);
  await expect.poll(() => service.status().shadow?.outcomes ?? 0).toBeGreaterThan(nBars / 6);
  const before = service.status().shadow;
  service.retrain('SIM');
  await expect.poll(() => service.status().retrain?.state).toBe('completed');
  const { retrain, shadow } = service.status();
  expect(retrain?.modelVersion).not.toBe(challenger);
  if (later < 0.1) {
    expect(retrain?.note).toMatch(/hold: it is not proven better/);
    expect(shadow?.version).toBe(challenger);
    expect(shadow?.outcomes).toBeGreaterThanOrEqual(before?.outcomes ?? 0);
  } else {
    expect(retrain?.note).toMatch(/it stands in shadow until/);
    expect(shadow).toEqual({ version: retrain?.modelVersion, outcomes: 0, wanted: MANY.shadowOutcomes });
    expect(shadowEvents(journal).at(-2)).toBe(`shadow_ended of null: ${retrain?.modelVersion} takes its place`);
    expect(registry.shadowed?.version).toBe(retrain?.modelVersion);
  }
});

test.each([
  ['is turned off', { shadowOutcomes: 0 }, /the settings ask for no shadow any more$/],
  ['is not automatic', { ...MANY, automatic: false }, /the settings ask for no shadow any more$/],
])('a restart whose retraining %s ends it', async (_, retrain, why) => {
  const first = await standing();
  await first.service.stop();
  const { journal, registry } = first;
  const { service, lines } = await market.open({ journal, registry, retrain });
  expect(service.status()).toMatchObject({ modelVersion: market.champion, shadow: null });
  expect(registry.shadowed).toBeNull();
  expect(linesOfShadow(lines)).toEqual([expect.stringMatching(why)]);
});

test('over a restart it goes on with the same outcomes; a model that is gone stands no more', async () => {
  const first = await standing();
  market.feed(first.service, 300);
  await expect.poll(() => first.service.status().shadow?.outcomes ?? 0).toBeGreaterThan(60);
  await first.service.stop();
  const { journal, registry, challenger } = first;
  const second = await market.open({ journal: journal.reopen(), registry, retrain: MANY });
  await expect.poll(() => second.service.status().shadow).toEqual(first.service.status().shadow);
  await second.service.stop();
  registry.kept.delete(challenger);
  const third = await market.open({ journal: journal.reopen(), registry, retrain: MANY });
  expect(third.service.status()).toMatchObject({ modelVersion: market.champion, shadow: null });
  expect(linesOfShadow(third.lines)).toEqual([expect.stringMatching(/its file cannot be read$/)]);
});

test('one that live outcomes do not confirm is kept, with a record; its place is free again', async () => {
  const good = await standing({ retrain: { shadowOutcomes: 60 } });
  market.feed(good.service, 400);
  await expect.poll(() => good.service.status().modelVersion).toBe(good.challenger);
  await good.service.stop();
  // Now the one that knows this market serves, and the one that learned the market before stands in its shadow.
  await good.registry.setShadow({ version: market.champion, champion: good.challenger, sinceTs: 0n });
  const { service, journal } = await market.open({
    journal: good.journal.reopen(),
    registry: good.registry,
    retrain: { shadowOutcomes: 300 },
  });
  market.feed(service, 2000);
  await expect.poll(() => service.status().shadow).toBeNull();
  expect(service.status().modelVersion).toBe(good.challenger);
  expect(shadowEvents(journal).at(-1)).toMatch(
    /^shadow_ended of null: (hold|reject) from shadow: .* on 300 live outcomes$/,
  );
  expect(good.registry.shadowed).toBeNull();
  expect(journal.judgements.at(-1)?.verdict).toMatch(/^(hold|reject)$/);
});

test('what a champion answers that is too old to be asked counts as well: the shadow does not stand there for good', async () => {
  const { service, journal } = await standing({ retrain: { shadowOutcomes: 60 }, expirationHours: 1 });
  market.feed(service, 400);
  expect(service.status().counts.bySource.model ?? 0).toBe(0);
  await expect.poll(() => service.status().shadow).toBeNull();
  expect(shadowEvents(journal).at(-1)).toMatch(/ on 60 live outcomes$/);
});

test('an outcome counts whose signal is written while it is looked up', async () => {
  async function counted(isSlow: boolean): Promise<number> {
    const { service, journal } = await standing();
    const look = journal.findSignal.bind(journal);
    journal.isHeld = isSlow;
    journal.findSignal = async (signalId) => {
      const found = await look(signalId);
      journal.isHeld = false;
      journal.flush();
      await new Promise((resolve) => setImmediate(resolve));
      return found;
    };
    const nCounted = (): number => service.status().shadow?.outcomes ?? 0;
    market.feed(service, 60);
    // Until some count and no more come, on a busy machine as well.
    for (let [before, nSame, nWaits] = [0, 0, 0]; nSame < 5 && nWaits < 500; nWaits++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      nSame = nCounted() > 0 && nCounted() === before ? nSame + 1 : 0;
      before = nCounted();
    }
    market.feed(service, 60);
    await service.stop();
    return nCounted();
  }
  const usual = await counted(false);
  expect(usual).toBeGreaterThan(10);
  expect(await counted(true)).toBe(usual);
});
