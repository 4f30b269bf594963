import { expect, test } from 'vitest';
import type { NumberedAnswer } from '../../ports/index.ts';
import { WriterLink } from './writer-link.ts';

const decision = (answer: string): NumberedAnswer => ({
  signalId: 's',
  instrumentId: 'SIM',
  seq: 1,
  answer,
  answerHash: '',
  modelVersion: null,
  features: null,
  transport: 'http',
  receivedMs: 0,
  settingsId: 'x',
  outcome: null,
});
const names = new Map();

test('a fault of the thread arrives with its code, in its place', async () => {
  const link = new WriterLink({ format: 'parquet', features: [] });
  const replies = ['{}', 'no JSON', '{}'].map((answer) => link.add({ decisions: [decision(answer)], names }));
  const [first, second, third] = await Promise.allSettled([...replies, link.end()]);
  expect([first.status, third.status]).toEqual(['fulfilled', 'fulfilled']);
  expect(second).toMatchObject({ status: 'rejected', reason: { code: 'BAD_JSON' } });
  await link.close();
});

test('what is waited for of a thread that ended is said to have broken off', async () => {
  const link = new WriterLink({ format: 'ndjson', features: [] });
  const waiting = link.add({ decisions: [decision('{}')], names });
  await link.close();
  await expect(waiting).rejects.toMatchObject({ code: 'EXPORT_FAILED' });
  await expect(link.end()).rejects.toMatchObject({ code: 'EXPORT_FAILED' });
});
