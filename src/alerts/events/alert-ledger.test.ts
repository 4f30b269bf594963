import { expect, test } from 'vitest';
import { Rng } from '../../core/index.ts';
import type { State } from '../../wire/index.ts';
import type { Alert } from './alert.ts';
import { AlertLedger } from './alert-ledger.ts';
import { draftAlert } from './draft-alert.ts';

const COOLDOWN = 300_000;

function note(ledger: AlertLedger, state: State, atMs: number, isPast = false): Alert | null {
  const draft = draftAlert(state, atMs);
  if (draft === null) throw new Error('it is no alert');
  return ledger.note(draft, Math.max(atMs, 1000), isPast);
}
const feed = (state: 'ok' | 'silent' | 'hole', id = 'A'): State => ({
  what: 'feed',
  instrument_id: id,
  bar_type: null,
  state,
  reason: state === 'ok' ? null : 'why',
});
const failed = (id: string): State => ({
  what: 'retrain',
  trigger_id: id,
  instrument_id: 'A',
  bar_type: null,
  resumed_from: null,
  reason: 'manual',
  detector: null,
  state: 'failed',
  note: 'no bars',
  model_version: null,
});
const serves = (version: string, cause: 'serves' | 'rolled_back' = 'serves'): State => ({
  what: 'model',
  model_version: version,
  cause,
  event: 'serves',
});

test('what is as it should be is told only after something else', () => {
  const ledger = new AlertLedger(COOLDOWN, null);
  expect(note(ledger, feed('ok'), 1000)).toBeNull();
  expect(note(ledger, feed('silent'), 2000)?.event).toBe('feed_silent');
  expect(note(ledger, feed('silent'), 3000), 'nobody hears twice that it is so').toBeNull();
  expect(note(ledger, feed('ok'), 4000)?.event).toBe('feed_ok');
});

test('what comes within the cooldown waits for its end; the latest goes out, with the number of the others', () => {
  const ledger = new AlertLedger(COOLDOWN, null);
  expect(note(ledger, feed('silent'), 1000)).not.toBeNull();
  expect(note(ledger, feed('ok'), 2000)).not.toBeNull();
  for (const [k, state] of (['silent', 'ok', 'silent', 'ok'] as const).entries()) {
    expect(note(ledger, feed(state), 3000 + k)).toBeNull();
  }
  expect(ledger.nextMs).toBe(2000 + COOLDOWN);
  expect(ledger.takeDue(2000 + COOLDOWN - 1)).toEqual([]);
  expect(ledger.takeDue(2000 + COOLDOWN)).toMatchObject([{ event: 'feed_ok', nHeldBack: 3, atMs: 3003 }]);
  expect(ledger.nextMs).toBeNull();
  expect(ledger.nHeldBack).toBe(4);
});

test('a later alert of the subject takes the place of one that is held back', () => {
  const ledger = new AlertLedger(COOLDOWN, null);
  note(ledger, feed('silent'), 1000);
  note(ledger, feed('ok'), 2000);
  expect(note(ledger, feed('silent'), 3000)).toBeNull();
  expect(note(ledger, feed('hole'), 4000)).toMatchObject({ event: 'feed_faulty', nHeldBack: 1 });
  expect(ledger.nextMs).toBeNull();
});

test('another feed, and another event, have cooldowns of their own', () => {
  const ledger = new AlertLedger(COOLDOWN, null);
  expect(note(ledger, feed('silent', 'A'), 1000)).not.toBeNull();
  expect(note(ledger, feed('silent', 'B'), 1001)).not.toBeNull();
  expect(note(ledger, failed('t1'), 1002)).not.toBeNull();
  expect(note(ledger, failed('t2'), 1003)).toBeNull();
});

test('an event has one id, whenever it is noted; another one has another', () => {
  const ids = [failed('t1'), failed('t1'), failed('t2')].map(
    (state, k) => note(new AlertLedger(0, null), state, k)?.id,
  );
  expect(ids[0]).toBe(ids[1]);
  expect(ids[0]).toMatch(/^msg_[0-9a-f]{32}$/);
  expect(new Set(ids).size).toBe(2);
  expect(note(new AlertLedger(0, null), feed('silent'), 1)?.id).not.toBe(
    note(new AlertLedger(0, null), feed('silent'), 2)?.id,
  );
});

test('after a restart nothing is told twice, and what was missed is told', () => {
  const first = new AlertLedger(COOLDOWN, null);
  expect(note(first, serves('a'), 1000, true), 'the first model that is seen is no change').toBeNull();
  expect(note(first, failed('t1'), 1000)).not.toBeNull();
  expect(note(first, feed('silent'), 1000)).not.toBeNull();
  const record = JSON.parse(JSON.stringify(first.record)) as typeof first.record;
  const again = new AlertLedger(COOLDOWN, record);
  const past = 1000 + COOLDOWN;
  expect(note(again, failed('t1'), 1000, true)).toBeNull();
  expect(note(again, failed('t2'), past + 60_001, true)).toMatchObject({ event: 'retraining_failed' });
  expect(note(again, feed('silent'), past, true), 'it is still silent').toBeNull();
  expect(note(again, feed('ok'), past, true), 'bars came while nothing ran').toMatchObject({ event: 'feed_ok' });
  expect(note(again, serves('a'), past, true)).toBeNull();
  expect(note(again, serves('b', 'rolled_back'), past, true)).toMatchObject({ event: 'rolled_back' });
});

test('what happened a day before the start is not told', () => {
  const ledger = new AlertLedger(COOLDOWN, null);
  const draft = draftAlert(failed('t1'), 0);
  if (draft === null) throw new Error('it is no alert');
  expect(ledger.note(draft, 86_400_001, true)).toBeNull();
});

test('an alert in the outbox counts as let through, also where the ledger was not written', () => {
  const alert = note(new AlertLedger(COOLDOWN, null), feed('silent'), 1000);
  const again = new AlertLedger(COOLDOWN, null);
  if (alert !== null) again.adopt(alert);
  expect(note(again, feed('silent'), 1000, true)).toBeNull();
  expect(note(again, feed('ok'), 2000)).not.toBeNull();
});

test('the last that is heard of a subject is how it is, and no two of an event come within a cooldown, over 100 seeds', () => {
  for (let seed = 1; seed <= 100; seed++) {
    const rng = new Rng(seed);
    const ledger = new AlertLedger(1000, null);
    const out: Alert[] = [];
    let state: 'ok' | 'silent' | 'hole' = 'ok';
    let now = 1000;
    for (let k = 0; k < 60; k++) {
      now += Math.floor(rng.nextFloat() * 700);
      out.push(...ledger.takeDue(now));
      state = (['ok', 'silent', 'hole'] as const)[Math.floor(rng.nextFloat() * 3)];
      const alert = note(ledger, feed(state), now);
      if (alert !== null) out.push(alert);
    }
    const end = ledger.nextMs ?? now;
    out.push(...ledger.takeDue(end));
    expect(out.at(-1)?.value, `seed ${seed}: the last heard`).toBe(state);
    for (const event of ['feed_ok', 'feed_silent', 'feed_faulty']) {
      const times = out.filter((each) => each.event === event).map(({ letOutMs }) => letOutMs);
      const least = Math.min(...times.slice(1).map((ms, k) => ms - times[k]), Infinity);
      expect(least, `seed ${seed}: ${event}`).toBeGreaterThanOrEqual(1000);
    }
    const nHeard = out.reduce((sum, { nHeldBack }) => sum + 1 + nHeldBack, 0);
    expect(nHeard, `seed ${seed}: every change was told or counted`).toBeGreaterThanOrEqual(out.length);
  }
});
