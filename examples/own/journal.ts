import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { BarSeries, type JournalEntry, JournalError, type JournalHealth } from 'ml4t-orchestrator';
import { MemoryJournal } from 'ml4t-orchestrator/testing';

const ARRAYS = { Uint8Array, Float64Array, BigInt64Array };

/**
 * A journal in one file to which lines of JSON are only ever added. What was written is in memory too, where it is looked up, so it
 * is for thousands of signals and not for millions. An entry is with the operating system before its promise resolves: it survives
 * kill -9, and not a loss of power.
 */
export class FileJournal extends MemoryJournal {
  readonly #file: number;
  readonly #nRead: number;

  /** @param path - of the file; one journal at a time may have it open. */
  constructor(path: string) {
    super();
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const whole = text.slice(0, text.lastIndexOf('\n') + 1); // a line that a kill cut short was promised to nobody
    for (const line of whole.split('\n')) if (line !== '') void super.append(fromLine(line), false);
    this.#nRead = this.entries.length;
    this.#file = openSync(path, 'a', 0o600);
    ftruncateSync(this.#file, Buffer.byteLength(whole));
  }

  override get health(): JournalHealth {
    const health = super.health;
    return { ...health, nWritten: health.nWritten - this.#nRead };
  }

  /** The memory refuses what may not be written, and leaves out what is known: neither of them gets a line. */
  override append(entry: JournalEntry, durable: boolean): Promise<void> {
    const nBefore = this.entries.length;
    const taken = super.append(entry, durable);
    return this.entries.length === nBefore ? taken : this.#write(toLine(entry), taken);
  }

  override async close(): Promise<void> {
    if (this.#isOpen) closeSync(this.#file);
    this.#isOpen = false;
    await super.close();
  }

  #isOpen = true;

  async #write(line: string, taken: Promise<void>): Promise<void> {
    const { size } = fstatSync(this.#file);
    try {
      const bytes = Buffer.from(line);
      if (writeSync(this.#file, bytes) < bytes.length) throw new Error('no room for the whole line');
    } catch (error) {
      ftruncateSync(this.#file, size);
      this.changeStatus('failed'); // nothing more is taken: memory and file differ
      throw new JournalError('JOURNAL_FAILED', `the journal cannot be written: ${String(error)}`);
    }
    return taken;
  }
}

/** JSON in which integers of 64 bits, maps and typed arrays are objects that name their type. */
function toLine(entry: JournalEntry): string {
  const text = JSON.stringify(entry, function (this: Record<string, unknown>, key, plain) {
    const value = this[key];
    if (typeof value === 'bigint') return { type: 'bigint', text: String(value) };
    if (value instanceof Map) return { type: 'map', entries: [...value] };
    const type = Object.entries(ARRAYS).find(([, array]) => value instanceof array)?.[0];
    if (type === undefined) return plain;
    const { buffer, byteOffset, byteLength } = value as Uint8Array;
    return { type, text: Buffer.from(buffer, byteOffset, byteLength).toString('base64') };
  });
  return `${text}\n`;
}

function fromLine(line: string): JournalEntry {
  return JSON.parse(line, (_, value) => {
    if (value?.type === 'bigint') return BigInt(value.text);
    if (value?.type === 'map') return new Map(value.entries);
    if (value?.type in ARRAYS) {
      const bytes = Uint8Array.from(Buffer.from(value.text, 'base64'));
      return new ARRAYS[value.type as keyof typeof ARRAYS](bytes.buffer);
    }
    return value?.tsEvent instanceof BigInt64Array ? BarSeries.fromColumns(value) : value;
  });
}
