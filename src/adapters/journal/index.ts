export { type JournalOptions, openJournal } from './open-journal.ts';
export { type JournalRecords, readJournal } from './read-journal.ts';
export type { JournalVerification } from './store/index.ts';
export { verifyJournal } from './verify-journal.ts';
