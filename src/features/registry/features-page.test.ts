import { expect, test } from 'vitest';
import { FEATURES } from '../index.ts';
import { describeFeature, type FeatureDescription, rangeText } from './describe-feature.ts';

/** A cell of a table; `code` keeps underlines and stars of formulas from being emphasis. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
const code = (text: string | null): string => (text === null ? '' : `\`${text}\``);

function rowOf({
  name,
  unit,
  range,
  directional,
  formula,
  source,
  barsNeeded,
  parameter,
  needs,
}: FeatureDescription): string {
  const n = parameter === null ? '' : `${parameter.usual} ${parameter.counts}, from ${parameter.lowest}`;
  const needed = needs.includes('taker_buy_volume') ? `${barsNeeded}, with taker volume` : String(barsNeeded);
  const cells = [unit, rangeText(range), directional ? 'yes' : '', needed, n, code(formula), source ?? ''];
  return `| \`${name}\` | ${cells.map(cell).join(' | ')} |`;
}

test('docs/features.md lists every built-in feature (write it anew with vitest -u)', async () => {
  const rows = Object.values(FEATURES).map((feature) => rowOf(describeFeature(feature)));
  const page = `# Features

Named in \`feature_names\` (\`--features a,b\`). This page is made from the definitions in \`src/features\`; \`ml4t features\` lists the same, with
\`--features-module\` yours too. [extending.md](extending.md) says how to write your own, [files.md](files.md) how a column of a file becomes one.

- **Bars**: how many a value reads, the event's own included. It reads no other, so a training and a live signal give it the same bits.
- **n**: the number that a name may state, as \`volatility(50)\`; the plain name has the one shown, and \`volatility(20)\` is \`volatility\` to the bit. A
  larger n reads more bars: formula, range and bars below are those of the plain name, and \`ml4t features 'volatility(50)'\` has those of another.
- **Side**: whether the value is multiplied by the side of the trade (1 long, −1 short), so that it means the same for both: a short at an RSI of 30
  is what a long is at 70.
- **Missing**: \`amihud_illiquidity\` where no bar of the window has volume. A training drops such events and counts them; live the answer is \`missing_input\`.

| name | unit | range, before the side | side | bars | n | formula | source |
|---|---|---|---|---|---|---|---|
${rows.join('\n')}

c, o, h, l, v are close, open, high, low and volume of a bar, t is the event's own. Every formula is held to 1e-9 of a library of others on random and
real bars, by \`npm run test:references\`: TA-Lib, pandas-ta-classic, pandas, OrderFlowKit and mlfinpy, each on the same window; VPIN and the regime to second
implementations in \`npm test\`.
`;
  await expect(page).toMatchFileSnapshot('../../../docs/features.md');
});
