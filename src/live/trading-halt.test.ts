import { describe, expect, test } from 'vitest';
import { ControlledJournal } from '../../test/support/controlled-journal.ts';
import {
  liveService,
  messageAt,
  OVER_HTTP,
  OVER_STREAM,
  smallModelBytes,
  submitNow,
} from '../../test/support/live-service.ts';
import { randomWalk } from '../../test/support/random-walk.ts';
import { sha256 } from '../../test/support/small-model.ts';
import { readModel } from '../model/onnx/index.ts';
import type { HaltEntry, JournalRecovery, RecordedSignal, RecoveryLimits, SignalReceipt } from '../ports/index.ts';
import type { SignalAnswer, State } from '../wire/index.ts';
import { recomputeDecision } from './recompute.ts';
import type { SignalService } from './signal-service.ts';

const BARS = randomWalk(400, 11, { gaps: 0 });
const ALWAYS = { sizing: { trust: 'always', method: 'integrated' }, model: { outOfDistribution: false } } as const;
const SINCE = '2027-01-15T08:00:00.000Z';

const started = (journal = new ControlledJournal()) => liveService({ journal, config: ALWAYS });
const messageOf = (k: number) => messageAt(BARS, 150 + k, { signalId: `s${k}` });
const answerTo = (service: SignalService, k: number): SignalAnswer =>
  submitNow(service, messageOf(k), OVER_HTTP).answer;
const betOf = ({ take, takeReason, size }: SignalAnswer): unknown[] => [take, takeReason, size !== 0];
const TAKEN = [true, 'always', true];
const HALTED = [false, 'halted', false];
const haltsOf = (journal: ControlledJournal): HaltEntry[] => journal.entries.filter((entry) => entry.kind === 'halt');

test('a halt counts from its call on, is recorded, and outlasts restarts until it is resumed', async () => {
  const first = await started();
  const { journal, lines } = first;
  let { service } = first;
  const states: State[] = [];
  service.subscribe((event) => event.type === 'state' && states.push(event.state), ['state']);
  expect(betOf(answerTo(service, 0))).toEqual(TAKEN);
  journal.isHeld = true;
  const halting = service.halt('the feed looks wrong');
  expect(betOf(answerTo(service, 1)), 'before anything is written').toEqual(HALTED);
  expect(service.status().halted).toEqual({ since: SINCE, reason: 'the feed looks wrong', recorded: false });
  journal.isHeld = false;
  journal.flush();
  expect(await halting).toEqual({ since: SINCE, reason: 'the feed looks wrong', recorded: true });
  expect(await service.halt('again'), 'a second one changes nothing').toEqual(await halting);
  expect(haltsOf(journal).map(({ halted, reason }) => [halted, reason])).toEqual([[true, 'the feed looks wrong']]);
  expect(lines.at(-1)).toMatch(/^halted since .*: the feed looks wrong; nothing is taken/);
  await service.stop();

  const second = await started(journal.reopen());
  ({ service } = second);
  expect(second.lines.find((line) => line.startsWith('still halted'))).toContain('the feed looks wrong');
  expect(service.status().halted).toEqual({ since: SINCE, reason: 'the feed looks wrong', recorded: true });
  expect(service.isReady).toBe(true);
  expect(betOf(answerTo(service, 2))).toEqual(HALTED);
  await service.resume();
  await service.resume();
  expect(service.status().halted).toBeNull();
  expect(betOf(answerTo(service, 3))).toEqual(TAKEN);
  await service.stop();

  const third = await started(second.journal.reopen());
  expect(betOf(answerTo(third.service, 4))).toEqual(TAKEN);
  expect(haltsOf(third.journal).map(({ halted }) => halted)).toEqual([true, false]);
  await third.service.stop();
  expect(states).toEqual([{ what: 'halt', halted: true, since: SINCE, reason: 'the feed looks wrong' }]);
});

