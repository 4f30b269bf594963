import { count } from '../../core/index.ts';
import type { BarSeries } from '../../domain/index.ts';
import {
  bootstrapText,
  CONSISTENCY_TEXT,
  type CoinKnowledge,
  coinWords,
  edgeDigits,
  MIN_SKILL_EVENTS,
  SCORES_TEXT,
  STRETCH_TEXT,
  type Summaries,
} from '../../validation/index.ts';
import type { DrawChart } from '../charts/draw.ts';
import { confidenceChart, overTimeChart, rocChart } from '../charts/judged-charts.ts';
import { reliabilityChart } from '../charts/reliability-chart.ts';
import { skillByVolatilityChart, skillOverTimeChart } from '../charts/skill/skill-charts.ts';
import type { JudgedEvents, JudgedFigures } from '../figures/judged-figures.ts';
import {
  figure,
  figureInterval,
  fixedFormat,
  type NumberFormat,
  percentFormat,
  type ReportRecord,
  signedFixed,
  signedPercent,
  valueAt,
} from '../page/figure.ts';
import { type Html, html } from '../page/html.ts';
import { chartFigure, pair, section, sentence, table } from '../page/page.ts';

export interface JudgedParts {
  readonly record: ReportRecord;
  /** Path of the scores in the record: empty, or ending with a dot. */
  readonly scoresAt?: string;
  readonly events: JudgedEvents;
  readonly figures: JudgedFigures;
  readonly summaries: Summaries;
  /** Whether each of several folds had a calibrator of its own. */
  readonly hasFolds?: boolean;
  readonly bars: BarSeries;
  /** Whether the model was trained on these events. */
  readonly isInSample?: boolean;
  readonly draw: DrawChart;
  /** Whether the excess is over a coin. */
  readonly coin?: CoinKnowledge;
}

/** Sections on the quality of the confidences, of a training or a replay. */
export function judgedSections(parts: JudgedParts): Html[] {
  return [scoreSection(parts), skillSection(parts), confidenceSection(parts)];
}

function scoreSection(parts: JudgedParts): Html {
  const {
    isInSample = false,
    record,
    scoresAt = '',
    hasFolds = false,
    figures,
    summaries,
    draw,
    coin = 'known',
  } = parts;
  const { intervals, calibration } = summaries;
  const interval = (name: string, format: NumberFormat): Html => figureInterval(record, `intervals.${name}`, format);
  const f = (path: string, format: (value: number) => string): Html => figure(record, scoresAt + path, format);
  const auc = valueAt(record, `${scoresAt}auc`);
  const rate = valueAt(record, `${scoresAt}base_rate`);
  const constantBrier = typeof rate === 'number' ? fixedFormat(4)(rate * (1 - rate)) : '–';
  return section(
    'How well it tells signals apart',
    html`<p>${sentence(SCORES_TEXT)}</p>`,
    pair(
      chartFigure(
        'ROC',
        draw(rocChart(figures, typeof auc === 'number' ? auc.toFixed(4) : 'unknown')),
        html`The dashed line is guessing.`,
      ),
      chartFigure(
        'Reliability',
        draw(reliabilityChart(calibration.bins)),
        html`On the dashed line what was said came true. ${sentence(CONSISTENCY_TEXT)}`,
      ),
    ),
    table({
      caption: isInSample ? 'Not after the training: no evidence' : 'Out of sample',
      head: ['', 'figure', 'who knows nothing gets'],
      words: [0, 2],
      rows: [
        [
          'accuracy',
          f('accuracy', fixedFormat(4)),
          html`always the majority ${f('majority_accuracy', fixedFormat(4))}, base rate ${f('base_rate', fixedFormat(4))}`,
        ],
        ['balanced accuracy', f('balanced_accuracy', fixedFormat(4)), 'a coin gets 0.5'],
        ['AUC', interval('auc', fixedFormat(4)), 'a coin gets 0.5'],
        [
          'log loss',
          f('log_loss', fixedFormat(4)),
          html`the prequential base rate ${f('benchmark_log_loss', fixedFormat(4))}`,
        ],
        ['log-loss skill', interval('log_loss_skill', signedPercent()), 'the base rate gets 0'],
        ['Brier score', f('brier', fixedFormat(4)), html`always the base rate ${constantBrier}`],
        ...calibrationRows(record, scoresAt, hasFolds),
        ['mean excess, bp a trade', interval('mean_excess_bps', signedFixed(2)), `${coinWords(coin).rival} gets 0`],
        ['the same of those taken', interval('taken_excess_bps', signedFixed(2)), `${coinWords(coin).chance} gets 0`],
      ],
    }),
    html`<p>${sentence(bootstrapText(intervals))}</p>`,
  );
}

