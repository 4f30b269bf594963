import { connect, type Socket } from 'node:net';

const HEAD_END = '\r\n\r\n';

/** A connection that stays open, with one request at a time: HTTP/1.1 without a client library, which would cost more than the service. */
export class Connection {
  readonly #socket: Socket;
  #parts: Buffer[] = [];
  #received = 0;
  #expected = 0;
  #done: ((answer: Buffer) => void) | null = null;
  #failed: ((error: Error) => void) | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    socket.on('error', (error) => this.#failed?.(error));
    socket.on('close', () => this.#failed?.(new Error('the service closed a connection')));
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true }, () => {
        socket.off('error', reject);
        resolve(new Connection(socket));
      });
      socket.once('error', reject);
    });
  }

  /** Sends a request. @param done - gets head and body of the answer. @param failed - gets the reason why there is none. */
  send(request: Buffer, done: (answer: Buffer) => void, failed: (error: Error) => void): void {
    this.#done = done;
    this.#failed = failed;
    this.#socket.write(request);
  }

  close(): void {
    this.#failed = null;
    this.#socket.destroy();
  }

  #receive(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#received += bytes.length;
    if (this.#expected === 0) this.#expected = this.#readLength();
    if (this.#expected === 0 || this.#received < this.#expected) return;
    const answer = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
    const done = this.#done;
    this.#parts = [];
    this.#received = 0;
    this.#expected = 0;
    this.#done = null;
    done?.(answer);
  }

  #readLength(): number {
    const bytes = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
    this.#parts = [bytes];
    return lengthOfAnswer(bytes);
  }
}

/**
 * Length of an answer, head and body, bytes; 0 while its head is incomplete.
 *
 * @throws {Error} for an answer without `content-length`, which none of the services gives.
 */
export function lengthOfAnswer(bytes: Buffer): number {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return 0;
  const head = bytes.toString('latin1', 0, headEnd);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (length === null) throw new Error(`an answer without content-length: ${head}`);
  return headEnd + HEAD_END.length + Number(length[1]);
}

/** Body of an answer. @throws {Error} when its status is not 200. */
export function bodyOf(answer: Buffer): string {
  if (!isOk(answer)) throw new Error(`refused: ${answer.toString().slice(0, 2000)}`);
  return answer.toString('utf8', answer.indexOf(HEAD_END) + HEAD_END.length);
}

export function isOk(answer: Buffer): boolean {
  return statusOf(answer) === 200;
}

/** Status of an answer, as 200. */
export function statusOf(answer: Buffer): number {
  return Number(answer.toString('latin1', 9, 12));
}
