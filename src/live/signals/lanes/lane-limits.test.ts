import { expect, test } from 'vitest';
import { ControlledJournal } from '../../../../test/support/controlled-journal.ts';
import { liveService, messageAt, OVER_STREAM } from '../../../../test/support/live-service.ts';
import { randomWalk } from '../../../../test/support/random-walk.ts';
import { MismatchError } from '../../../core/index.ts';
import type { LaneAnswer, SignalLanes } from '../../../inference/index.ts';
import type { SignalMessage } from '../../../wire/index.ts';

const WALK = randomWalk(200, 3, { gaps: 0 });
const at = (end: number, input: Partial<SignalMessage> = {}): SignalMessage =>
  messageAt(WALK, end, { signalId: `${end}`, ...input });

/** A service whose lanes end what they are asked when they are told to, and whose journal is held. */
async function setUp(maxInFlight: number) {
  const asked: { answer: (given: LaneAnswer | null) => void; refuse: (error: Error) => void }[] = [];
  const lanes: SignalLanes = {
    counts: { configured: 2, running: 2 },
    judge: () => new Promise((answer, refuse) => asked.push({ answer, refuse })),
    close: () => Promise.resolve(),
  };
  const journal = new ControlledJournal();
  const parts = await liveService({ lanes, journal, config: { server: { maxInFlight } } });
  journal.isHeld = true;
  return { ...parts, asked };
}

test('what lanes have counts with what waits for its record, and what was taken is recorded', async () => {
  const { service, journal, asked } = await setUp(2);
  const first = service.submit(at(120), OVER_STREAM);
  asked[0].answer(null);
  await first;
  const second = service.submit(at(121), OVER_STREAM);
  expect(service.status().nInFlight, 'one is with a lane, one with the journal').toBe(2);
  expect(() => service.submit(at(122), OVER_STREAM)).toThrow('2 signals wait for their answer or its record');
  asked[1].answer(null);
  await expect(second).resolves.toMatchObject({ signalId: '121' });
  journal.isHeld = false;
  journal.flush();
  await (await second).recorded;
  expect(service.status()).toMatchObject({ nInFlight: 0, counts: { rejected: { OVERLOADED: 1 } } });
});

test('a signal that its lane refuses is refused in its turn, leaves no record, and may come again', async () => {
  const { service, journal, asked } = await setUp(10);
  journal.isHeld = false;
  const [stuck, next] = [at(120), at(121)].map((message) => Promise.resolve(service.submit(message, OVER_STREAM)));
  asked[1].answer(null);
  asked[0].refuse(new MismatchError('bars', 'such that features and model come to an end', 'no answer for 10 s'));
  await expect(stuck).rejects.toMatchObject({ code: 'INVALID_VALUE' });
  await (await next).recorded;
  expect(service.status()).toMatchObject({ seq: { signals: 1 }, counts: { rejected: { INVALID_VALUE: 1 } } });
  const again = service.submit(at(120), OVER_STREAM);
  asked[2].answer(null);
  await (await again).recorded;
  expect(service.status()).toMatchObject({ seq: { signals: 2 }, counts: { duplicates: 0 } });
});
