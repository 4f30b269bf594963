import type { MarketScores } from './run-market.ts';
import type { Scores } from './scores.ts';

/** Means that the authors published, of 1,000 runs a method. */
const PUBLISHED: readonly (readonly [method: string, precision: number, sharpe: number])[] = [
  ['logistic regression, published', 0.538, 0.792],
  ['dynamic ensemble selection (DES), published', 0.577, 1.302],
  ['LightGBM, published', 0.58, 1.343],
  ['KNORA-U, published', 0.572, 1.411],
];

/** Scores of one method over all markets. */
export interface MethodRow {
  readonly name: string;
  readonly scores: readonly Scores[];
}

/** The methods of this run: ours, and what no knowledge gets. */
export function methodsOf(markets: readonly MarketScores[]): MethodRow[] {
  const row = (name: string, of: (market: MarketScores) => Scores): MethodRow => ({ name, scores: markets.map(of) });
  return [
    row('**`ml4t`, raw confidence ≥ 0.5**', ({ raw }) => raw),
    row('`ml4t`, calibrated confidence ≥ 0.5', ({ calibrated }) => calibrated),
    row('a coin: half of the signals by chance', ({ coin }) => coin),
    row('always take', ({ always }) => always),
  ];
}

/** Table of all methods in Markdown, the published ones beside this run's. */
export function methodTable(markets: readonly MarketScores[]): string {
  const rows = [
    ...methodsOf(markets).map(({ name, scores }) => [
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

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** `0.603 ± 0.002`: a mean with its standard error over markets; alone for a single market. */
function withError(values: readonly number[]): string {
  const mean = meanOf(values);
  if (values.length < 2) return mean.toFixed(3);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return `${mean.toFixed(3)} ± ${Math.sqrt(variance / values.length).toFixed(3)}`;
}
