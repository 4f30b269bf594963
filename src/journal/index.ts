export { lockDirectory } from './directory-lock.ts';
export { openJournal } from './open-journal.ts';
export { readJournal } from './read-journal.ts';
export { verifyJournal } from './verify-journal.ts';
