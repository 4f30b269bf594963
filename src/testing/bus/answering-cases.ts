import { assertSame } from '../assertions.ts';
import type { BusSubject, DefineBusCase } from './bus-subject.ts';
import { aWhile, barsText, signalText, until } from './messages.ts';
import { answerTo } from './scripted-service.ts';

/** Number of signals of which the order is looked at. */
const N_ORDERED = 60;

/** What a bus promises of messages that can be taken. */
export function answeringCases(define: DefineBusCase): void {
  define('a signal is submitted as durable, and its answer goes out once', async (subject, service) => {
    subject.open().start(service);
    await subject.send(signalText('s1'));
    await answered(subject, 1);
    await aWhile();
    assertSame('the text of the receipt goes out as it is, once', await subject.answers(), [answerTo('s1')]);
    assertSame('it is submitted once', service.nSubmitted('s1'), 1);
    assertSame('it is submitted as durable', service.origins[0].durable, true);
    assertSame('it is acknowledged', await subject.nWaiting(), 0);
  });

  define('messages that were sent before the start are taken', async (subject, service) => {
    await subject.send(signalText('s1'));
    subject.open().start(service);
    await answered(subject, 1);
  });

  define('nothing is answered or acknowledged before its record is written', async (subject, service) => {
    service.isHeld = true;
    subject.open().start(service);
    await subject.send(signalText('s1'));
    await until('a signal is submitted', () => service.nSubmitted('s1') === 1);
    await aWhile();
    assertSame('no answer before the record', await subject.answers(), []);
    assertSame('not acknowledged before the record', await subject.nWaiting(), 1);
    service.release();
    await answered(subject, 1);
    await acknowledged(subject);
  });

  define('signals of one instrument are submitted in the order in which they were sent', async (subject, service) => {
    const sent = Array.from({ length: N_ORDERED }, (_, i) => `s${i}`);
    for (const [i, id] of sent.slice(0, N_ORDERED / 2).entries()) await subject.send(signalText(id, 'A', i));
    subject.open().start(service);
    for (const [i, id] of sent.slice(N_ORDERED / 2).entries()) await subject.send(signalText(id, 'A', i));
    await answered(subject, N_ORDERED);
    const submitted = service.calls.map((call) => call.replace('signal ', ''));
    assertSame('the order of the submits is that of the sending', submitted, sent);
  });

  define('bars reach the service before a signal that was sent after them', async (subject, service) => {
    subject.open().start(service);
    await subject.send(barsText('A', 3));
    await subject.send(signalText('s1', 'A'));
    await answered(subject, 1);
    assertSame('the order of the calls', service.calls, ['bars A 3', 'signal s1']);
  });

  define(
    'the health tells the status and counts what was done, and its listeners hear of changes',
    async (subject, service) => {
      const bus = subject.open();
      const heard: string[] = [];
      bus.onStatus(() => {
        throw new Error('a listener that fails');
      });
      bus.onStatus(({ status }) => void heard.push(status));
      assertSame('the status before the start', bus.health.status, 'off');
      bus.start(service);
      await subject.send(signalText('s1'));
      await subject.send('{');
      await answered(subject, 1);
      await until('a message at fault is a dead letter', async () => (await subject.deadLetters()).length === 1);
      await until('the status is up', () => bus.health.status === 'up');
      await until('what was answered is counted', () => bus.health.nAnswered === 1 && bus.health.nDead === 1);
      assertSame('a status that is up has no reason', bus.health.reason, null);
      await bus.stop();
      assertSame('the status after the stop', bus.health.status, 'off');
      assertSame(
        'the listeners heard that it is up, and at last that it is off',
        [heard.includes('up'), heard.at(-1)],
        [true, 'off'],
      );
    },
  );
}

/** Waits until a number of answers is there. */
export function answered(subject: BusSubject, n: number): Promise<void> {
  return until(`${n} answers go out`, async () => (await subject.answers()).length >= n);
}

/** Waits until nothing waits any more. */
export function acknowledged(subject: BusSubject): Promise<void> {
  return until('what is done is acknowledged', async () => (await subject.nWaiting()) === 0);
}
