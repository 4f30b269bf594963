import { assertSame } from '../assertions.ts';
import { ContractError } from '../contract-case.ts';
import { acknowledged, answered } from './answering-cases.ts';
import type { DefineBusCase } from './bus-subject.ts';
import { aWhile, signalText, until } from './messages.ts';
import { ScriptedService } from './scripted-service.ts';

/** Deadline of a stop, and what it may take longer on a busy machine, milliseconds. */
const DEADLINE_MS = 300;
const SLACK_MS = 3000;

/** What a bus promises of its end, and of the time after. */
export function endingCases(define: DefineBusCase): void {
  define('what is under way is finished by the stop', async (subject, service) => {
    service.isHeld = true;
    const bus = subject.open();
    bus.start(service);
    await subject.send(signalText('s1'));
    await until('it is submitted', () => service.nSubmitted('s1') === 1);
    const stopped = bus.stop(10_000);
    await aWhile();
    service.release();
    await stopped;
    assertSame('it is answered', (await subject.answers()).length, 1);
    assertSame('it is acknowledged', await subject.nWaiting(), 0);
  });

  define('a stop keeps its deadline, whatever is under way', async (subject, service) => {
    service.isHeld = true;
    const bus = subject.open();
    bus.start(service);
    await subject.send(signalText('s1'));
    await until('it is submitted', () => service.nSubmitted('s1') === 1);
    const startMs = performance.now();
    await bus.stop(DEADLINE_MS);
    const tookMs = performance.now() - startMs;
    if (tookMs > DEADLINE_MS + SLACK_MS)
      throw new ContractError(`a stop ends within ${DEADLINE_MS} ms: it took ${tookMs.toFixed(0)} ms`);
    service.release();
    await aWhile();
    assertSame('nothing is answered after the stop', await subject.answers(), []);
  });

  define('nothing is taken after the stop', async (subject, service) => {
    const bus = subject.open();
    bus.start(service);
    await subject.send(signalText('s1'));
    await answered(subject, 1);
    await bus.stop();
    await subject.send(signalText('s2'));
    await aWhile();
    assertSame('it is not submitted', service.nSubmitted('s2'), 0);
    assertSame('it waits for the next', await subject.nWaiting(), 1);
  });

  define('a signal that was submitted and not recorded comes again to the next process', async (subject, service) => {
    service.isHeld = true;
    const bus = subject.open();
    bus.start(service);
    await subject.send(signalText('s1'));
    await until('it is submitted', () => service.nSubmitted('s1') === 1);
    await bus.stop(DEADLINE_MS);
    const next = new ScriptedService();
    subject.open().start(next);
    await answered(subject, 1);
    await acknowledged(subject);
    assertSame('it is submitted to the next service', next.nSubmitted('s1'), 1);
  });

  define('a bus that was never started is stopped', async (subject) => {
    await subject.open().stop(DEADLINE_MS);
  });
}
