export { checkLog } from './check-log.ts';
export { isBusy, REMEDY, toJournalError } from './database-errors.ts';
export { GroupWriter, type RefusedEntry } from './group-writer.ts';
export { JournalReader, openToRead } from './reader.ts';
export { readJudgements, recoverJournal } from './recover.ts';
export { prepareSchema } from './schema.ts';
export { type JournalVerification, Verification, verifyDatabase } from './verify.ts';
