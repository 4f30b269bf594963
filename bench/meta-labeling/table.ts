import type { LightGbmScores } from './lightgbm.ts';
import type { MarketScores } from './run-market.ts';
import type { Scores } from './scores.ts';

type PublishedRow = readonly [method: string, precision: number, sharpe: number];

const PUBLISHED_LIGHTGBM: PublishedRow = ['LightGBM, published', 0.58, 1.343];
/** Means that the authors published, of 1,000 runs a method. */
const PUBLISHED: readonly PublishedRow[] = [
  ['logistic regression, published', 0.538, 0.792],
  ['dynamic ensemble selection (DES), published', 0.577, 1.302],
  PUBLISHED_LIGHTGBM,
  ['KNORA-U, published', 0.572, 1.411],
];

/** Scores of one method over all markets. */
export interface MethodRow {
  readonly name: string;
  readonly scores: readonly Scores[];
}

/** The methods of this run: ours, LightGBM's where it ran, and what no knowledge gets. */
function methodsOf(markets: readonly MarketScores[], lightGbm: readonly LightGbmScores[]): MethodRow[] {
  const row = <T>(name: string, of: readonly T[], scores: (market: T) => Scores): MethodRow => ({
    name,
    scores: of.map(scores),
  });
  return [
    row('**`ml4t`, raw confidence ≥ 0.5**', markets, ({ raw }) => raw),
    row('`ml4t`, calibrated confidence ≥ 0.5', markets, ({ calibrated }) => calibrated),
    row('LightGBM 4.7 by `ml4t`, raw confidence ≥ 0.5', lightGbm, ({ raw }) => raw),
    row('LightGBM 4.7 by `ml4t`, calibrated, last half', lightGbm, ({ calibrated }) => calibrated),
    row('LightGBM 4.7 in Python, without `ml4t`', lightGbm, ({ python }) => python),
    row('a coin: half of the signals by chance', markets, ({ coin }) => coin),
    row('always take', markets, ({ always }) => always),
  ].filter(({ scores }) => scores.length > 0);
}

/** Table of all methods in Markdown, the published ones beside this run's. */
export function methodTable(markets: readonly MarketScores[], lightGbm: readonly LightGbmScores[]): string {
  const rows = [
    ...methodsOf(markets, lightGbm).map(({ name, scores }) => [
      name,
      withError(scores.map(({ precision }) => precision)),
      withError(scores.map(({ sharpe }) => sharpe)),
      meanOf(scores.map(({ taken }) => taken)).toFixed(2),
    ]),
    ...PUBLISHED.map(([name, precision, sharpe]) => [name, precision.toFixed(3), sharpe.toFixed(3), '–']),
  ];
  const lines = rows.map((cells) => `| ${cells.join(' | ')} |`);
  return ['| | precision | meta Sharpe ratio | share taken |', '|---|---|---|---|', ...lines].join('\n');
}

/** What LightGBM's rows are. */
export function lightGbmText(lightGbm: readonly LightGbmScores[]): string {
  const difference = Math.max(...lightGbm.map((market) => market.difference));
  const unanswered = meanOf(lightGbm.map(({ nUnanswered }) => nUnanswered));
  return `LightGBM has its default parameters and the same first 60 % of the events. Its ONNX file (onnxmltools) is calibrated by \`ml4t calibrate --trained-until\` on the first half of the
later events, then all of these are replayed; calibrated confidences are scored on the last half alone, which calibrated nothing. Raw confidences differ from LightGBM's own probabilities by at
most ${difference.toExponential(1)}; ${unanswered.toFixed(1)} events a market are out of distribution.${publishedText(lightGbm.map(({ raw }) => raw))}`;
}

/** How far LightGBM lies from what was published, in standard errors of this run; empty for a single market, which has none. */
function publishedText(scores: readonly Scores[]): string {
  if (scores.length < 2) return '';
  const [, precision, sharpe] = PUBLISHED_LIGHTGBM;
  const away = (values: readonly number[], published: number): string =>
    signed((meanOf(values) - published) / standardErrorOf(values));
  const precisions = scores.map((each) => each.precision);
  const sharpes = scores.map((each) => each.sharpe);
  return ` Its raw row lies ${away(precisions, precision)} standard errors of this run from the published precision, ${away(sharpes, sharpe)} from the published Sharpe ratio.`;
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function standardErrorOf(values: readonly number[]): number {
  const mean = meanOf(values);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return Math.sqrt(variance / values.length);
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
}

/** `0.603 ± 0.002`: a mean with its standard error over markets; alone for a single market. */
function withError(values: readonly number[]): string {
  const mean = meanOf(values).toFixed(3);
  return values.length < 2 ? mean : `${mean} ± ${standardErrorOf(values).toFixed(3)}`;
}
