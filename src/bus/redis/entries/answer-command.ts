import { Command } from 'ioredis';
import type { EncodedAnswer } from '../../../ports/index.ts';

/** Where answers are written. */
export interface AnswerStream {
  readonly name: string;
  /** Number of its entries above which the oldest are removed. */
  readonly maxEntries: number;
}

/**
 * XADD of one answer inside a transaction, with its fields in the order that every version of NautilusTrader reads. A signal costs one
 * piece of memory: the command as it goes to the socket. It has no timer of its own, since EXEC behind it waits at least as long.
 */
export class AnswerCommand extends Command {
  readonly answer: EncodedAnswer;
  readonly #stream: AnswerStream;

  constructor(stream: AnswerStream, answer: EncodedAnswer) {
    super('xadd', [stream.name]);
    this.#stream = stream;
    this.answer = answer;
  }

  override toWritable(): Buffer {
    const { topic, payload, type, encoding } = this.answer;
    const { name, maxEntries } = this.#stream;
    const size = Buffer.byteLength(payload);
    const before = `*14\r\n${bulk('xadd')}${bulk(name)}${bulk('MAXLEN')}${bulk('~')}${bulk(String(maxEntries))}${bulk('*')}`;
    const head = `${before}${bulk('topic')}${bulk(topic)}${bulk('payload')}$${size}\r\n`;
    const tail = `\r\n${bulk('type')}${bulk(type)}${bulk('encoding')}${bulk(encoding)}`;
    const bytes = Buffer.allocUnsafe(Buffer.byteLength(head) + size + Buffer.byteLength(tail));
    const at = bytes.write(head);
    if (typeof payload === 'string') bytes.write(payload, at);
    else bytes.set(payload, at);
    bytes.write(tail, at + size);
    return bytes;
  }

  override setTimeout(): void {
    // EXEC has the timer.
  }
}

/** A string as the protocol has it. */
function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}
