import { describe, expect, test } from 'vitest';
import {
  type LiveServiceOptions,
  liveService,
  messageAt,
  OVER_HTTP,
  smallModelBytes,
  submitNow,
} from '../../../test/support/live-service.ts';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { sha256 } from '../../../test/support/small-model.ts';
import { parseLossless } from '../../core/index.ts';
import { readModel } from '../../model/onnx/index.ts';
import type { RecordedSignal } from '../../ports/index.ts';
import type { SignalMessage } from '../../wire/index.ts';
import { recomputeDecision } from '../recompute.ts';

const bars = randomWalk(200, 11, { gaps: 0 });
const clock = { monotonicNs: () => 0 };

/** A service that holds `nBars` bars, and a signal at the last of them. */
async function warming(nBars: number, options: LiveServiceOptions = {}, change: Partial<SignalMessage> = {}) {
  const parts = await liveService(options);
  if (nBars > 0) parts.service.addBars('SIM', bars.slice(0, nBars));
  const at = Math.max(0, nBars - 1);
  const message: SignalMessage = {
    instrumentId: 'SIM',
    signal: 1,
    timestamp: bars.tsEvent[at] + 5n,
    bars: null,
    strength: 0.25,
    signalId: 'early',
    ...change,
  };
  return { ...parts, message };
}

describe('a signal without bars, of whose instrument fewer are held than it is judged by', () => {
  test.each([0, 1, 37, 99])('is answered, with %i bars held: not taken, size 0', async (nBars) => {
    const { service, message } = await warming(nBars, { config: { defaultConfidence: 0.4 } });
    const answer = parseLossless(submitNow(service, message, OVER_HTTP).text);
    const lastBarTs = nBars === 0 ? null : String(bars.tsEvent[nBars - 1]);
    expect(answer).toMatchObject({
      signal_event: { signal_id: 'early', n_bars: nBars, last_bar_ts: lastBarTs },
      meta_confidence: 0.4,
      source: 'default',
      reason: expect.stringContaining(`${nBars} `),
      model_available: true,
      regime_weight: 0.8,
      toxicity: 0.35,
      toxicity_available: false,
      toxicity_percentile: null,
      strength: 0.25,
      last_bar_ts: lastBarTs,
      meta_output: { confidence: 0.4, regime_weight: 0.8, toxicity: 0.35 },
      base_rate: 0.4,
      cost_bps: 1,
      risk_distance: null,
      break_even: null,
      take: false,
      take_reason: 'warming_up',
      size: 0,
      size_factors: { direction: 1, magnitude: 0.5, bet: 0 },
    });
  });

  test.each([2n ** 63n, -(2n ** 63n) - 1n, -(10n ** 300n)])(
    'is refused at %s: no record has more than 64 bits',
    async (timestamp) => {
      const { service, journal, message } = await warming(0, {}, { timestamp });
      expect(() => submitNow(service, message, OVER_HTTP)).toThrow('timestamp must be a 64-bit integer');
      expect(journal.signals).toEqual([]);
    },
  );

  test('has the same fields in the same order as any other answer, and its typed form', async () => {
    const { service, message } = await warming(37);
    const early = submitNow(service, message, OVER_HTTP);
    service.addBars('SIM', bars.slice(37, 150));
    const later = submitNow(service, messageAt(bars, 149, { bars: null }), OVER_HTTP);
    expect(Object.keys(JSON.parse(early.text))).toEqual(Object.keys(JSON.parse(later.text)));
    const inside = (text: string): string[] => Object.keys(JSON.parse(text).signal_event);
    expect(inside(early.text)).toEqual(inside(later.text));
    expect(early.answer).toMatchObject({ lastBarTs: bars.tsEvent[36], takeReason: 'warming_up', strength: 0.25 });
  });

  test('bars that close after it do not count', async () => {
    const { service, message } = await warming(150, {}, { timestamp: bars.tsEvent[36] });
    const { signal_event, take_reason } = JSON.parse(submitNow(service, message, OVER_HTTP).text);
    expect([signal_event.n_bars, take_reason]).toEqual([37, 'warming_up']);
  });

  test('is recorded with the bars held, has no outcome, and its answer stands when the bars are there', async () => {
    const { service, journal, message } = await warming(37);
    const first = submitNow(service, message, OVER_HTTP);
    const [entry] = journal.signals;
    expect(entry).toMatchObject({ strength: 0.25, features: null, trade: null, source: 'default' });
    expect([...entry.barIds]).toEqual(Array.from({ length: 37 }, (_, i) => i));
    await expect(
      service.recordOutcome({ signalId: 'early', label: 1, tradeReturn: null, exitTs: null }),
    ).rejects.toMatchObject({ code: 'UNKNOWN_SIGNAL' });
    service.addBars('SIM', bars.slice(37, 200));
    const again = submitNow(service, message, { ...OVER_HTTP, includeBars: false });
    expect([again.isDuplicate, again.answerHash]).toEqual([true, first.answerHash]);
    const shown = await service.submit(message, { ...OVER_HTTP, includeBars: true });
    expect(JSON.parse(shown.text).signal_event.bars.close).toEqual([...bars.slice(0, 37).close]);
    expect(service.status().outcomes.nPending, 'it opens no trade').toBe(0);
    const { bars: window, explanationReason } = await service.explain('early');
    expect([window.length, explanationReason]).toEqual([37, expect.stringMatching(/./)]);
  });

  test.each<[string, LiveServiceOptions, Partial<SignalMessage>, unknown]>([
    ['a flat one', {}, { signal: 0 }, [true, false, 'flat', 0]],
    ['where no model serves', { model: null }, {}, [false, false, 'warming_up', 0]],
    [
      'under integrated and always',
      { config: { sizing: { method: 'integrated', trust: 'always' } } },
      {},
      [true, false, 'warming_up', 0],
    ],
  ])('%s', async (_, options, change, expected) => {
    const { service, message } = await warming(37, options, change);
    const { model_available, take, take_reason, size } = JSON.parse(submitNow(service, message, OVER_HTTP).text);
    expect([model_available, take, take_reason, size]).toEqual(expected);
  });

  test.each([0, 37])('is recomputed as it was, with %i bars, also by the next process', async (nBars) => {
    const config = { sizing: { unknownToxicity: 0.3 }, defaultConfidence: 0.45 };
    const { service, journal, message } = await warming(nBars, { config });
    submitNow(service, message, OVER_HTTP);
    const recorded = (await journal.findSignal('early')) as RecordedSignal;
    const settings = (await journal.findSettings(recorded.settingsId)) as string;
    const model = readModel(smallModelBytes(), { sha256 });
    const window = await journal.readBars(recorded.barIds);
    const again = recomputeDecision(recorded, { bars: window }, settings, model, clock);
    expect(again.answer).toBe(recorded.answer);
    expect(again.isIdentical).toBe(true);
    const shorter = recomputeDecision(recorded, { bars: bars.slice(0, 36) }, settings, model, clock);
    expect(shorter.isIdentical).toBe(false);
  });
});
