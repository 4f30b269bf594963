import { setImmediate as nextTurn } from 'node:timers/promises';
import { ServiceError, stringifyLossless } from '../../core/index.ts';
import type { SignalOrigin, SignalReceipt } from '../../ports/index.ts';
import type { LineError, SignalMessage } from '../../wire/index.ts';
import { problemCodeOf, problemOf, RequestError } from '../problem.ts';
import type { ServerContext } from '../server-options.ts';
import { ignoreFault, whenRecorded } from './send.ts';

const NEWLINE = 0x0a;
/** Maximum number of lines of one batch. */
const MAX_LINES = 100_000;
/** Maximum number of batches answered at once; each may have a body of the largest size. */
const MAX_BATCHES = 8;
/** Number of lines whose records are waited for together. */
const SLICE_LINES = 256;
/** Time after which other work has a turn, ns. */
const TURN_NS = 2e6;

/** Reads the bytes of one JSON message. @throws {Ml4tError} for what is none. */
export type SignalReader = (bytes: Uint8Array) => SignalMessage;

/** What the lines of a batch are, and how they came. */
interface BatchOrigin {
  readonly origin: SignalOrigin;
  readonly read: SignalReader;
}

/** A line that was answered: the receipt, whose text is read when it is sent, or the text of its error. */
type AnsweredLine = SignalReceipt | string;

/** Answers batches of signals: one line of answer for each line, in order. */
export class BatchHandler {
  readonly #context: ServerContext;
  #nRunning = 0;

  constructor(context: ServerContext) {
    this.#context = context;
  }

  /**
   * @returns the answers, in slices that end with a line feed.
   * @throws {RequestError} `BODY_TOO_LARGE` for too many lines. @throws {ServiceError} `OVERLOADED`.
   */
  answer(bytes: Buffer, from: BatchOrigin): AsyncGenerator<string> {
    if (countLines(bytes) > MAX_LINES)
      throw new RequestError('BODY_TOO_LARGE', `a batch must not have more than ${MAX_LINES} lines`);
    if (this.#nRunning >= MAX_BATCHES) {
      this.#context.connections.cutSlowReaders(); // one that does not read its answers keeps the others out
      throw new ServiceError('OVERLOADED', `${MAX_BATCHES} batches are being answered`);
    }
    return this.#slices(bytes, from);
  }

  async *#slices(bytes: Buffer, from: BatchOrigin): AsyncGenerator<string> {
    const { clock } = this.#context;
    this.#nRunning++;
    try {
      let start = 0;
      let line = 0;
      let turnNs = clock.monotonicNs();
      while (start < bytes.length) {
        const slice: (AnsweredLine | Promise<AnsweredLine>)[] = [];
        while (start < bytes.length && slice.length < SLICE_LINES) {
          const end = endOfLine(bytes, start);
          slice.push(this.#answerLine(bytes.subarray(start, end), ++line, from));
          start = end + 1;
          if (clock.monotonicNs() - turnNs < TURN_NS) continue;
          await nextTurn();
          turnNs = clock.monotonicNs();
        }
        const answers = await Promise.all(slice);
        // Read only now: a halt may have come since the first of them was judged.
        yield `${answers.map((line) => (typeof line === 'string' ? line : line.text)).join('\n')}\n`;
      }
    } finally {
      this.#nRunning--;
    }
  }

  /** @returns the line that answers, or its receipt; a promise where the record is waited for. */
  #answerLine(bytes: Buffer, line: number, from: BatchOrigin): AnsweredLine | Promise<AnsweredLine> {
    try {
      const receipt = this.#submit(bytes, from);
      const answer = (known: SignalReceipt): SignalReceipt | Promise<SignalReceipt> =>
        settled(this.#context, known, from.origin);
      const answered = receipt instanceof Promise ? receipt.then(answer) : answer(receipt);
      return answered instanceof Promise ? answered.catch((error: unknown) => this.#errorLine(error, line)) : answered;
    } catch (error) {
      return this.#errorLine(error, line);
    }
  }

  #submit(bytes: Buffer, { origin, read }: BatchOrigin): SignalReceipt | Promise<SignalReceipt> {
    const { maxSignalBytes } = this.#context.config.server;
    if (bytes.length > maxSignalBytes) {
      this.#context.metrics.noteUnread('BODY_TOO_LARGE');
      throw new RequestError('BODY_TOO_LARGE', `a line must not be larger than ${maxSignalBytes} bytes`);
    }
    return submitSignal(this.#context, bytes, origin, read);
  }

  #errorLine(error: unknown, line: number): string {
    const { code, detail } = problemOf(error);
    if (code === 'INTERNAL') this.#context.failures.note(error);
    const answer: LineError = { error: { code, message: detail, line } };
    return stringifyLossless(answer);
  }
}

/** The receipt; a promise where the record is waited for. */
function settled(
  context: ServerContext,
  receipt: SignalReceipt,
  { durable }: SignalOrigin,
): SignalReceipt | Promise<SignalReceipt> {
  if (durable) return whenRecorded(context, receipt).then(() => receipt);
  ignoreFault(receipt.recorded);
  return receipt;
}

/** Reads one signal and hands it to the service. @throws {Ml4tError} also by the promise. */
export function submitSignal(
  context: ServerContext,
  bytes: Uint8Array,
  origin: SignalOrigin,
  read: SignalReader,
): SignalReceipt | Promise<SignalReceipt> {
  const { service, clock, metrics } = context;
  const startNs = clock.monotonicNs();
  const message = readOrCount(context, bytes, read);
  metrics.noteRead(clock.monotonicNs() - startNs);
  return service.submit(message, origin);
}

function readOrCount({ metrics }: ServerContext, bytes: Uint8Array, read: SignalReader): SignalMessage {
  try {
    return read(bytes);
  } catch (error) {
    metrics.noteUnread(problemCodeOf(error));
    throw error;
  }
}

function endOfLine(bytes: Buffer, start: number): number {
  const end = bytes.indexOf(NEWLINE, start);
  return end === -1 ? bytes.length : end;
}

function countLines(bytes: Buffer): number {
  let n = 0;
  for (let start = 0; start < bytes.length && n <= MAX_LINES; n++) start = endOfLine(bytes, start) + 1;
  return n;
}
