import { expect, test } from 'vitest';
import { OlderAnswers } from './older-answers.ts';

function linesOf(note: (older: OlderAnswers) => void): string[] {
  const lines: string[] = [];
  note(new OlderAnswers({ info: () => undefined, warn: (line) => void lines.push(line) }));
  return lines;
}

test('a repeat that has its answer from another model is said once a start', () => {
  const lines = linesOf((older) => {
    older.note('a', '{"signal_id":"a","model_version":"m-1"}', 'm-1');
    older.note('b', '{"signal_id":"b","model_version":"m-1"}', 'm-2');
    older.note('c', '{"signal_id":"c","model_version":"m-1"}', 'm-2');
  });
  expect(lines).toEqual([
    'signal b came before and has its answer from m-1, while m-2 serves: a repeat keeps its answer; to judge old signals by another model use ml4t replay --out, or a --data-dir of its own',
  ]);
});

test('no model is a model too, and the same one says nothing', () => {
  expect(linesOf((older) => older.note('a', '{"model_version":null}', null))).toEqual([]);
  expect(linesOf((older) => older.note('a', '{"model_version":null}', 'm-2'))[0]).toContain(
    'from no model, while m-2 serves',
  );
});
