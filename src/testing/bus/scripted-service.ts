import type { BarSeries } from '../../domain/index.ts';
import type {
  BarsReceipt,
  DeadLetter,
  LiveService,
  SignalOrigin,
  SignalReceipt,
  SignalSeries,
} from '../../ports/index.ts';
import type { SignalMessage } from '../../wire/index.ts';

/** A service that notes what a bus does with it, and whose records and faults are in the hands of a case. */
export class ScriptedService implements LiveService {
  isReady = true;
  /** While held, no record is written. */
  isHeld = false;
  /** What came, in order: `bars A 3`, `signal s1`. */
  readonly calls: string[] = [];
  readonly origins: SignalOrigin[] = [];
  readonly deadLetters: DeadLetter[] = [];
  /** Thrown by {@link submit}, by signal id; an error that is taken from the list is thrown once. */
  readonly faults = new Map<string, unknown[]>();
  /** Rejections of the record, by signal id, each once. */
  readonly lostRecords = new Map<string, unknown[]>();
  readonly #waiting: (() => void)[] = [];

  /** Number of times a signal was submitted. */
  nSubmitted(signalId: string): number {
    return this.calls.filter((call) => call === `signal ${signalId}`).length;
  }

  /** Writes every record that is held. */
  release(): void {
    this.isHeld = false;
    for (const write of this.#waiting.splice(0)) write();
  }

  submit(message: SignalMessage, origin: SignalOrigin): SignalReceipt {
    const signalId = message.signalId ?? '';
    this.calls.push(`signal ${signalId}`);
    this.origins.push(origin);
    const fault = this.faults.get(signalId)?.shift();
    if (fault !== undefined) throw fault;
    return this.#receipt(signalId, this.#record(this.lostRecords.get(signalId)?.shift()));
  }

  /** Nothing was recorded before. */
  async recall(): Promise<null> {
    return null;
  }

  /** No bar is ever due. */
  seriesFor({ instrumentId }: SignalMessage): SignalSeries {
    return { key: instrumentId, isBarDue: false };
  }

  addBars(instrumentId: string, bars: BarSeries): BarsReceipt {
    this.calls.push(`bars ${instrumentId} ${bars.length}`);
    const nothing = { nRepeated: 0, nRevised: 0, nLate: 0, nTooOld: 0 };
    return { instrumentId, nAdded: bars.length, ...nothing, recorded: Promise.resolve() };
  }

  noteHeartbeat(): void {
    this.calls.push('heartbeat');
  }

  recordDeadLetter(letter: DeadLetter): Promise<void> {
    this.deadLetters.push(letter);
    return Promise.resolve();
  }

  subscribe(): () => void {
    return () => undefined;
  }

  #record(lost: unknown): Promise<void> {
    if (lost !== undefined) return Promise.reject(lost);
    if (!this.isHeld) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #receipt(signalId: string, recorded: Promise<void>): SignalReceipt {
    const text = answerTo(signalId);
    return {
      signalId,
      answerHash: '0'.repeat(64),
      text,
      get answer(): never {
        throw new Error('a bus needs the text only');
      },
      isDuplicate: false,
      recorded,
    };
  }
}

/** The answer of the scripted service to a signal. */
export function answerTo(signalId: string): string {
  return `{"signal_id":"${signalId}","size":0.5}`;
}
