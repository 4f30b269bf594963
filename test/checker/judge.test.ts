import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { sha256 } from './answer-hash.ts';
import type { AnswerLine, History, Medium, OutputEntry, RecordFact, SentLine } from './history.ts';
import { judge } from './judge.ts';
import { sampleAnswer, sampleLasting } from './sample-answer.ts';

const HERE = dirname(fileURLToPath(import.meta.url));

const record = (signalId: string, confidence = 0.5, seq = 1): RecordFact => {
  const text = sampleLasting(signalId, confidence);
  return { signalId, answer: text, answerHash: sha256(text), seq };
};
const sent = (id: string, medium: Medium = 'http'): SentLine => ({ kind: 'sent', id, medium });
const ok = (id: string, medium: Medium = 'http', confidence = 0.5, seq = 1): AnswerLine => ({
  kind: 'ok',
  id,
  medium,
  text: sampleAnswer(id, confidence, seq),
});
const failed = (id: string, code: string): AnswerLine => ({ kind: 'failed', id, medium: 'http', code });
const added = (id: string): AnswerLine => ({ kind: 'added', id, entryId: `${id}-0` });
const output = (id: string, confidence = 0.5, seq = 1): OutputEntry => ({
  entryId: `out-${id}`,
  text: sampleAnswer(id, confidence, seq),
});

interface Sketch extends Partial<Omit<History, 'journals'>> {
  readonly records?: readonly RecordFact[];
  readonly outcomeIds?: readonly string[];
  readonly outcomeSeqs?: readonly number[];
  readonly buried?: readonly string[];
  readonly unsettledIds?: readonly string[];
}

function history({
  records = [],
  outcomeIds = [],
  outcomeSeqs = outcomeIds.map((_, i) => i + 1),
  buried = [],
  unsettledIds = [],
  ...rest
}: Sketch): History {
  const deadLetters = buried.map((signalId) => ({ entryId: null, signalId, code: 'X' }));
  return {
    sent: [],
    answers: [],
    outputs: [],
    deadLetters: [],
    groups: [],
    strayFiles: [],
    journals: [{ name: 'one', records, outcomeIds, outcomeSeqs, deadLetters, unsettledIds, damage: null }],
    ...rest,
  };
}

test('a good history has no violation, and every id ends in one place', () => {
  const verdict = judge(
    history({
      sent: [
        sent('a'),
        sent('a'),
        sent('b', 'stream'),
        sent('c'),
        sent('d', 'stream'),
        sent('e'),
        sent('f', 'http_fast'),
      ],
      answers: [ok('a'), ok('a'), added('b'), failed('c', 'INVALID_VALUE'), added('d'), ok('f', 'http_fast')],
      outputs: [output('b', 0.5, 2)],
      deadLetters: [{ entryId: 'd-0', signalId: null, code: 'BAD_JSON' }],
      records: [record('a'), record('b', 0.5, 2)],
      outcomeIds: ['a'],
      groups: [{ stream: 's', pending: 0, lag: 0 }],
    }),
  );
  expect(verdict.violations).toEqual([]);
  expect(verdict.counts).toEqual({ sent: 6, ok: 2, rejected: 1, dead: 1, info: 2, duplicates: 1, lost: 0 });
});

test('an unknown end with a record, and Redis that lost its data, break nothing', () => {
  const { counts, violations } = judge(
    history({
      sent: [sent('a'), sent('b', 'stream'), sent('c', 'stream'), { kind: 'redis_emptied' }, sent('d', 'stream')],
      answers: [{ kind: 'unknown', id: 'a', medium: 'http', why: 'reset' }, added('b'), added('c'), added('d')],
      outputs: [output('d', 0.5, 3)],
      records: [record('a'), record('b', 0.5, 2), record('d', 0.5, 3)],
    }),
  );
  expect(violations).toEqual([]);
  expect(counts).toMatchObject({ ok: 2, info: 2, lost: 0 });
});

