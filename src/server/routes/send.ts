import type { FastifyReply } from 'fastify';
import { JournalError } from '../../core/index.ts';

/** How long an answer waits for a record that the journal will write in any case, milliseconds. */
const RECORD_WAIT_MS = 10_000;

/** Sends text that is JSON already. */
export function sendJson(reply: FastifyReply, text: string): FastifyReply {
  return reply.header('content-type', 'application/json; charset=utf-8').send(text);
}

/**
 * Waits for a record that is tried again until it is written, but not for ever.
 *
 * @throws {JournalError} `JOURNAL_FULL` when it takes too long.
 */
export async function settledSoon(recorded: Promise<void>, isWaitedFor: boolean): Promise<void> {
  recorded.catch(() => undefined); // the journal reports its own faults
  if (!isWaitedFor) return;
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_resolve, reject) => {
    const sentence = 'it is taken, but its record could not be written yet; it is tried again until it is';
    timer = setTimeout(() => reject(new JournalError('JOURNAL_FULL', sentence)), RECORD_WAIT_MS);
  });
  await Promise.race([recorded, tooLong]).finally(() => clearTimeout(timer));
}
