import { expect, test } from 'vitest';
import { liveService, messageAt, OVER_HTTP, smallModelBytes, submitNow } from '../../../test/support/live-service.ts';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { sha256 } from '../../../test/support/small-model.ts';
import { NOTHING_PROVEN } from '../../domain/index.ts';
import { UNKNOWN_METADATA } from '../../model/index.ts';
import { readModel } from '../../model/onnx/index.ts';

const WALK = randomWalk(320, 8, { gaps: 0 });

test('a service says what it knows of its model: outcomes, descent and features, the same after a restart', async () => {
  const { service, journal, registry } = await liveService();
  for (let end = 120; end < 190; end++) {
    const { recorded } = submitNow(service, messageAt(WALK, end, { signalId: `s-${end}` }), OVER_HTTP);
    await recorded;
    await (
      await service.recordOutcome({
        signalId: `s-${end}`,
        label: end % 2 === 0 ? 1 : 0,
        tradeReturn: null,
        exitTs: null,
      })
    ).recorded;
  }
  const judged = journal.signals.filter(({ source }) => source === 'model');
  expect(judged.length, 'the test has something to count').toBeGreaterThan(55);
  const { modelVersion, figures, models, features, nSignals, sentence, because, ...told } = await service.trust();
  expect(told).toMatchObject({ nRecorded: 70, nComputed: 70, asOf: expect.stringMatching(/Z$/) });
  expect(modelVersion).toBe(service.status().modelVersion);
  expect(figures).toMatchObject({ nOutcomes: judged.length, nLeftOut: judged.length, judged: { n: 0 } });
  expect(sentence, 'told outcomes have no coin').toMatch(/^It promises nothing/);
  expect(because).toHaveLength(figures?.judged.skill === null ? 0 : 1);
  expect(models).toMatchObject([
    { version: modelVersion, served: [{ end: 'serves', why: 'adopted from model_path' }] },
  ]);
  expect(nSignals).toBe(judged.length);
  expect(features, 'the model knows no training rows').toBeNull();
  await service.stop();
  const again = await liveService({ journal: journal.reopen(), registry });
  const after = await again.service.trust();
  expect(after.figures).toEqual(figures);
  expect(after.models).toEqual(models);
  await again.service.stop();
});

test('another model that serves has figures of its own, and the one before a time that ended', async () => {
  const { service, registry } = await liveService();
  const first = service.status().modelVersion ?? '';
  const { recorded } = submitNow(service, messageAt(WALK, 150, { signalId: 'one' }), OVER_HTTP);
  await recorded;
  await (await service.recordOutcome({ signalId: 'one', label: 1, tradeReturn: null, exitTs: null })).recorded;
  expect((await service.trust()).figures?.nOutcomes).toBe(1);
  const bytes = smallModelBytes(2);
  const { version: second } = readModel(bytes, { sha256 });
  await registry.add(second, bytes, { origin: 'retrained', parent: first, metadata: UNKNOWN_METADATA });
  await service.promote(second);
  const { modelVersion, figures, models } = await service.trust();
  expect(modelVersion).toBe(second);
  expect(figures?.nOutcomes).toBe(0);
  expect(models).toMatchObject([
    { version: first, served: [{ end: 'replaced', next: second }] },
    { version: second, parent: first, served: [{ end: 'serves' }] },
  ]);
  await service.rollback(second);
  const back = await service.trust();
  expect(back.figures?.nOutcomes, 'what it judged before counts').toBe(1);
  expect(back.models[0].served.map(({ end }) => end)).toEqual(['replaced', 'serves']);
  expect(back.models[1]).toMatchObject({ quarantined: 'taken back by hand', served: [{ end: 'rolled_back' }] });
  await service.stop();
});

test('an alarm that ended the proof of the model is the answer, and stands under the sentence', async () => {
  const { service, registry } = await liveService();
  const version = service.status().modelVersion ?? '';
  const pointer = registry.pointer ?? expect.fail('a model serves');
  expect((await service.trust()).because).toEqual([]);
  await registry.setChampion({ ...pointer, proven: NOTHING_PROVEN }, 'nothing is proven of it any more: accuracy fell');
  const { verdict, sentence, because, models } = await service.trust();
  expect(verdict).toBe('decayed');
  expect(sentence).toMatch(
    /^Nothing is proven of it since the alarm of .*Z\. Over its whole service: Too early to say/,
  );
  expect(because).toEqual([expect.stringMatching(/^Alarm of .*Z: nothing is proven of it any more: accuracy fell\.$/)]);
  expect(models[0]).toMatchObject({ version, served: [{ end: 'serves', proofEnded: { why: expect.any(String) } }] });
  await service.stop();
});

test('without a model there is nothing to believe', async () => {
  const { service } = await liveService({ model: null });
  expect(await service.trust()).toMatchObject({
    modelVersion: null,
    verdict: 'no_model',
    sentence: 'No model serves: there is nothing to believe.',
    figures: null,
    models: [],
    features: null,
  });
  await service.stop();
});
