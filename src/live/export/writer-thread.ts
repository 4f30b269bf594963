import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type PlainError, toPlainError } from '../../runtime/index.ts';
import { type DecisionFile, type DecisionPage, type DecisionWriter, decisionWriter } from './decision-writer.ts';

/** What the thread is sent: a page to add, or null for the end of the file. */
export type WriterRequest = DecisionPage | null;

/** What it answers to each, in their order. */
export type WriterReply =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'fault'; readonly fault: PlainError };

/** Writes what it is sent, and gives back the bytes. */
function write(port: MessagePort, file: DecisionFile): void {
  const begun = decisionWriter(file);
  begun.catch(() => undefined); // the first reply says it
  port.on('message', async (request: WriterRequest) => {
    const reply = await replyTo(request, begun);
    port.postMessage(reply, reply.kind === 'bytes' ? [reply.bytes.buffer] : []);
  });
}

async function replyTo(request: WriterRequest, begun: Promise<DecisionWriter>): Promise<WriterReply> {
  try {
    const writer = await begun;
    const bytes = request === null ? writer.end() : writer.add(request);
    return { kind: 'bytes', bytes: Uint8Array.from(bytes) };
  } catch (error) {
    return { kind: 'fault', fault: toPlainError(error) };
  }
}

if (parentPort !== null) write(parentPort, workerData as DecisionFile);
