import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import type { Alert, AlertDraft } from '../events/alert.ts';
import { draftAlert } from '../events/draft-alert.ts';
import { Outbox } from '../outbox/outbox.ts';
import { AlertDispatcher } from './dispatcher.ts';
import type { Attempt } from './post-alert.ts';
import type { Webhook } from './webhook.ts';

const root = mkdtempSync(join(tmpdir(), 'ml4t-dispatcher-'));
afterAll(() => rmSync(root, { recursive: true }));

const A: Webhook = {
  setting: 'alerts.webhooks.0',
  url: 'https://a.example/T0KEN',
  secret: null,
  kind: 'slack',
  events: ['halted', 'resumed'],
};
const B: Webhook = { ...A, url: 'https://b.example/T0KEN', events: ['halted'] };
const TAKEN: Attempt = { status: 200, fault: null, retryAfterMs: 0, answer: '' };
const REFUSED: Attempt = { status: 500, fault: 'it answered 500', retryAfterMs: 0, answer: '' };

function halt(since: string): AlertDraft {
  const draft = draftAlert({ what: 'halt', halted: true, since, reason: null }, 1000);
  if (draft === null) throw new Error('it is no alert');
  return draft;
}
const resumed = (atMs: number): AlertDraft =>
  draftAlert({ what: 'halt', halted: false, since: null, reason: null }, atMs) ?? halt('');

/** A dispatcher on a directory; `isUp` says whether a receiver takes alerts. */
function dispatcherOn(directory: string, isUp: (webhook: Webhook) => boolean, webhooks = [A, B]) {
  const posts: string[] = [];
  const faults: string[] = [];
  const clock = { nowMs: 1_000_000 };
  const dispatcher = new AlertDispatcher({
    webhooks,
    cooldownMs: 0,
    outbox: new Outbox(directory, (fault) => void faults.push(fault)),
    post: async (webhook: Webhook, { id, event }: Alert) => {
      posts.push(`${new URL(webhook.url).hostname} ${event} ${id.slice(0, 8)}`);
      return isUp(webhook) ? TAKEN : REFUSED;
    },
    nowMs: () => clock.nowMs,
    random: () => 1,
    warn: () => undefined,
    onChange: () => undefined,
  });
  return { dispatcher, posts, faults, clock };
}
const namesIn = (directory: string): string[] => readdirSync(directory).filter((name) => name.startsWith('msg_'));

test('an alert is in the outbox until each receiver that wants it took it, and goes out after a restart with the same id', async () => {
  const directory = join(root, 'restart');
  const first = dispatcherOn(directory, ({ url }) => url === A.url);
  await first.dispatcher.open();
  await first.dispatcher.note(halt('s1'), false);
  await first.dispatcher.close(1000);
  expect(first.posts.map((post) => post.split(' ').slice(0, 2).join(' '))).toEqual([
    'a.example halted',
    'b.example halted',
  ]);
  expect(namesIn(directory)).toHaveLength(1);
  const second = dispatcherOn(directory, () => true);
  await second.dispatcher.open();
  await second.dispatcher.note(halt('s1'), true); // how it is at the start
  await second.dispatcher.close(1000);
  expect(second.posts, 'only whoever did not take it').toEqual([first.posts[1]]);
  expect(namesIn(directory)).toEqual([]);
  expect(second.dispatcher.status.counts).toEqual({ sent: 1, failed: 0, heldBack: 0, dropped: 0 });
});

test('an alert is on the disk before it is sent, and the ledger says that it was told before its file goes', async () => {
  const steps: string[] = [];
  const notes: Promise<void>[] = [];
  const outbox = {
    open: async () => ({ waiting: [], ledger: null }),
    write: async ({ alert }: { readonly alert: Alert }) => {
      steps.push(`write ${alert.event}`);
      if (alert.event !== 'resumed') return;
      await nextTurn(); // the first was taken meanwhile, and its file is to go
      notes.push(dispatcher.note(halt('s2'), false));
    },
    writeLedger: async ({ ids }: { readonly ids: readonly string[] }) => void steps.push(`ledger ${ids.length}`),
    remove: async () => void steps.push('remove'),
  };
  const dispatcher: AlertDispatcher = new AlertDispatcher({
    webhooks: [A],
    cooldownMs: 0,
    outbox,
    post: async (_, { event }) => {
      steps.push(`post ${event}`);
      return TAKEN;
    },
    nowMs: () => 1000,
    random: () => 1,
    warn: () => undefined,
    onChange: () => undefined,
  });
  await dispatcher.open();
  await Promise.all([halt('s1'), resumed(2000)].map((draft) => dispatcher.note(draft, false)));
  await Promise.all(notes);
  await dispatcher.close(1000);
  for (const event of ['halted', 'resumed']) {
    expect(steps.indexOf(`write ${event}`)).toBeLessThan(steps.indexOf(`post ${event}`));
  }
  const known = steps.map((step, k) => [steps.slice(0, k), step] as const).filter(([, step]) => step === 'remove');
  expect(known).toHaveLength(3);
  for (const [before, _] of known) {
    const nPosted = before.filter((step) => step.startsWith('write')).length;
    expect(
      before.findLast((step) => step.startsWith('ledger')),
      before.join(),
    ).toBe(`ledger ${nPosted}`);
  }
  expect(steps.filter((step) => step.startsWith('ledger')).length, 'not once for each').toBeLessThanOrEqual(3);
});

test('a receiver gets what it asked for', async () => {
  const { dispatcher, posts } = dispatcherOn(join(root, 'events'), () => true);
  await dispatcher.open();
  await dispatcher.note(halt('s1'), false);
  await dispatcher.note(resumed(2000), false);
  await dispatcher.close(1000);
  expect(posts.map((post) => post.split(' ').slice(0, 2).join(' ')).sort()).toEqual([
    'a.example halted',
    'a.example resumed',
    'b.example halted',
  ]);
});

test('nothing in the outbox shows an address; who is no receiver any more gets nothing', async () => {
  const directory = join(root, 'gone');
  const first = dispatcherOn(directory, () => false);
  await first.dispatcher.open();
  await first.dispatcher.note(halt('s1'), false);
  await first.dispatcher.close(1000);
  const written = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'));
  expect(written.join()).not.toMatch(/example|T0KEN/);
  const second = dispatcherOn(directory, () => true, [{ ...A, url: 'https://c.example/' }]);
  await second.dispatcher.open();
  await second.dispatcher.close(1000);
  expect([second.posts, namesIn(directory)]).toEqual([[], []]);
});

test('where the directory cannot be written, or was damaged, alerts are sent all the same', async () => {
  const file = join(root, 'a-file');
  writeFileSync(file, '');
  const full = dispatcherOn(join(file, 'alerts'), () => true);
  await full.dispatcher.open();
  await full.dispatcher.note(halt('s1'), false);
  await full.dispatcher.close(1000);
  expect([full.posts.length, full.faults.length > 0]).toEqual([2, true]);
  const directory = join(root, 'damaged');
  const first = dispatcherOn(directory, () => false);
  await first.dispatcher.open();
  await first.dispatcher.note(halt('s1'), false);
  await first.dispatcher.close(1000);
  for (const name of readdirSync(directory)) writeFileSync(join(directory, name), '{"alert":{}}');
  const second = dispatcherOn(directory, () => true);
  await second.dispatcher.open();
  await second.dispatcher.note(halt('s2'), false);
  await second.dispatcher.close(1000);
  expect(second.posts).toHaveLength(2);
  expect(second.faults.join()).toContain('cannot be read and is left alone');
});
