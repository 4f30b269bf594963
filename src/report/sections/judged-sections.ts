import { count } from '../../core/index.ts';
import type { BarSeries } from '../../domain/index.ts';
import { SCORES_TEXT } from '../../validation/index.ts';
import type { DrawChart } from '../charts/draw.ts';
import { confidenceChart, overTimeChart, rocChart } from '../charts/judged-charts.ts';
import { reliabilityChart } from '../charts/reliability-chart.ts';
import type { JudgedEvents, JudgedFigures } from '../figures/judged-figures.ts';
import { figure, fixedFormat, percentFormat, type ReportRecord, signedPercent, valueAt } from '../page/figure.ts';
import { type Html, html } from '../page/html.ts';
import { chartFigure, pair, section, table } from '../page/page.ts';

export interface JudgedParts {
  readonly record: ReportRecord;
  /** Path of the scores in the record: empty, or ending with a dot. */
  readonly scoresAt?: string;
  readonly events: JudgedEvents;
  readonly figures: JudgedFigures;
  readonly bars: BarSeries;
  /** Whether the model was trained on these events. */
  readonly isInSample?: boolean;
  readonly draw: DrawChart;
}

/** Sections on the quality of the confidences, of a training or a replay. */
export function judgedSections(parts: JudgedParts): Html[] {
  return [scoreSection(parts), confidenceSection(parts)];
}

function scoreSection({ isInSample = false, record, scoresAt = '', figures, draw }: JudgedParts): Html {
  const f = (path: string, format: (value: number) => string): Html => figure(record, scoresAt + path, format);
  const auc = valueAt(record, `${scoresAt}auc`);
  const rate = valueAt(record, `${scoresAt}base_rate`);
  const constantBrier = typeof rate === 'number' ? fixedFormat(4)(rate * (1 - rate)) : '–';
  return section(
    'How well it tells signals apart',
    html`<p>${SCORES_TEXT.charAt(0).toUpperCase()}${SCORES_TEXT.slice(1)}.</p>`,
    pair(
      chartFigure(
        'ROC',
        draw(rocChart(figures, typeof auc === 'number' ? auc.toFixed(4) : 'unknown')),
        html`The dashed line is guessing.`,
      ),
      chartFigure(
        'Reliability',
        draw(reliabilityChart(figures)),
        html`On the dashed line what was said came true, which the base rate alone does too; bars are 95 % intervals (as if the signals were independent, so too narrow where
trades overlap).`,
      ),
    ),
    table({
      caption: isInSample ? 'In sample: no evidence' : 'Out of sample',
      head: ['', 'figure', 'who knows nothing gets'],
      words: [0, 2],
      rows: [
        [
          'accuracy',
          f('accuracy', fixedFormat(4)),
          html`always the majority ${f('majority_accuracy', fixedFormat(4))}, base rate ${f('base_rate', fixedFormat(4))}`,
        ],
        ['balanced accuracy', f('balanced_accuracy', fixedFormat(4)), 'a coin gets 0.5'],
        ['AUC', f('auc', fixedFormat(4)), 'a coin gets 0.5'],
        [
          'log loss',
          f('log_loss', fixedFormat(4)),
          html`the prequential base rate ${f('benchmark_log_loss', fixedFormat(4))}`,
        ],
        ['log-loss skill', f('log_loss_skill', signedPercent()), 'the base rate gets 0'],
        ['Brier score', f('brier', fixedFormat(4)), html`always the base rate ${constantBrier}`],
        [
          'calibration error',
          f('ece', fixedFormat(4)),
          'always the base rate about 0: to be calibrated is not to know',
        ],
      ],
    }),
  );
}

function confidenceSection({ record, events, figures, draw, bars }: JudgedParts): Html {
  return section(
    'Confidences and what came of them',
    chartFigure('Confidence by outcome', draw(confidenceChart(events))),
    table({
      caption: 'Signals by confidence, in tenths; equal confidences stay together',
      head: ['confidence', 'signals', 'said', 'won'],
      rows: figures.deciles.map((_, d) => [
        html`${figure(record, `deciles.${d}.low`, fixedFormat(3))} – ${figure(record, `deciles.${d}.high`, fixedFormat(3))}`,
        figure(record, `deciles.${d}.n`, count),
        figure(record, `deciles.${d}.mean_probability`, percentFormat()),
        figure(record, `deciles.${d}.hit_rate`, percentFormat()),
      ]),
    }),
    chartFigure(
      'Said and won, over time',
      draw(overTimeChart(bars, events)),
      html`Means over runs of equally many signals. Both follow the base rate even where the model knows nothing.`,
    ),
  );
}
