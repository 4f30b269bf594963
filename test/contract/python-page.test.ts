import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('the page has the strategy of examples/freqtrade as it stands, and every key of its section', () => {
  const path = 'examples/freqtrade/user_data/strategies/EmaCross.py';
  const page = read('docs/python.md');
  expect(page).toContain(`<!-- ${path} -->\n\n\`\`\`python\n${read(path)}\`\`\`\n`);
  const [, body] = /^class Settings:(.*?)^ {4}def /ms.exec(read('python/src/ml4t_client/freqtrade/settings.py')) ?? [];
  const keys = [...body.matchAll(/^ {4}(\w+): .* = /gm)].map(([, key]) => key);
  const rows = page
    .split('\n## freqtrade\n')[1]
    .split('\n## ')[0]
    .matchAll(/^\| (`.*?) \|/gm);
  const shown = [...rows].flatMap(([, cell]) => [...cell.matchAll(/`(\w+)`/g)].map(([, key]) => key));
  expect(keys.length).toBeGreaterThan(5);
  expect(shown.toSorted()).toEqual(keys.toSorted());
});
