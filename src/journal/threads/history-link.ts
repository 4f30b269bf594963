import { JournalError } from '../../core/index.ts';
import { BarSeries } from '../../domain/index.ts';
import type { InstrumentHistory } from '../../ports/index.ts';
import { startThread } from '../../runtime/index.ts';
import type { HistoryReply, HistoryThreadData } from './history-thread.ts';

/** Reads the history of an instrument on a thread of its own. @throws {JournalError} by the promise. */
export function readHistory(data: HistoryThreadData): Promise<InstrumentHistory> {
  const thread = startThread(import.meta.url, './history-thread', data);
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => reject(new JournalError('JOURNAL_FAILED', reason));
    thread.once('message', (reply: HistoryReply) => {
      if (reply.kind === 'fault') reject(new JournalError(reply.fault.code, reply.fault.message));
      else resolve({ bars: BarSeries.fromChecked(reply.bars), signals: reply.signals });
    });
    thread.once('error', (error) => fail(`its reading thread died: ${String(error)}`));
    thread.once('exit', () => fail('its reading thread ended early'));
  });
}
