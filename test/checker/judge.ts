import { type ReadAnswer, readAnswer, sha256 } from './answer-hash.ts';
import type { AnswerLine, Counts, History, Medium, RecordFact, Verdict } from './history.ts';

/** All that is known of one id. */
interface Trail {
  readonly id: string;
  readonly media: Set<Medium>;
  /** Sent over a stream whose data was lost afterwards. */
  wasEmptied: boolean;
  readonly answers: { readonly medium: Medium; readonly read: ReadAnswer }[];
  readonly failures: string[];
  nUnknown: number;
  /** Stream entries that Redis took and did not lose. */
  nAdded: number;
  readonly records: RecordFact[];
  nDead: number;
}

/** Codes after which nobody can know whether the record is there. */
const INDEFINITE_CODES: ReadonlySet<string> = new Set(['JOURNAL_FAILED']);
/** The id belongs to a signal with another body: that one's record is no contradiction. */
const CONFLICT = 'ID_CONFLICT';

/** Holds a history against the promises. Each id sent ends in exactly one of ok, rejected, dead, info or lost. */
export function judge(history: History): Verdict {
  const violations: string[] = [];
  const trails = gather(history, violations);
  const counts = { sent: trails.size, ok: 0, rejected: 0, dead: 0, info: 0, duplicates: 0, lost: 0 };
  for (const trail of trails.values()) {
    counts[endOf(trail, violations)]++;
    counts.duplicates += Math.max(0, trail.answers.length - 1);
    compareAnswers(trail, violations);
    compareNumbers(trail, violations);
  }
  checkJournals(history, violations);
  for (const { stream, pending, lag } of history.groups) {
    if (pending !== 0) violations.push(`pending: ${pending} entries of ${stream} are delivered and not acknowledged`);
    if (lag !== 0) violations.push(`lag: ${lag ?? 'some'} entries of ${stream} were never delivered`);
  }
  for (const file of history.strayFiles) violations.push(`stray file: ${file}`);
  return { counts, violations };
}

function gather(history: History, violations: string[]): ReadonlyMap<string, Trail> {
  const trails = new Map<string, Trail>();
  const lastEmptied = history.sent.findLastIndex((line) => line.kind === 'redis_emptied');
  history.sent.forEach((line, i) => {
    if (line.kind !== 'sent') return;
    const trail = trails.get(line.id) ?? newTrail(line.id);
    trails.set(line.id, trail);
    trail.media.add(line.medium);
    if (line.medium === 'stream' && i < lastEmptied) trail.wasEmptied = true;
  });
  const known = (id: string, where: string): Trail | null => {
    const trail = trails.get(id);
    if (trail === undefined) violations.push(`phantom: ${where} has ${id}, which nobody sent`);
    return trail ?? null;
  };
  for (const line of history.answers) noteAnswer(line, known, violations);
  for (const { entryId, text } of history.outputs) {
    const read = readAnswer(text);
    if (read === null) violations.push(`unreadable: output entry ${entryId} is no answer`);
    else known(read.signalId, 'the output stream')?.answers.push({ medium: 'stream', read });
  }
  const idOfEntry = new Map(
    history.answers.flatMap((line) => (line.kind === 'added' ? [[line.entryId, line.id]] : [])),
  );
  for (const letter of history.deadLetters) {
    const id = (letter.entryId === null ? undefined : idOfEntry.get(letter.entryId)) ?? letter.signalId;
    if (letter.code === CONFLICT && id !== null && trails.has(id)) continue; // the id is another signal's
    if (id === null) violations.push(`dead letter of entry ${letter.entryId} belongs to nobody`);
    else recordDeadLetter(known(id, 'the dead-letter stream'));
  }
  for (const { name, records } of history.journals) {
    for (const record of records) known(record.signalId, `journal ${name}`)?.records.push(record);
  }
  return trails;
}

function recordDeadLetter(trail: Trail | null): void {
  if (trail !== null) trail.nDead++;
}

function newTrail(id: string): Trail {
  const nothing = { wasEmptied: false, nUnknown: 0, nAdded: 0, nDead: 0 };
  return { id, media: new Set(), answers: [], failures: [], records: [], ...nothing };
}

function noteAnswer(line: AnswerLine, known: (id: string, where: string) => Trail | null, violations: string[]): void {
  const trail = known(line.id, 'the answers log');
  if (trail === null) return;
  if (line.kind === 'added') trail.nAdded++;
  else if (line.kind === 'unknown') trail.nUnknown++;
  else if (line.kind === 'failed') {
    if (INDEFINITE_CODES.has(line.code)) trail.nUnknown++;
    else trail.failures.push(line.code);
  } else {
    const read = readAnswer(line.text);
    if (read === null) violations.push(`unreadable: the answer to ${line.id} is no answer`);
    else if (read.signalId !== line.id) violations.push(`mixed up: ${line.id} got the answer to ${read.signalId}`);
    else trail.answers.push({ medium: line.medium, read });
  }
}

