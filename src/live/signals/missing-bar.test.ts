import { expect, test } from 'vitest';
import { liveService, OVER_HTTP, OVER_STREAM, smallModelBytes, submitNow } from '../../../test/support/live-service.ts';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { sha256 } from '../../../test/support/small-model.ts';
import { readModel } from '../../model/onnx/index.ts';
import type { RecordedSignal, SignalOrigin } from '../../ports/index.ts';
import type { SignalMessage } from '../../wire/index.ts';
import { recomputeDecision } from '../recompute.ts';

const bars = randomWalk(200, 11, { gaps: 0 });
const AFTER_WAITING: SignalOrigin = { ...OVER_STREAM, hasAwaitedBar: true };
const REASON = 'judged without the bar that it was due: the last one is 1 min older';
const signal: SignalMessage = {
  instrumentId: 'SIM',
  signal: 1,
  timestamp: bars.tsEvent[150],
  bars: null,
  signalId: 'early',
};

/** A service that holds bars 0 to 149, or as many as are given. */
async function holding(nBars = 150) {
  const parts = await liveService();
  parts.service.addBars('SIM', bars.slice(0, nBars));
  return parts;
}

test.each<[string, number, SignalOrigin, Partial<SignalMessage>, string | null]>([
  ['after waiting for its bar', 150, AFTER_WAITING, {}, REASON],
  ['after waiting for a bar that came', 151, AFTER_WAITING, {}, null],
  ['less than a bar after the last one', 151, AFTER_WAITING, { timestamp: bars.tsEvent[150] + 59_999_999_999n }, null],
  ['over HTTP, where nothing waits', 150, OVER_HTTP, {}, null],
  ['that is flat', 150, AFTER_WAITING, { signal: 0 }, 'flat signal'],
  ['while it warms up', 37, AFTER_WAITING, { timestamp: bars.tsEvent[37] }, 'warming up: 37 of 100 bars'],
])('the reason of the answer to a signal %s', async (_, nBars, origin, change, reason) => {
  const { service } = await holding(nBars);
  const answer = JSON.parse(submitNow(service, { ...signal, ...change }, origin).text);
  expect([answer.reason, answer.source]).toEqual([reason, reason === null || reason === REASON ? 'model' : 'default']);
});

test('such an answer differs from that over HTTP in its reason alone, and the decision stands', async () => {
  const answerBy = async (origin: SignalOrigin) => {
    const { answer_hash: _, reason, ...rest } = JSON.parse(submitNow((await holding()).service, signal, origin).text);
    return { reason, rest: { ...rest, late: null } };
  };
  const [waited, other] = [await answerBy(AFTER_WAITING), await answerBy(OVER_HTTP)];
  expect([waited.reason, other.reason]).toEqual([REASON, null]);
  expect(waited.rest).toEqual(other.rest);
});

test('it is recomputed as it was, and not from a window with the bar', async () => {
  const { service, journal } = await holding();
  submitNow(service, signal, AFTER_WAITING);
  const recorded = (await journal.findSignal('early')) as RecordedSignal;
  const settings = (await journal.findSettings(recorded.settingsId)) as string;
  const model = readModel(smallModelBytes(), { sha256 });
  const again = (from: number, to: number) =>
    recomputeDecision(recorded, { bars: bars.slice(from, to) }, settings, model, { monotonicNs: () => 0 });
  expect(again(50, 150).isIdentical).toBe(true);
  expect(again(51, 151).isIdentical).toBe(false);
});

test('the service says of which series a signal is, and whether a bar of it is due', async () => {
  const { service } = await holding();
  const due = (change: Partial<SignalMessage>) => service.seriesFor({ ...signal, ...change });
  expect(due({})).toEqual({ key: 'SIM', isBarDue: true });
  expect(due({ timestamp: bars.tsEvent[149] })).toEqual({ key: 'SIM', isBarDue: false });
  expect(due({ bars: bars.slice(51, 151) })).toEqual({ key: 'SIM', isBarDue: false });
  expect(due({ instrumentId: 'OTHER' })).toEqual({ key: 'OTHER', isBarDue: false });
  service.addBars('SIM', bars.slice(151, 153));
  expect(due({}), 'later bars, of a sender that is ahead').toEqual({ key: 'SIM', isBarDue: true });
  service.addBars('SIM', bars.slice(150, 151));
  expect(due({})).toEqual({ key: 'SIM', isBarDue: false });
});
