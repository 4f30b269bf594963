import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const page = read('docs/nautilus.md');
const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, text]) => ({ language, text }));
const python = blocks.filter(({ language }) => language === 'python').map(({ text }) => text);

/** The declared fields of a class: name, type and default, as they are written. */
function declared(source: string, name: string): string[][] {
  const body = source.split(new RegExp(`^class ${name}(?:\\(Data\\))?:\\n`, 'm'))[1].split('\n\n\n')[0];
  return [...body.matchAll(/^ {4}(\w+): (\w+) = (.*?)(?:\s+#.*)?$/gm)].map(([, ...parts]) => parts);
}

test.each(['live_1x.py', 'live_2x.py', 'backtest.py'])('the page has %s as it stands', (name) => {
  expect(page).toContain(
    `<!-- examples/nautilus/${name} -->\n\n\`\`\`python\n${read(`examples/nautilus/${name}`)}\`\`\`\n`,
  );
});

test('the three files have one strategy, word for word', () => {
  const strategies = ['live_1x.py', 'live_2x.py', 'backtest.py'].map(
    (name) => /^class EmaCross.*?(?=^\S)/ms.exec(read(`examples/nautilus/${name}`))?.[0],
  );
  expect(new Set(strategies).size).toBe(1);
  expect(strategies[0]).toContain('def on_answer');
});

test.each(['live_1x.py', 'live_2x.py', 'backtest.py'])(
  '%s reads no variable that the service takes for a setting',
  (name) => {
    const names = [...read(`examples/nautilus/${name}`).matchAll(/environ\.get\("(\w+)"/g)].map(
      ([, variable]) => variable,
    );
    expect(names).toContain('SERVICE_URL');
    expect(names.filter((variable) => variable.startsWith('ML4T_'))).toEqual([]);
  },
);

test('the service of a backtest stays out of the group of the live one, and a backtest without one is no run', () => {
  const [, backtest] = page.split('## The backtest');
  expect(/^npm run .*-- serve .*$/m.exec(backtest)?.[0]).toMatch(/--no-redis .*--data-dir/);
  expect(read('examples/nautilus/backtest.py')).toContain('Http(Client(SERVICE_URL)), Fail())');
});

test('the classes of the page are those of the package, in both generations', () => {
  const [ofPage] = python.filter((block) => block.includes('class EnrichedSignal(Data)'));
  for (const name of ['TradeSignal', 'EnrichedSignal']) {
    const fields = declared(ofPage, name);
    expect(fields.length).toBeGreaterThan(5);
    for (const module of ['first', 'second']) {
      expect(declared(read(`python/src/ml4t_client/nautilus/${module}.py`), name), module).toEqual(fields);
    }
  }
});

test('the settings of the page are those of its classes', () => {
  const [settings] = blocks.filter(
    ({ language, text }) => language === 'yaml' && text.includes('redis_channel_signals'),
  );
  expect(parse(settings.text)).toMatchObject({
    redis: { codec: 'nautilus-v1', encoding: 'json', nautilus_fields: 'full' },
  });
  expect(python.some((block) => block.includes('TradingNodeConfig('))).toBe(true);
});
