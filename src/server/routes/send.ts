import type { FastifyReply } from 'fastify';
import { JournalError } from '../../core/index.ts';
import { type JournalHealth, journalRefusal, type SignalReceipt } from '../../ports/index.ts';
import type { ServerContext } from '../server-options.ts';

/** How long an answer waits for a record that the journal will write in any case, milliseconds. */
const RECORD_WAIT_MS = 10_000;

/** Length from which a text is sent as bytes. Node keeps three bytes for each character of a large one until it is read. */
const LARGE_TEXT = 4096;

export const JSON_TYPE = 'application/json; charset=utf-8';

/** A text in the form in which it is sent. */
export function payloadOf(text: string): string | Buffer {
  return text.length < LARGE_TEXT ? text : Buffer.from(text);
}

/** Sends text that is JSON already. */
export function sendJson(reply: FastifyReply, text: string): FastifyReply {
  return reply.header('content-type', JSON_TYPE).send(payloadOf(text));
}

/**
 * Waits for a record that is tried again until it is written, but not for ever.
 *
 * @throws {JournalError} when it takes too long, with the code of what holds it up.
 */
export async function settledSoon({ service }: Pick<ServerContext, 'service'>, recorded: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(lateRecord(service.status().journal)), RECORD_WAIT_MS);
  });
  await Promise.race([recorded, tooLong]).finally(() => clearTimeout(timer));
}

/** Waits for the record of an answer. That of a new signal is dropped where it cannot be written, that of an earlier one is not. */
export function whenRecorded(
  context: Pick<ServerContext, 'service'>,
  { isDuplicate, recorded }: SignalReceipt,
): Promise<void> {
  return isDuplicate ? settledSoon(context, recorded) : recorded;
}

/** Nobody waits for the record: the journal reports its own faults. */
export function ignoreFault(recorded: Promise<void>): void {
  recorded.catch(() => undefined);
}

function lateRecord(health: JournalHealth): JournalError {
  const { code = 'JOURNAL_BUSY', message = '' } = journalRefusal(health) ?? {};
  const why = message === '' ? '' : ` (${message})`;
  return new JournalError(
    code,
    `it is taken, but its record could not be written yet; it is tried again until it is${why}`,
  );
}
