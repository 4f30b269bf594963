import { ConditionError, JournalError, ServiceError } from '../../core/index.ts';
import { assertSame } from '../assertions.ts';
import { acknowledged, answered } from './answering-cases.ts';
import type { DefineBusCase } from './bus-subject.ts';
import { aWhile, signalText, until } from './messages.ts';
import { answerTo } from './scripted-service.ts';

/** What a bus promises where the service or a message is at fault. */
export function failingCases(define: DefineBusCase): void {
  define('while the service is not ready messages wait, and are answered when it is', async (subject, service) => {
    service.isReady = false;
    subject.open().start(service);
    for (const id of ['s1', 's2']) await subject.send(signalText(id));
    await aWhile();
    assertSame('nothing is submitted', service.calls, []);
    assertSame('nothing is acknowledged', await subject.nWaiting(), 2);
    service.isReady = true;
    await answered(subject, 2);
    assertSame('no message that waited is a dead letter', await subject.deadLetters(), []);
  });

  define('a signal that the service cannot take now is tried again until it can', async (subject, service) => {
    service.faults.set('s1', [
      new ServiceError('OVERLOADED', 'later'),
      new JournalError('JOURNAL_FULL', 'later'),
      new ServiceError('STOPPING', 'later'),
    ]);
    subject.open().start(service);
    await subject.send(signalText('s1'));
    await answered(subject, 1);
    assertSame('it is submitted until it is taken', service.nSubmitted('s1'), 4);
    assertSame('it is no dead letter', await subject.deadLetters(), []);
  });

  define(
    'a signal whose record cannot be written is tried again, and not answered before',
    async (subject, service) => {
      service.lostRecords.set('s1', [new JournalError('JOURNAL_FULL', 'no room')]);
      subject.open().start(service);
      await subject.send(signalText('s1'));
      await answered(subject, 1);
      await aWhile();
      assertSame('it is submitted again', service.nSubmitted('s1'), 2);
      assertSame('it is answered once', await subject.answers(), [answerTo('s1')]);
    },
  );

  define('a signal that breaks a rule is a recorded dead letter, and acknowledged', async (subject, service) => {
    service.faults.set('s1', Array(9).fill(new ConditionError('signal', 'something else', 1)));
    subject.open().start(service);
    for (const id of ['s1', 's2']) await subject.send(signalText(id));
    await answered(subject, 1);
    await until('it is a dead letter', async () => (await subject.deadLetters()).length === 1);
    await acknowledged(subject);
    assertSame('the other signal is answered', await subject.answers(), [answerTo('s2')]);
    assertSame('its code is that of the error', await subject.deadLetters(), ['INVALID_VALUE']);
    const recorded = service.deadLetters.map(({ code, signalId }) => [code, signalId]);
    assertSame('it is recorded by the service, with its signal id', recorded, [['INVALID_VALUE', 's1']]);
    assertSame('it is submitted once', service.nSubmitted('s1'), 1);
  });

  define('a message that cannot be read is a dead letter with all that came', async (subject, service) => {
    subject.open().start(service);
    for (const text of ['{"signal_id":"s1","signal":', signalText('s2')]) await subject.send(text);
    await answered(subject, 1);
    await until('it is a dead letter', async () => (await subject.deadLetters()).length === 1);
    await acknowledged(subject);
    const payloads = service.deadLetters.map(({ payload }) => new TextDecoder().decode(payload));
    assertSame('its payload is recorded as it came', payloads, ['{"signal_id":"s1","signal":']);
  });

  define('an unexpected error is tried again, without delaying others', async (subject, service) => {
    service.faults.set('s1', [new TypeError('a bug')]);
    subject.open().start(service);
    for (const id of ['s1', 's2']) await subject.send(signalText(id));
    await answered(subject, 2);
    await acknowledged(subject);
    assertSame('the other is answered first', await subject.answers(), [answerTo('s2'), answerTo('s1')]);
  });

  define('a message that always fails is a dead letter in the end', async (subject, service) => {
    service.faults.set('s1', Array(1000).fill(new TypeError('a bug')));
    subject.open().start(service);
    await subject.send(signalText('s1'));
    await until('it is a dead letter', async () => (await subject.deadLetters()).length === 1);
    await acknowledged(subject);
    const { length } = service.deadLetters;
    assertSame('it is recorded by the service', length, 1);
  });
}
