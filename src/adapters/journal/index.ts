export { JOURNAL_FILE, type JournalOptions, openJournal } from './open-journal.ts';
export { type JournalRecords, readJournal } from './read-journal.ts';
