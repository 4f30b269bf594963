import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { maturedOutcome } from '../../../test/support/outcomes.ts';
import type { Outcome } from '../../domain/index.ts';
import type { Journal, OutcomeEntry } from '../../ports/index.ts';
import { OutcomeWriter } from './outcome-writer.ts';

function fakeJournal(): { journal: Journal; written: string[] } {
  const written: string[] = [];
  const append = (entry: OutcomeEntry): Promise<void> => {
    written.push(entry.signalId);
    return Promise.resolve();
  };
  return { journal: { append } as unknown as Journal, written };
}

const outcome = (i: number): Outcome => maturedOutcome({ signalId: `s${i}` });

const MANY = 5000;
const ids = Array.from({ length: MANY }, (_, i) => `s${i}`);

it('lets a burst wait, and writes all of it in order', async () => {
  const { journal, written } = fakeJournal();
  const numbers: number[] = [];
  const writer = new OutcomeWriter(journal, 10, ({ seq }) => numbers.push(seq));
  for (let i = 0; i < MANY; i++) writer.queue(outcome(i));
  expect(written.length).toBeLessThan(100);
  expect(writer.find('s4999')).toMatchObject({ signalId: 's4999' });
  while (written.length < MANY) await delay(5);
  await delay(5);
  expect(written).toEqual(ids);
  expect(writer.find('s4999')).toBeNull();
  expect(numbers, 'each with its number').toEqual(Array.from({ length: MANY }, (_, i) => 11 + i));
});

it('writes at once what was told, and all that waits when it is flushed', () => {
  const { journal, written } = fakeJournal();
  const writer = new OutcomeWriter(journal, 0, () => undefined);
  for (let i = 0; i < MANY; i++) writer.queue(outcome(i));
  void writer.write(outcome(-1));
  expect(written).toContain('s-1');
  writer.flush();
  expect(written.filter((id) => id !== 's-1')).toEqual(ids);
});