const BAD: readonly (readonly [string, string, Sketch])[] = [
  ['a durable answer without a record', 'lost: a', { sent: [sent('a')], answers: [ok('a')] }],
  [
    'an output without a record',
    'lost: a',
    { sent: [sent('a', 'stream')], answers: [added('a')], outputs: [output('a')] },
  ],
  ['an entry that vanished', 'lost: a', { sent: [sent('a', 'stream')], answers: [added('a')] }],
  [
    'an entry that vanished though recorded',
    'lost: a',
    { sent: [sent('a', 'stream')], answers: [added('a')], records: [record('a')] },
  ],
  [
    'an entry added after Redis lost its data',
    'lost: a',
    { sent: [{ kind: 'redis_emptied' }, sent('a', 'stream')], answers: [added('a')] },
  ],
  [
    'two answers that differ',
    'different answers: a',
    { sent: [sent('a')], answers: [ok('a'), ok('a', 'http', 0.6)], records: [record('a')] },
  ],
  [
    'an answer that is not the recorded one',
    'different answers: a',
    { sent: [sent('a')], answers: [ok('a')], records: [record('a', 0.6)] },
  ],
  [
    'an answer with a wrong hash',
    'wrong hash: the answer to a',
    {
      sent: [sent('a')],
      answers: [{ kind: 'ok', id: 'a', medium: 'http', text: sampleAnswer('a').replace('0.5', '0.7') }],
      records: [record('a')],
    },
  ],
  [
    'a record with a wrong hash',
    'wrong hash: journal one',
    { sent: [sent('a')], records: [{ ...record('a'), answerHash: sha256('b') }] },
  ],
  [
    'a record whose settings were not written before it',
    'no settings: journal one has none written before a',
    { sent: [sent('a')], answers: [ok('a')], records: [record('a')], unsettledIds: ['a'] },
  ],
  [
    'two records of one id',
    'two records',
    { sent: [sent('a')], answers: [ok('a')], records: [record('a'), record('a', 0.5, 2)] },
  ],
  [
    'a record of a refused signal',
    'recorded though refused: a',
    { sent: [sent('a')], answers: [failed('a', 'JOURNAL_FULL')], records: [record('a')] },
  ],
  [
    'an answer with a field that no answer has',
    'unreadable: the answer to a',
    {
      sent: [sent('a')],
      answers: [{ kind: 'ok', id: 'a', medium: 'http', text: sampleAnswer('a').replace('{', '{"more":1,') }],
      records: [record('a')],
    },
  ],
  [
    'an answer with another number than its record',
    'wrong number: the answer to a over http says 2, its record has 1',
    { sent: [sent('a')], answers: [ok('a', 'http', 0.5, 2)], records: [record('a')] },
  ],
  [
    'an output with another number than its record',
    'wrong number: the answer to a over stream says 2, its record has 1',
    { sent: [sent('a', 'stream')], outputs: [output('a', 0.5, 2)], records: [record('a')] },
  ],
  [
    'a fast answer with a lower number than its record',
    'wrong number: the answer to b over http_fast says 1, its record has 2',
    {
      sent: [sent('a'), sent('b', 'http_fast')],
      answers: [ok('a'), ok('b', 'http_fast')],
      records: [record('a'), record('b', 0.5, 2)],
    },
  ],
  [
    'a number that was given twice',
    'wrong number: signal of journal one 2 has the number 1',
    { sent: [sent('a'), sent('b')], records: [record('a'), record('b')] },
  ],
  [
    'a gap in the numbers of signals',
    'wrong number: signal of journal one 2 has the number 3',
    { sent: [sent('a'), sent('b')], records: [record('a'), record('b', 0.5, 3)] },
  ],
  [
    'a gap in the numbers of outcomes',
    'wrong number: outcome of journal one 1 has the number 2',
    { sent: [sent('a')], records: [record('a')], outcomeIds: ['a'], outcomeSeqs: [2] },
  ],
  ['a record nobody asked for', 'phantom', { records: [record('a')] }],
  ['an answer nobody asked for', 'phantom', { outputs: [output('a')] }],
  ['a dead letter nobody sent', 'phantom', { deadLetters: [{ entryId: '1-1', signalId: 'x', code: 'X' }] }],
  ['a dead letter of nothing', 'belongs to nobody', { deadLetters: [{ entryId: '1-1', signalId: null, code: 'X' }] }],
  [
    'an answer to another signal',
    'mixed up',
    { sent: [sent('a')], answers: [{ kind: 'ok', id: 'a', medium: 'http', text: sampleAnswer('b') }] },
  ],
  [
    'an answer that is none',
    'unreadable',
    { sent: [sent('a')], answers: [{ kind: 'ok', id: 'a', medium: 'http', text: '{}' }] },
  ],
  [
    'a signal both answered and buried',
    'two ends: a',
    {
      sent: [sent('a', 'stream')],
      answers: [added('a')],
      outputs: [output('a')],
      deadLetters: [{ entryId: 'a-0', signalId: null, code: 'POISON' }],
      records: [record('a')],
    },
  ],
  [
    'a journal that answered and buried',
    'two ends: journal one',
    { sent: [sent('a')], records: [record('a')], buried: ['a'] },
  ],
  ['an outcome of nothing', 'outcome of nothing', { outcomeIds: ['a'] }],
  ['two outcomes', 'two outcomes', { sent: [sent('a')], records: [record('a')], outcomeIds: ['a', 'a'] }],
  ['entries still pending', 'pending: 3', { groups: [{ stream: 's', pending: 3, lag: 0 }] }],
  ['entries never delivered', 'lag: 2', { groups: [{ stream: 's', pending: 0, lag: 2 }] }],
  ['a lag nobody knows', 'lag: some', { groups: [{ stream: 's', pending: 0, lag: null }] }],
  ['a file left behind', 'stray file', { strayFiles: ['x.tmp'] }],
];

describe('the checker catches', () => {
  test.each(BAD)('%s', (_, expected, sketch) => {
    const { violations } = judge(history(sketch));
    expect(violations.join('\n')).toContain(expected);
  });
});

test('a dead letter of an id that another signal holds ends nothing', () => {
  const deadLetters = [{ entryId: '1-1', signalId: 'a', code: 'ID_CONFLICT' }];
  const good = { sent: [sent('a', 'stream')], answers: [added('a')], outputs: [output('a')], records: [record('a')] };
  expect(judge(history({ ...good, deadLetters })).violations).toEqual([]);
});

test('a refused id that another signal holds is no contradiction', () => {
  const { violations } = judge(
    history({ sent: [sent('a')], answers: [failed('a', 'ID_CONFLICT')], records: [record('a')] }),
  );
  expect(violations).toEqual([]);
});

test('the checker imports nothing of the product but its messages', () => {
  const files = globSync('*.ts', { cwd: HERE }).filter((file) => file !== 'sample-answer.ts');
  const imports = files.flatMap((file) =>
    [...readFileSync(join(HERE, file), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]),
  );
  const allowed = /^(?:node:|\.\.\/\.\.\/src\/wire\/index\.ts$|\.\/[a-z-]+\.ts$|ioredis$|vitest$)/;
  expect(imports.length).toBeGreaterThan(8);
  expect(imports.filter((name) => !allowed.test(name))).toEqual([]);
});