test('what was answered under a halt is recomputed so, and what was answered before and after it as it was', async () => {
  const { service, journal } = await started();
  const taken: Record<string, unknown> = {};
  const confidences: number[] = [];
  for (let k = 0; k < 3; k++) {
    if (k === 1) await service.halt();
    const answer = answerTo(service, k);
    taken[answer.signalId] = betOf(answer);
    confidences.push(answer.metaConfidence);
    if (k === 1) await service.resume();
  }
  expect(taken).toEqual({ s0: TAKEN, s1: HALTED, s2: TAKEN });
  const model = readModel(smallModelBytes(), { sha256 });
  const settingsIds: string[] = [];
  for (const signalId of Object.keys(taken)) {
    const recorded = (await journal.findSignal(signalId)) as RecordedSignal;
    const settings = (await journal.findSettings(recorded.settingsId)) as string;
    settingsIds.push(recorded.settingsId);
    const window = await journal.readBars(recorded.barIds);
    const again = recomputeDecision(recorded, { bars: window }, settings, model, { monotonicNs: () => 0 });
    expect([signalId, again.answer, again.isIdentical]).toEqual([signalId, recorded.answer, true]);
    const explained = await service.explain(signalId);
    expect(explained.explanation, 'the confidence is explained, halted or not').not.toBeNull();
    expect(explained.features).not.toBeNull();
  }
  expect(settingsIds[0]).toBe(settingsIds[2]);
  expect(settingsIds[1]).not.toBe(settingsIds[0]);
  const { outcomes } = service.status();
  expect(outcomes.nPending + outcomes.nMatured, 'the trade of a halted signal is followed as any other').toBe(3);
  await service.stop();
});

test('an answer of before that waits for its record, and a repeat of it, say that it is halted', async () => {
  const { service, journal } = await started();
  journal.isHeld = true;
  const waiting = submitNow(service, messageOf(0), OVER_STREAM);
  const plain = waiting.answer;
  expect(betOf(plain)).toEqual(TAKEN);
  const halting = service.halt();
  journal.isHeld = false;
  journal.flush();
  await Promise.all([waiting.recorded, halting]);
  const repeats = [
    waiting,
    submitNow(service, messageOf(0), OVER_HTTP),
    await service.recall(messageOf(0), OVER_STREAM),
  ];
  for (const receipt of repeats as SignalReceipt[]) {
    const { answer } = receipt;
    expect(betOf(answer)).toEqual(HALTED);
    expect(answer).toMatchObject({ metaConfidence: plain.metaConfidence, source: 'model', reason: plain.reason });
    expect(answer.sizeFactors.bet).toBe(0);
    expect(receipt.answerHash, 'the hash is that of what is said').toBe(answer.answerHash);
    const lasting = `${receipt.text.split(',"answer_hash"')[0]}}`;
    expect(receipt.answerHash).toBe(sha256(new TextEncoder().encode(lasting)));
  }
  await service.resume();
  expect(submitNow(service, messageOf(0), OVER_HTTP).answer, 'the record stands').toMatchObject({
    take: true,
    answerHash: plain.answerHash,
  });
  await service.stop();
});

test('signals that wait for a look at the journal are answered by the halt that came meanwhile', async () => {
  const { service, journal } = await started();
  for (let k = 0; k < 3; k++) answerTo(service, k);
  await service.stop();
  const looks: (() => void)[] = [];
  class SlowJournal extends ControlledJournal {
    override async findSignal(id: string): Promise<RecordedSignal | null> {
      await new Promise<void>((resolve) => looks.push(resolve));
      return super.findSignal(id);
    }
    override async recover(limits: RecoveryLimits): Promise<JournalRecovery> {
      return { ...(await super.recover(limits)), answers: [] };
    }
    override async *signalIds(): AsyncGenerator<readonly string[]> {
      await new Promise(() => undefined);
      yield [];
    }
  }
  const slow = new SlowJournal().preload(journal.entries);
  const second = await started(slow);
  const waiting = [5, 6, 7].map((k) => second.service.submit(messageOf(k), OVER_HTTP));
  expect(waiting.every((receipt) => receipt instanceof Promise)).toBe(true);
  const halting = second.service.halt();
  for (const look of looks) look();
  const answers = await Promise.all(waiting);
  await halting;
  for (const { answer } of answers) expect(betOf(answer)).toEqual(HALTED);
});

