import { expect, test } from 'vitest';
import { trainCommand } from './train.ts';

test('--help says that a universe has no report', () => {
  const help: string[] = [];
  const command = trainCommand().configureOutput({ writeOut: (text) => help.push(text) });
  command.outputHelp();
  const text = help.join('').replace(/\s+/g, ' ');
  expect(text).toMatch(/--report <file> [^-]*never with --universe/);
  expect(text).toContain(
    '--universe has no report: with --report, or with --signals that are no catalog, it ends with 2 before any work',
  );
});
