import { expect, test } from 'vitest';
import type { SignalEvent } from '../../../domain/index.ts';
import type { JudgingState, LaneAnswer, SignalJudge, SignalLanes } from '../../../inference/index.ts';
import { LaneJudge } from './lane-judge.ts';

const EVENT = { instrumentId: 'A' } as SignalEvent;
const GIVEN = { judgement: {}, note: {}, answer: '{}', answerHash: 'f00d' } as unknown as LaneAnswer;

/** A lane that answers when it is told to, beside a judge whose state the test changes. */
function setUp() {
  const asked: { state: JudgingState; answer: (given: LaneAnswer | null) => void }[] = [];
  const loop = { state: { isHalted: false } as JudgingState };
  const lanes: Pick<SignalLanes, 'judge'> = {
    judge: (_event, _lacksBar, state) => new Promise((answer) => asked.push({ state, answer })),
  };
  const judge = { inferenceLoop: loop, adopt: () => ({ enriched: { latencyNs: 7 }, result: {} }) };
  return { asked, loop, lane: new LaneJudge(lanes as SignalLanes, judge as unknown as SignalJudge) };
}

test('the answer of a lane is taken while what it judged by stands', async () => {
  const { asked, loop, lane } = setUp();
  const reply = lane.ask(EVENT, false);
  expect(asked[0].state).toBe(loop.state);
  asked[0].answer(GIVEN);
  expect((await reply)()).toMatchObject({ answer: '{}', answerHash: 'f00d', latencyNs: 7 });
});

test.each([
  ['before it answers', true],
  ['after it answered, before the turn of the signal', false],
])('what a lane judged by changes %s: the signal is judged again', async (_, isBefore) => {
  const { asked, loop, lane } = setUp();
  const reply = lane.ask(EVENT, false);
  if (isBefore) loop.state = { ...loop.state, isHalted: true };
  asked[0].answer(GIVEN);
  const given = await reply;
  loop.state = { ...loop.state, isHalted: true };
  expect(given()).toBeNull();
});

test('a lane without an answer leaves the signal to the thread of the service', async () => {
  const { asked, lane } = setUp();
  const reply = lane.ask(EVENT, false);
  asked[0].answer(null);
  expect((await reply)()).toBeNull();
});

test('a signal ends after those that were sent before it, whichever lane is first', async () => {
  const { asked, lane } = setUp();
  const ended: string[] = [];
  const all = ['first', 'second'].map((name) => lane.inOrder(lane.ask(EVENT, false), () => ended.push(name)));
  asked[1].answer(GIVEN);
  await new Promise(setImmediate);
  expect(ended).toEqual([]);
  asked[0].answer(GIVEN);
  await Promise.all(all);
  expect(ended).toEqual(['first', 'second']);
});
