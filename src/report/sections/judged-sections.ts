import { count } from '../../core/index.ts';
import type { BarSeries } from '../../domain/index.ts';
import type { DrawChart } from '../charts/draw.ts';
import { confidenceChart, equityChart, overTimeChart, rocChart } from '../charts/judged-charts.ts';
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
  readonly costBps: number | null;
  /** Whether the model was trained on these events. */
  readonly isInSample?: boolean;
  readonly draw: DrawChart;
}

/** Sections on the quality of the confidences and the money they earn, of a training or a replay. */
export function judgedSections(parts: JudgedParts): Html[] {
  return [scoreSection(parts), confidenceSection(parts), moneySection(parts)];
}

function scoreSection({ isInSample = false, record, scoresAt = '', figures, draw }: JudgedParts): Html {
  const f = (path: string, format: (value: number) => string): Html => figure(record, scoresAt + path, format);
  const auc = valueAt(record, `${scoresAt}auc`);
  return section(
    'How well it tells signals apart',
    pair(
      chartFigure(
        'ROC',
        draw(rocChart(figures, typeof auc === 'number' ? auc.toFixed(4) : 'unknown')),
        html`The dashed line is guessing.`,
      ),
      chartFigure(
        'Reliability',
        draw(reliabilityChart(figures)),
        html`On the dashed line what was said came true; bars are 95 % intervals (as if the signals were independent, so too narrow where
trades overlap).`,
      ),
    ),
    table({
      caption: isInSample ? 'In sample: no evidence' : 'Out of sample',
      head: ['', 'figure', 'compare with'],
      words: [0, 2],
      rows: [
        [
          'accuracy',
          f('accuracy', fixedFormat(4)),
          html`always the majority ${f('majority_accuracy', fixedFormat(4))}, base rate ${f('base_rate', fixedFormat(4))}`,
        ],
        ['balanced accuracy', f('balanced_accuracy', fixedFormat(4)), 'guessing 0.5'],
        ['AUC', f('auc', fixedFormat(4)), 'guessing 0.5'],
        [
          'log loss',
          f('log_loss', fixedFormat(4)),
          html`of the prequential base rate ${f('benchmark_log_loss', fixedFormat(4))}`,
        ],
        ['log-loss skill', f('log_loss_skill', signedPercent()), 'above 0 is information'],
        ['Brier score', f('brier', fixedFormat(4)), '0 is perfect'],
        ['calibration error', f('ece', fixedFormat(4)), 'mean gap of confidence and share that paid'],
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
      head: ['confidence', 'signals', 'said', 'came true'],
      rows: figures.deciles.map((_, d) => [
        html`${figure(record, `deciles.${d}.low`, fixedFormat(3))} – ${figure(record, `deciles.${d}.high`, fixedFormat(3))}`,
        figure(record, `deciles.${d}.n`, count),
        figure(record, `deciles.${d}.mean_probability`, percentFormat()),
        figure(record, `deciles.${d}.hit_rate`, percentFormat()),
      ]),
    }),
    chartFigure(
      'Said and came true, over time',
      draw(overTimeChart(bars, events)),
      html`Means over runs of equally many signals; where the lines stay apart, the model did not know the market.`,
    ),
  );
}

function moneySection({ record, figures, costBps, draw }: JudgedParts): Html {
  const row = (name: string, at: string): (Html | string)[] => [
    name,
    figure(record, `${at}.n_trades`, count),
    figure(record, `${at}.net_return`, signedPercent(1)),
    figure(record, `${at}.sharpe`, fixedFormat(2)),
    figure(record, `${at}.max_drawdown`, percentFormat()),
  ];
  return section(
    'Money',
    html`<p>Every trade has one unit of stake, is booked on the UTC day of its exit, and costs ${costBps ?? 'not set'} basis points; returns are
summed, not compounded. “Sized” stakes in proportion to the confidence, at the same mean exposure by what was known at the time.</p>`,
    costBps === 0
      ? html`<p class="warning">Costs were taken as 0: see whether it still pays with --cost-bps.</p>`
      : html``,
    chartFigure('Equity and drawdown', draw(equityChart(figures))),
    table({
      caption: 'Unit trades, summed',
      head: ['', 'trades', 'net return', 'Sharpe (a year)', 'largest drawdown'],
      rows: [row('every signal alike', 'primary_only'), row('sized by confidence', 'sized')],
    }),
  );
}
