export { JOURNAL_FILE, type JournalOptions, openJournal } from './open-journal.ts';
