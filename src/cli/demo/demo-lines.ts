import { toSnakeCase } from '../../config/index.ts';
import { count } from '../../core/index.ts';
import { provenBy } from '../../model/index.ts';
import { replayHeadline } from '../../orchestrator/index.ts';
import {
  bp,
  type Claims,
  costText,
  headlineOfClaims,
  isTimed,
  meanText,
  otherWarnings,
  paysText,
  powerText,
  signedBp,
} from '../../validation/index.ts';
import { table } from '../show/output.ts';
import { takingText } from '../show/taking-texts.ts';
import { tone } from '../show/tone.ts';
import type { JudgedChapter } from './judge-market.ts';

const RULE = '─'.repeat(78);

/** A title between two rules. */
export function titled(title: string): string[] {
  return ['', RULE, tone(title, 'title'), RULE];
}

/** Title of the k-th of n simulated markets; of real bars where nothing was built in. */
export function titleOf({ name, builtIn }: Pick<JudgedChapter, 'name' | 'builtIn'>, k: number, n: number): string {
  return builtIn === null ? `REAL BARS: ${name}` : `SIMULATED MARKET ${k} of ${n}: ${name}`;
}

/** A market on a page: what is in it, the verdict, the trades taken beside a coin, and what to take from it. */
export function chapterLines(title: string, chapter: JudgedChapter): string[] {
  const { builtIn, bars, nTrained, result, config } = chapter;
  const { metrics } = result;
  const { word, sentence } = headlineOfClaims(metrics);
  return [
    ...titled(title),
    ...(builtIn === null ? [] : [builtIn]),
    `Trained on the first ${count(nTrained)} of ${count(bars.length)} bars: ${count(metrics.nJudged)} signals judged out of sample, of which the model would take ${count(metrics.nTaken)}.`,
    '',
    tone(word, metrics.verdict === 'edge' ? 'good' : 'warning'),
    `  ${sentence}`,
    `  ${metrics.reason}`,
    `  ${costText(metrics.cost)}`,
    `  ${paysText(metrics)}`,
    ...takenLines(metrics).map((line) => `  ${line}`),
    ...(metrics.verdict === 'none' ? [`  ${powerText(metrics)}`] : []),
    ...otherWarnings(metrics).map(({ message }) => `  ${tone(`warning: ${message}`, 'warning')}`),
    `Served with the settings as they are: ${takingText(provenBy(result.model.metadata), config.sizing)}.`,
    `What to take from it: ${lessonOf(metrics)}`,
  ];
}

/** The trades that the model would take, before costs: as booked, of a coin at the same events, and over the coin. */
function takenLines({ money: { taken } }: Pick<Claims, 'money'>): string[] {
  if (taken === null) return ['it would take no trade'];
  const { booked, coin, excess } = taken;
  return [
    `what it would take, bp a trade before costs: booked ${meanText(booked)}; a coin at the same events ${coin === null ? 'unknown' : meanText(coin)}; over the coin ${meanText(excess)}`,
  ];
}

/** What a reader should do with a verdict, one sentence. */
export function lessonOf(claims: Pick<Claims, 'verdict' | 'primaryPays' | 'timing'>): string {
  const { verdict, primaryPays } = claims;
  if (verdict === 'edge')
    return 'what it takes beat a coin at the same events by more than the cost; a dearer round trip than the first line names undoes it.';
  if (primaryPays && isTimed(claims))
    return 'the signals paid as they are; choosing among them by this model is not shown to pay.';
  if (primaryPays)
    return 'the market moved to the side that the signals were on; neither their moments nor the model are shown to be worth anything.';
  if (verdict === 'none')
    return 'whatever these trades won, a coin at the same events could have won; nothing is shown here that is worth a bet.';
  return 'to know is not to earn: what it knows is not shown to be worth the cost of trading on it.';
}

/** All markets, a line each. */
export function togetherLines(chapters: readonly JudgedChapter[]): string[] {
  return [
    ...titled('All of them together'),
    ...table(
      ['market', 'cost', 'first line', 'would take', 'booked', 'a coin there', 'over the coin, 95 %'],
      chapters.map(togetherRow),
    ),
    'booked, a coin, over the coin: basis points a trade that it would take, before costs',
  ];
}

function togetherRow({ name, builtIn, result }: JudgedChapter): string[] {
  const { metrics } = result;
  const { taken } = metrics.money;
  const money =
    taken === null
      ? ['–', '–', '–']
      : [taken.booked, taken.coin].map((mean) => (mean === null ? '–' : signedBp(mean.meanBps)));
  return [
    `${builtIn === null ? 'real' : 'simulated'}: ${name}`,
    bp(metrics.cost.bps),
    headlineOfClaims(metrics).word,
    count(metrics.nTaken),
    ...(taken === null ? money : [...money, meanText(taken.excess)]),
  ];
}

/** One line on the bars that came after the training. */
export function restLine({ rest, bars, nTrained }: JudgedChapter): string[] {
  if (rest === null) return [];
  const { word } = replayHeadline(rest.summary);
  return [
    `the ${count(bars.length - nTrained)} bars after the training, which the model has not seen, replayed: ${word}`,
  ];
}

/** Figures of a market for `--json`. */
export function chapterRecord({ name, builtIn, result }: JudgedChapter): Record<string, unknown> {
  const { folds: _, decision: __, ...metrics } = result.metrics;
  const record = toSnakeCase(metrics) as Record<string, unknown>;
  return {
    name,
    is_simulated: builtIn !== null,
    first_line: headlineOfClaims(metrics).word,
    model_version: result.model.version,
    ...record,
  };
}