describe.each(['full', 'busy'] as const)('while the journal is %s', (status) => {
  const code = status === 'full' ? 'JOURNAL_FULL' : 'JOURNAL_BUSY';

  test('a halt is in effect, says that it is not written, and is written when that works again', async () => {
    const { service, journal } = await started();
    journal.setStatus(status);
    const error = await service.halt('now').catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code,
      message: expect.stringMatching(/^it is halted: .* not written down yet .*tried again/),
    });
    expect(service.status().halted).toMatchObject({ reason: 'now', recorded: false });
    await expect(service.halt(), 'and says so again').rejects.toMatchObject({ code });
    journal.setStatus('ok');
    expect(await service.halt()).toMatchObject({ since: SINCE, reason: 'now', recorded: true });
    expect(haltsOf(journal)).toHaveLength(1);
    expect(betOf(answerTo(service, 0))).toEqual(HALTED);
    await service.stop();
  });

  test('a resume is refused, and it stays halted', async () => {
    const { service, journal } = await started();
    await service.halt();
    journal.setStatus(status);
    await expect(service.resume()).rejects.toMatchObject({ code });
    expect(service.status().halted).toMatchObject({ recorded: true });
    journal.setStatus('ok');
    expect(betOf(answerTo(service, 0))).toEqual(HALTED);
    expect(haltsOf(journal).map(({ halted }) => halted)).toEqual([true]);
    await service.resume();
    expect(betOf(answerTo(service, 1))).toEqual(TAKEN);
    await service.stop();
  });

  test('a journal that fails while the record waits is told at once', async () => {
    const { service, journal } = await started();
    journal.isHeld = true;
    const halting = service.halt();
    journal.setStatus(status);
    await expect(halting).rejects.toMatchObject({ code });
    expect(service.status().halted).toMatchObject({ recorded: false });
  });
});

test('with a journal that failed it is halted until the process ends, and says so', async () => {
  const { service, journal } = await started();
  journal.setStatus('failed');
  await expect(service.halt()).rejects.toMatchObject({
    code: 'JOURNAL_FAILED',
    message: expect.stringContaining('halt again after a restart'),
  });
  expect(service.status().halted).toMatchObject({ recorded: false });
});

test('a resume counts only once it is written', async () => {
  const { service, journal } = await started();
  await service.halt();
  journal.isHeld = true;
  const resuming = service.resume();
  expect(betOf(answerTo(service, 0))).toEqual(HALTED);
  journal.isHeld = false;
  journal.flush();
  await resuming;
  expect(betOf(answerTo(service, 1))).toEqual(TAKEN);
  await service.stop();
});

test('a halt during a resume wins, in memory and in the journal', async () => {
  const { service, journal } = await started();
  await service.halt('first');
  journal.isHeld = true;
  const resuming = service.resume();
  const halting = service.halt('second');
  journal.isHeld = false;
  journal.flush();
  await expect(resuming).rejects.toMatchObject({ code: 'HALTED_AGAIN' });
  expect(await halting).toMatchObject({ reason: 'first', since: SINCE });
  expect(haltsOf(journal).map(({ halted }) => halted)).toEqual([true, false, true]);
  expect(betOf(answerTo(service, 0))).toEqual(HALTED);
  await service.stop();
  const { service: next } = await started(journal.reopen());
  expect(betOf(answerTo(next, 1))).toEqual(HALTED);
  await next.stop();
});

test('two resumes at once are one', async () => {
  const { service } = await started();
  await service.halt();
  await Promise.all([service.resume(), service.resume()]);
  expect(service.status().halted).toBeNull();
  await service.stop();
});

test.each([
  ['too long', 'x'.repeat(1001)],
  ['with a control character', 'a\nb'],
  ['half a character', '\ud800'],
  ['no text', 7 as unknown as string],
])('a reason that is %s is refused, and nothing is halted', async (_, reason) => {
  const { service, journal } = await started();
  await expect(service.halt(reason)).rejects.toMatchObject({ code: 'INVALID_VALUE', field: 'reason' });
  expect(service.status().halted).toBeNull();
  expect(haltsOf(journal)).toEqual([]);
  await service.halt('\u{1f6d1}'.repeat(1000));
  await expect(service.resume(reason)).rejects.toMatchObject({ code: 'INVALID_VALUE' });
  expect(service.status().halted).not.toBeNull();
  await service.stop();
});