/** Where an id ended, and what that breaks. */
function endOf(trail: Trail, violations: string[]): 'ok' | 'rejected' | 'dead' | 'info' | 'lost' {
  const { id, answers, records, nDead, nAdded, failures, wasEmptied } = trail;
  const promised = answers.filter(({ medium }) => medium === 'http' || medium === 'stream');
  if (promised.length > 0 && records.length === 0) {
    violations.push(`lost: ${id} was answered over ${promised[0].medium}, and no journal has it`);
    return 'lost';
  }
  if (nDead > 0 && promised.some(({ medium }) => medium === 'stream')) {
    violations.push(`two ends: ${id} was answered and dead-lettered`);
  }
  if (answers.length > 0) return records.length > 0 ? 'ok' : 'info';
  if (nDead > 0) return 'dead';
  if (nAdded > 0 && !wasEmptied) {
    violations.push(`lost: ${id} was taken by Redis, and neither answered nor dead-lettered`);
    return 'lost';
  }
  if (wasEmptied) return records.length > 0 ? 'ok' : 'info';
  if (failures.length === 0 || trail.nUnknown > 0) return 'info';
  if (records.length > 0 && !failures.includes(CONFLICT)) {
    violations.push(`recorded though refused: ${id} was only ever answered ${failures.join(', ')}`);
  }
  return 'rejected';
}

function compareAnswers({ id, answers, records }: Trail, violations: string[]): void {
  for (const { medium, read } of answers) {
    if (read.computed === read.claimed) continue;
    violations.push(`wrong hash: the answer to ${id} over ${medium} says ${read.claimed}, has ${read.computed}`);
  }
  const hashes = new Set([...answers.map(({ read }) => read.computed), ...records.map(({ answerHash }) => answerHash)]);
  if (hashes.size > 1) violations.push(`different answers: ${id} has ${hashes.size} (${[...hashes].join(', ')})`);
  const texts = new Set([...answers.map(({ read }) => read.lasting), ...records.map(({ answer }) => answer)]);
  if (texts.size > hashes.size)
    violations.push(`different text: ${id} has ${texts.size} texts of ${hashes.size} hashes`);
}

/**
 * Who waited for the record has its number. A fast answer was given before: its record has the number it says, or a lower one, where
 * one before it was dropped.
 */
function compareNumbers({ id, answers, records }: Trail, violations: string[]): void {
  if (records.length === 0) return;
  const seqs = records.map(({ seq }) => seq);
  for (const { medium, read } of answers) {
    const wasAwaited = medium === 'http' || medium === 'stream';
    const said = read.seq ?? 0;
    if (wasAwaited ? seqs.includes(said) : said >= Math.min(...seqs)) continue;
    violations.push(`wrong number: the answer to ${id} over ${medium} says ${read.seq}, its record has ${seqs.join()}`);
  }
}

/** Numbers in the order of the rows: 1, 2, 3 and so on. */
function checkNumbers(what: string, seqs: readonly number[], violations: string[]): void {
  const wrong = seqs.findIndex((seq, i) => seq !== i + 1);
  if (wrong !== -1) violations.push(`wrong number: ${what} ${wrong + 1} has the number ${seqs[wrong]}`);
}

function checkJournals({ journals }: History, violations: string[]): void {
  for (const { name, records, outcomeIds, outcomeSeqs, deadLetters, unsettledIds, damage } of journals) {
    if (damage !== null) violations.push(`damaged: journal ${name}: ${damage}`);
    checkNumbers(
      `signal of journal ${name}`,
      records.map(({ seq }) => seq),
      violations,
    );
    checkNumbers(`outcome of journal ${name}`, outcomeSeqs, violations);
    const ids = new Set(records.map(({ signalId }) => signalId));
    const buried = deadLetters.flatMap(({ signalId, code }) =>
      signalId === null || code === CONFLICT ? [] : [signalId],
    );
    for (const id of repeated(records.map(({ signalId }) => signalId))) {
      violations.push(`two records: journal ${name} has ${id} more than once`);
    }
    for (const id of repeated(outcomeIds)) violations.push(`two outcomes: journal ${name} has ${id} more than once`);
    for (const id of outcomeIds) if (!ids.has(id)) violations.push(`outcome of nothing: journal ${name} has ${id}`);
    for (const id of unsettledIds) violations.push(`no settings: journal ${name} has none written before ${id}`);
    for (const id of buried) if (ids.has(id)) violations.push(`two ends: journal ${name} answered and buried ${id}`);
    for (const { signalId, answer, answerHash } of records) {
      if (sha256(answer) !== answerHash) violations.push(`wrong hash: journal ${name} has another for ${signalId}`);
    }
  }
}

function repeated(ids: readonly string[]): Set<string> {
  const seen = new Set<string>();
  return new Set(ids.filter((id) => seen.size === seen.add(id).size));
}

/** `sent 10 ok 8 ...`, and every violation on a line of its own, at most `limit` of them. */
export function showVerdict({ counts, violations }: Verdict, limit = 20): string {
  const line = Object.entries(counts satisfies Counts)
    .map(([name, n]) => `${name} ${n}`)
    .join(' ');
  const more = violations.length > limit ? [`... and ${violations.length - limit} more`] : [];
  return [line, ...violations.slice(0, limit), ...more].join('\n');
}
