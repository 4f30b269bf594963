import type { JournalEntry, JournalStatus } from '../../src/ports/index.ts';
import { MemoryJournal } from '../../src/testing/index.ts';

/** A journal in memory whose time of writing and whose faults are in the test's hands. */
export class ControlledJournal extends MemoryJournal {
  /** While held, nothing is written. */
  isHeld = false;

  /** Puts entries into the storage, as if a process before had written them. */
  preload(entries: readonly JournalEntry[]): this {
    for (const entry of entries) this.records.add(entry);
    return this;
  }

  /** Writes what waits. */
  flush(): void {
    this.write();
  }

  setStatus(status: JournalStatus): void {
    this.changeStatus(status);
  }

  override reopen(): ControlledJournal {
    return new ControlledJournal(this.records);
  }

  protected override writeSoon(): void {
    if (!this.isHeld) this.write();
  }
}
