import { expect, test } from 'vitest';
import { FEATURE_PATH_RULE, FRAME_RULE } from '../../domain/index.ts';
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
  const count = barsNeeded === null ? 'those of a day and one' : String(barsNeeded);
  const needed = needs.includes('taker_buy_volume') ? `${count}, with taker volume` : count;
  const cells = [unit, rangeText(range), directional ? 'yes' : '', needed, n, code(formula), source ?? ''];
  return `| \`${name}\` | ${cells.map(cell).join(' | ')} |`;
}

test('docs/features.md lists every built-in feature (write it anew with vitest -u)', async () => {
  const rows = Object.values(FEATURES).map((feature) => rowOf(describeFeature(feature)));
  const page = `# Features

Named in \`feature_names\` (\`--features a,b\`). This page is made from the definitions in \`src/features\`; \`ml4t features\` lists the same, with
\`--features-module\` yours too. [extending.md](extending.md) says how to write your own, [files.md](files.md) how a column of a file becomes one.

A name is ${FEATURE_PATH_RULE}.
A frame is ${FRAME_RULE}; only closed bars of it are read, from midnight UTC. Another instrument's bars (\`--context ID=FILE\`) are read up to the event.

- **Bars**: how many a value reads, the event's own included. It reads no other, so a training and a live signal give it the same bits.
- **n**: the number that a name may state, as \`volatility(50)\`; the plain name has the one shown, and \`volatility(20)\` is \`volatility\` to the bit. A
  larger n reads more bars: formula, range and bars below are those of the plain name, and \`ml4t features 'volatility(50)'\` has those of another.
- **Side**: whether the value is multiplied by the side of the trade (1 long, −1 short), so that it means the same for both: a short at an RSI of 30
  is what a long is at 70.
- **Missing**: \`amihud_illiquidity\` where no bar of the window has volume, \`minutes_since_open\` without sessions, and any feature with too few bars. A training drops such events and counts them; live the answer is \`missing_input\`.

| name | unit | range, before the side | side | bars | n | formula | source |
|---|---|---|---|---|---|---|---|
${rows.join('\n')}

## Time frames, other instruments

A name is \`base(n)@frame:INSTRUMENT\`, each part but the base optional: \`momentum@4h\`, \`rsi(14)@1h:BTCUSDT.BINANCE\`. The base is any feature of this
page but \`regime\`, one of your own, or a column.

- **@frame**: the feature of longer bars, made of those of the event: \`30s\`, \`5m\`, \`1h\`, \`4h\`, \`1d\`, any time that divides a day, in its largest unit. Frames begin at
  midnight UTC; a bar belongs to the frame in which it closes, one that closes at its end included (pandas: \`resample(frame, label='right', closed='right')\`, then
  \`merge_asof\` backward). Only frames that have ended are read, and none that the first bar at hand may have cut. The step of the bars must divide the frame.
- **:INSTRUMENT**: the feature of another instrument's bars, of those that closed not after the event's own. It is missing where there are none, too few, where the
  last is older than \`feed.max_age_bars\` of its own steps, or where they are of another length than in training. \`train\` and \`replay\` read them by
  \`--context BTCUSDT.BINANCE=btc.csv\`; a service reads those it holds, so send them by \`POST /v1/bars/BTCUSDT.BINANCE\` or Redis. Where the sides matter the side is that of
  the event.
- **Bars needed**: a model states the most that its features need, at least 100 (\`ml4t inspect\`). \`@4h\` of 15-minute bars needs 16 bars for each frame that is read,
  for the open one too, and one before: \`momentum@4h\` 353. A signal with fewer gets \`source: missing_input\` and the count; a training leaves such events out. A service
  refuses a model that needs more than \`server.held_bars\`. A signal that brings its bars brings as many; one without is judged by those held.
- **Holes**: the last bars, as many as the model needs, are looked at for holes, not the last 100 alone.

## The clock

\`time_of_day\` stands for \`time_of_day_sin\` and \`time_of_day_cos\`. All are of the close of the event's own bar, in UTC: summer time moves a market's hours in them, and not
in \`minutes_since_open\`, whose sessions begin after an hour or more without bars (a lunch break of an hour ends one too, and so does an hour without trades).

c, o, h, l, v are close, open, high, low and volume of a bar, t is the event's own. Features of prices and volumes are held to 1e-9 of a library of others on random
and real bars, by \`npm run test:references\`: TA-Lib, pandas-ta-classic, pandas, OrderFlowKit and mlfinpy, each on the same window; VPIN and the regime to
second implementations in \`npm test\`.
`;
  await expect(page).toMatchFileSnapshot('../../../docs/features.md');
});
