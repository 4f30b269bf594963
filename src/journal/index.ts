export { lockDirectory } from './directory-lock.ts';
export { JOURNAL_FILE, openJournal } from './open-journal.ts';
export { readJournal } from './read-journal.ts';
export { verifyJournal } from './verify-journal.ts';
