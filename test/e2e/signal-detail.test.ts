import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelParts } from '../../src/model/index.ts';
import { encodeModel, readModel } from '../../src/model/onnx/index.ts';
import { recordedAnswerSchema, signalDetailSchema } from '../../src/wire/index.ts';
import {
  codeOf,
  exchange,
  get,
  type LiveServer,
  liveServer,
  post,
  requestText,
  signalText,
  statusOf,
  WALK,
} from '../support/live-server.ts';
import { smallModelBytes } from '../support/live-service.ts';
import { sha256, smallModel, withForest } from '../support/small-model.ts';

let live: LiveServer;
beforeAll(async () => {
  live = await liveServer({ model: bytesOf(smallModel({ nTrees: 50, maxDepth: 5 })) });
});
afterAll(() => live.server.close(1000));

const bytesOf = (parts: ModelParts): Uint8Array => encodeModel(parts, sha256);
const urlOf = (id: string): string => `${live.url}/v1/signals/${encodeURIComponent(id)}`;
const detailOf = async (id: string) => signalDetailSchema.parse(JSON.parse((await get(urlOf(id))).text));
const sum = (values: Readonly<Record<string, number>>): number => Object.values(values).reduce((a, b) => a + b, 0);

test('a recorded decision is told with its features, its bars and contributions that add up to what was answered', async () => {
  for (let end = 150; end < 200; end++) {
    const answer = JSON.parse((await post(`${live.url}/v1/signals`, signalText(end))).text);
    const { enriched, features, explanation, explanation_reason: reason, bars } = await detailOf(answer.signal_id);
    const { latency_ns: _ns, late: _late, duplicate: _duplicate, ...lasting } = answer;
    expect(enriched).toEqual(recordedAnswerSchema.parse(lasting));
    expect(reason).toBeNull();
    const { base, raw_base: rawBase, raw_contributions: raw, ...told } = explanation ?? expect.fail('it has one');
    const contributions = told.contributions ?? expect.fail('four features are few');
    expect(told.contributions_reason).toBeNull();
    expect(Math.abs(base + sum(contributions) - answer.meta_confidence)).toBeLessThan(1e-9);
    expect(Math.abs(rawBase + sum(raw) - answer.raw_confidence)).toBeLessThan(1e-9);
    const recorded = live.journal.signals.find((entry) => entry.signalId === answer.signal_id);
    expect(Object.values(features ?? {})).toEqual(Array.from(recorded?.features ?? []));
    expect(Object.keys(contributions)).toEqual(['volatility', 'momentum', 'regime', 'trend_strength']);
    expect(bars.close).toEqual(Array.from(WALK.close.subarray(end - 99, end + 1)));
  }
});

test('it is told while its record is on its way, with its outcome as soon as that is known', async () => {
  live.journal.isHeld = true;
  await post(`${live.url}/v1/signals`, signalText(210, { signal_id: 'pending' }));
  expect(await live.journal.findSignal('pending'), 'nothing is written').toBeNull();
  const pending = await detailOf('pending');
  expect(pending.explanation).not.toBeNull();
  expect(pending.outcome).toBeNull();
  expect(pending.barriers).not.toBeNull();
  expect(pending.bars.close.length).toBe(100);
  await post(`${live.url}/v1/outcomes`, '{"signal_id": "pending", "return": 0.02}');
  expect((await detailOf('pending')).outcome?.return, 'not written either').toBe(0.02);
  live.journal.isHeld = false;
  live.journal.flush();
  const written = await detailOf('pending');
  expect(written).toEqual({ ...pending, outcome: written.outcome, barriers: null });
  expect(written.outcome?.label).toBe(1);
});

test('the model that judged explains, also after another took its place; where it is gone, nobody does', async () => {
  await post(`${live.url}/v1/signals`, signalText(220, { signal_id: 'of the first' }));
  const before = await detailOf('of the first');
  const second = smallModelBytes(2);
  const first = before.enriched.model_version ?? expect.fail('a model judged');
  const { version } = readModel(second, { sha256 });
  await live.registry.add(version, second);
  expect((await post(`${live.url}/v1/models/${version}/promote`, '')).status).toBe(200);
  expect(await detailOf('of the first')).toEqual(before);
  await post(`${live.url}/v1/models/${first}/promote`, '');
  await post(`${live.url}/v1/signals`, signalText(221, { signal_id: 'of the first again' }));
  await post(`${live.url}/v1/models/${version}/promote`, '');
  const bytes = live.registry.kept.get(first) ?? expect.fail('it is kept');
  const other = await liveServer({ journal: live.journal, registry: live.registry });
  live.registry.kept.delete(first);
  const { text } = await get(`${other.url}/v1/signals/${encodeURIComponent('of the first')}`);
  const gone = signalDetailSchema.parse(JSON.parse(text));
  expect(gone).toMatchObject({ features: null, explanation: null, enriched: before.enriched });
  expect(gone.explanation_reason).toBe(`the model ${first} is not kept any more`);
  live.registry.kept.set(first, bytes);
  await other.server.close(1000);
});

