import { expect, test } from 'vitest';
import { failUnreachable } from './reachability.ts';

const reason = (): string => 'redis.example:6379: connect ECONNREFUSED';

function failAfter(ping: () => Promise<unknown>, firstMs: number, laterMs = firstMs, signal?: AbortSignal) {
  const patience = { firstMs, laterMs, workerMs: 0 };
  return failUnreachable({ ping, patience, reason }, signal ?? new AbortController().signal);
}

test.each([
  ['refuses', () => Promise.reject(new Error('refused'))],
  ['never answers', () => new Promise(() => undefined)],
])('a server that %s is given up in a sentence that says where it should be', async (_name, ping) => {
  await expect(failAfter(ping, 500)).rejects.toThrow(
    'the queue of trainings did not answer for 0.5 s: redis.example:6379: connect ECONNREFUSED; start Redis there, ' +
      'mend redis.url, or train in this process with trainer.kind: threads',
  );
});

test('a server that answered is waited for longer, from its last answer on', async () => {
  let nAsked = 0;
  const answersTwice = () => (++nAsked <= 2 ? Promise.resolve() : Promise.reject(new Error('refused')));
  await expect(failAfter(answersTwice, 250, 1000)).rejects.toThrow('did not answer for 1 s');
  expect(nAsked).toBeGreaterThanOrEqual(5);
});

test('the end of the training ends the questions', async () => {
  const ended = new AbortController();
  const asking = failAfter(() => Promise.reject(new Error('refused')), 600_000, 600_000, ended.signal);
  ended.abort();
  await expect(asking).rejects.toThrow('aborted');
});
