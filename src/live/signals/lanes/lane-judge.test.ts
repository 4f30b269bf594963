import { expect, test } from 'vitest';
import { randomWalk } from '../../../../test/support/random-walk.ts';
import type { JudgingState, LaneAnswer, SignalJudge, SignalLanes } from '../../../inference/index.ts';
import type { MetaModel } from '../../../model/index.ts';
import type { ReadSignal } from '../bars/bars-reader.ts';
import { LaneJudge } from './lane-judge.ts';

const BARS = randomWalk(100, 3, { gaps: 0 });
const SIGNAL = { signalId: 'one', instrumentId: 'A', barType: null, signal: 1, strength: 1, features: null } as const;
const GIVEN = { judgement: {}, note: {}, answer: '{}', answerHash: 'f00d' } as unknown as LaneAnswer;

/** A signal with as many bars, which counts how often they are taken in. */
function readSignal(nBars = BARS.length): { readonly read: ReadSignal; readonly nTaken: () => number } {
  let nTaken = 0;
  const bars = BARS.slice(0, nBars);
  const takeIn = (): Float64Array => new Float64Array(++nTaken);
  const signal = { ...SIGNAL, timestamp: BARS.tsEvent[99] };
  const read = { key: 'A', signal, read: { bars }, bars, barIds: takeIn, takeIn, contextIds: [] };
  return { read, nTaken: () => nTaken };
}

/** A lane that answers when it is told to, beside a judge whose state the test changes. */
function setUp() {
  const asked: { state: JudgingState; answer: (given: LaneAnswer | null) => void }[] = [];
  const loop = { state: { isHalted: false, model: null } as JudgingState };
  const lanes: Pick<SignalLanes, 'judge'> = {
    judge: (_event, _lacksBar, state) => new Promise((answer) => asked.push({ state, answer })),
  };
  const judge = { inferenceLoop: loop, adopt: () => ({ enriched: { latencyNs: 7 }, result: {} }) };
  return { asked, loop, lane: new LaneJudge(lanes as SignalLanes, judge as unknown as SignalJudge) };
}

test('the answer of a lane is taken while what it judged by stands', async () => {
  const { asked, loop, lane } = setUp();
  const reply = lane.ask(readSignal().read);
  expect(asked[0].state).toBe(loop.state);
  asked[0].answer(GIVEN);
  expect((await reply)()).toMatchObject({ answer: '{}', answerHash: 'f00d', latencyNs: 7 });
});

test.each([
  ['before it answers', true],
  ['after it answered, before the turn of the signal', false],
])('what a lane judged by changes %s: the signal is judged again', async (_, isBefore) => {
  const { asked, loop, lane } = setUp();
  const reply = lane.ask(readSignal().read);
  if (isBefore) loop.state = { ...loop.state, isHalted: true };
  asked[0].answer(GIVEN);
  const given = await reply;
  loop.state = { ...loop.state, isHalted: true };
  expect(given()).toBe('judge');
});

test('a lane without an answer leaves the signal to the thread of the service', async () => {
  const { asked, lane } = setUp();
  const reply = lane.ask(readSignal().read);
  asked[0].answer(null);
  expect((await reply)()).toBe('judge');
});

test('a signal whose model is no longer the one that serves is read again', async () => {
  const { asked, loop, lane } = setUp();
  const reply = lane.ask(readSignal().read);
  asked[0].answer(GIVEN);
  loop.state = { ...loop.state, model: {} as MetaModel };
  expect((await reply)()).toBe('read');
});

test('a signal without a window of bars is not asked, and takes none in', async () => {
  const { asked, lane } = setUp();
  const { read, nTaken } = readSignal(40);
  expect((await lane.ask(read))()).toBe('judge');
  expect([asked.length, nTaken()]).toEqual([0, 0]);
});

test('a signal ends after those that were sent before it, whichever lane is first', async () => {
  const { asked, lane } = setUp();
  const ended: string[] = [];
  const all = ['first', 'second'].map((name) => lane.inOrder(lane.ask(readSignal().read), () => ended.push(name)));
  asked[1].answer(GIVEN);
  await new Promise(setImmediate);
  expect(ended).toEqual([]);
  asked[0].answer(GIVEN);
  await Promise.all(all);
  expect(ended).toEqual(['first', 'second']);
});