test('a flat signal, one without a model, and a model whose file tells too little have no explanation, and say why', async () => {
  await post(`${live.url}/v1/signals`, signalText(230, { signal_id: 'flat', signal: 0 }));
  const flat = await detailOf('flat');
  expect(flat).toMatchObject({ features: null, explanation: null, outcome: null, barriers: null });
  expect(flat.explanation_reason).toBe('the confidence is the default: no model was asked');
  const old = await liveServer({ model: bytesOf(withForest(smallModel(), { cover: null })) });
  await post(`${old.url}/v1/signals`, signalText(230, { signal_id: 'old' }));
  const told = signalDetailSchema.parse(JSON.parse((await get(`${old.url}/v1/signals/old`)).text));
  expect(Object.keys(told.features ?? {}).length, 'its features are known all the same').toBe(4);
  expect(told.explanation).toBeNull();
  expect(told.explanation_reason).toContain('does not hold what an explanation takes');
  await old.server.close(1000);
});

test('the Venn–Abers pair is that of the score before calibration; unknown where the confidence is not the word of the model', async () => {
  const scores = Array.from({ length: 200 }, (_, k) => k / 200);
  const steps = { scores, low: scores.map((score) => score / 2), high: scores.map((score) => (1 + score) / 2) };
  const parts = smallModel({ nTrees: 50, maxDepth: 5 });
  const calibration = { band: steps, vennAbers: steps, coverage: null };
  const model = bytesOf({ ...parts, metadata: { ...parts.metadata, calibration } });
  const own = await liveServer({ model });
  const pairs = new Set<string>();
  for (let end = 150; end < 250; end++) {
    const { signal_id: id, raw_confidence: raw } = JSON.parse(
      (await post(`${own.url}/v1/signals`, signalText(end))).text,
    );
    const told = signalDetailSchema.parse(
      JSON.parse((await get(`${own.url}/v1/signals/${encodeURIComponent(id)}`)).text),
    );
    if (raw === null) expect(told.venn_abers).toBeNull();
    else {
      const step = scores.filter((score) => score <= raw).length - 1;
      expect(told.venn_abers, `at ${raw}`).toEqual([steps.low[step], steps.high[step]]);
      pairs.add(String(told.venn_abers));
    }
  }
  expect(pairs.size, 'several steps were met').toBeGreaterThan(1);
  expect(await detailOf('of the first'), 'a file that does not tell').toMatchObject({ venn_abers: null });
  await own.server.close(1000);
});

test('a signal that came while its instrument warmed up is told with the bars of then', async () => {
  const early = { signal_id: 'early', instrument_id: 'NEW' };
  await post(`${live.url}/v1/signals`, signalText(119, early, null));
  const told = await detailOf('early');
  expect(told).toMatchObject({
    enriched: { take: false, take_reason: 'warming_up' },
    features: null,
    bars: { close: [] },
  });
  expect(told.explanation_reason).toBe('the confidence is the default: no model was asked');
});

test('of an expired model the confidence is the base rate, and is said to be', async () => {
  const old = await liveServer({ config: { model: { expirationHours: 1e-9 } } });
  await post(`${old.url}/v1/signals`, signalText(230, { signal_id: 'late' }));
  const told = signalDetailSchema.parse(JSON.parse((await get(`${old.url}/v1/signals/late`)).text));
  expect(told.enriched).toMatchObject({ source: 'stale', meta_confidence: told.enriched.base_rate });
  expect(told.explanation_reason).toBe('the confidence is the base rate: no model was asked');
  await old.server.close(1000);
});

test('hostile ids are looked up as text and nothing else', async () => {
  for (const id of [
    'a/b',
    '..',
    '<img src=x onerror=alert(1)>',
    'left\u202eright',
    `x'; DROP TABLE signal;--`,
    '%2e%2e%2f',
  ]) {
    await post(`${live.url}/v1/signals`, signalText(240, { signal_id: id }));
    // As it is on the line: clients resolve dots before they ask.
    const path = `/v1/signals/${encodeURIComponent(id).replaceAll('.', '%2E')}`;
    const bytes = await exchange(live.port, [requestText('GET', path, {})]);
    const text = Buffer.from(bytes, 'latin1').toString('utf8');
    expect(statusOf(text), id).toBe(200);
    expect(text).toContain('content-type: application/json');
    expect(text, 'comes back as it was sent').toContain(`"signal_id":${JSON.stringify(id)}`);
  }
  for (const path of [
    '..%2F..%2F..%2Fetc%2Fpasswd',
    'nobody',
    '__proto__',
    '%F0%9F%92%A5',
    `${'n'.repeat(250)}:1700000000000000000:-1`,
  ]) {
    const answer = await exchange(live.port, [requestText('GET', `/v1/signals/${path}`, {})]);
    expect(statusOf(answer), path).toBe(404);
    expect(answer).toContain('application/problem+json');
    expect(answer).toContain('"code":"UNKNOWN_SIGNAL"');
  }
  for (const path of ['%00', '%0A', 'x'.repeat(300), 'y'.repeat(10_000), '%ff', '%']) {
    const answer = await exchange(live.port, [requestText('GET', `/v1/signals/${path}`, {})]);
    expect(statusOf(answer), path.slice(0, 10)).toBe(400);
    expect(answer).toContain('application/problem+json');
  }
  expect(codeOf(await get(urlOf('nobody')))).toBe('UNKNOWN_SIGNAL');
});
