import type { JournalEntry } from '../ports/index.ts';
import { ByteWriter, writeEntry } from './codec/index.ts';

interface Member {
  readonly durable: boolean;
  /** Where the entry's bytes begin. */
  readonly start: number;
  readonly settled: PromiseWithResolvers<void>;
}

/** Entries that are written, or not, together; as records in one piece of memory. */
export class Group {
  #members: Member[] = [];
  #writer: ByteWriter;
  #length = 0;
  #isAwaited = false;

  /** @param memory - that of an earlier group, to be used again. */
  constructor(memory: ArrayBuffer | null) {
    this.#writer = memory === null ? new ByteWriter() : new ByteWriter(memory);
  }

  /** Entries. */
  get size(): number {
    return this.#members.length;
  }

  /** Whether somebody waits for one of the entries. */
  get isAwaited(): boolean {
    return this.#isAwaited;
  }

  /** Bytes. */
  get length(): number {
    return this.#length;
  }

  get memory(): ArrayBuffer {
    return this.#writer.memory;
  }

  /** @throws {ConditionError} for an entry that cannot be written. */
  add(entry: JournalEntry, durable: boolean): Promise<void> {
    const start = this.#length;
    writeEntry(this.#writer, entry);
    this.#length = this.#writer.length;
    this.#isAwaited ||= durable;
    const settled = Promise.withResolvers<void>();
    this.#members.push({ durable, start, settled });
    return settled.promise;
  }

  /** The memory is back from the writing thread. */
  takeBack(memory: ArrayBuffer): void {
    this.#writer = new ByteWriter(memory);
    this.#writer.truncate(this.#length);
  }

  resolve(): void {
    for (const { settled } of this.#members) settled.resolve();
  }

  reject(index: number, error: Error): void {
    const { settled } = this.#members[index];
    settled.promise.catch(() => undefined); // whoever does not look learns of it by the status
    settled.reject(error);
  }

  rejectAll(error: Error): void {
    for (let i = 0; i < this.#members.length; i++) this.reject(i, error);
  }

  /** The group without those entries somebody waits for, who are turned away; the same group where there are none. */
  withoutDurable(error: Error): Group {
    if (!this.#isAwaited) return this;
    const kept = new Group(null);
    for (const [i, member] of this.#members.entries()) {
      const end = this.#members[i + 1]?.start ?? this.#length;
      if (member.durable) this.reject(i, error);
      else kept.#copy(member, new Uint8Array(this.memory, member.start, end - member.start));
    }
    return kept;
  }

  #copy(member: Member, bytes: Uint8Array): void {
    this.#members.push({ ...member, start: this.#length });
    this.#writer.raw(bytes);
    this.#length = this.#writer.length;
  }
}