function skillSection({ record, summaries, isInSample = false, draw }: JudgedParts): Html {
  const { skillOverTime, skillByVolatility } = summaries;
  const title = 'When and where it knows more than the base rate';
  if (skillOverTime.length === 0)
    return section(title, html`<p>Too few signals: a stretch needs ${MIN_SKILL_EVENTS}.</p>`);
  const at = (bin: number, path: string, format: NumberFormat): Html =>
    figure(record, `skill_by_volatility.${bin}.${path}`, format);
  const edge = percentFormat(
    edgeDigits(skillByVolatility.map((bin) => ({ low: 100 * bin.volatilityLow, high: 100 * bin.volatilityHigh }))),
  );
  return section(
    title,
    html`<p>${isInSample ? 'Not after the training: no evidence. ' : ''}${sentence(STRETCH_TEXT)}</p>`,
    chartFigure('Log-loss skill over time', draw(skillOverTimeChart(skillOverTime))),
    chartFigure('Log-loss skill by volatility', draw(skillByVolatilityChart(skillByVolatility))),
    table({
      caption:
        'By volatility at the entry, a standard deviation of the returns of the last 20 bars; calm signals first',
      head: ['volatility', 'signals', 'log-loss skill, 95 % (the base rate 0)'],
      rows: skillByVolatility.map((_, k) => [
        html`${at(k, 'volatility_low', edge)} – ${at(k, 'volatility_high', edge)}`,
        at(k, 'n', count),
        figureInterval(record, `skill_by_volatility.${k}.log_loss_skill`, signedPercent()),
      ]),
    }),
  );
}

function calibrationRows(record: ReportRecord, scoresAt: string, hasFolds: boolean): (Html | string)[][] {
  const byChance = figure(record, 'calibration.error_by_chance', fixedFormat(4));
  const slopeOf = (name: string): Html => figureInterval(record, `intervals.${name}`, fixedFormat(2));
  const pooled = [
    'of all folds together',
    figure(record, `${scoresAt}ece`, fixedFormat(4)),
    'less where folds err to either side',
  ];
  return [
    [
      hasFolds ? 'calibration error, fold by fold' : 'calibration error',
      figure(record, hasFolds ? 'calibration.error' : `${scoresAt}ece`, fixedFormat(4)), // of one block they are the same
      html`calibrated probabilities get ${byChance} by chance; to be calibrated is not to know`,
    ],
    ...(hasFolds ? [pooled] : []),
    ['calibration slope', slopeOf('calibration_slope'), 'probabilities without knowledge get 0, calibrated ones 1'],
    ['calibration intercept', slopeOf('calibration_intercept'), 'calibrated probabilities get 0'],
  ];
}

function confidenceSection({ record, events, summaries, draw, bars }: JudgedParts): Html {
  const at = (bin: number, path: string, format: NumberFormat): Html =>
    figure(record, `calibration.bins.${bin}.${path}`, format);
  const edge = fixedFormat(edgeDigits(summaries.calibration.bins));
  return section(
    'Confidences and what came of them',
    chartFigure('Confidence by outcome', draw(confidenceChart(events))),
    table({
      caption: 'Signals by confidence, in tenths; equal confidences stay together',
      head: ['confidence', 'signals', 'n_effective', 'said', 'won', 'calibrated, 95 %'],
      rows: summaries.calibration.bins.map((_, d) => [
        html`${at(d, 'low', edge)} – ${at(d, 'high', edge)}`,
        at(d, 'n', count),
        at(d, 'n_effective', fixedFormat(0)),
        at(d, 'mean_probability', percentFormat()),
        at(d, 'hit_rate', percentFormat()),
        html`${at(d, 'consistency_low', percentFormat())} – ${at(d, 'consistency_high', percentFormat())}`,
      ]),
    }),
    chartFigure(
      'Said and won, over time',
      draw(overTimeChart(bars, events)),
      html`Means over runs of equally many signals. Both follow the base rate even where the model knows nothing.`,
    ),
  );
}
