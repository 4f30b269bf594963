import { count } from '../../core/index.ts';
import { SIZE_FACTORS, type SizeFactorName } from '../../decision/index.ts';
import { type RiskRule, riskText } from '../../labeling/index.ts';
import {
  ATTRIBUTED_SIZES,
  ATTRIBUTION_TEXT,
  breakEvenText,
  coinHitsText,
  DECIDED_TEXT,
  factorText,
  intervalText,
  promiseText,
  SIZE_TEXTS,
  sidesText,
  spanText,
  type ThresholdRow,
  type ThresholdSpan,
  thresholdSpans,
  type ValidationMetrics,
} from '../../validation/index.ts';
import type { DrawChart } from '../charts/draw.ts';
import { promiseChart } from '../charts/promise-chart.ts';
import { figure, fixedFormat, meanInterval, percentFormat, type ReportRecord, signedFixed } from '../page/figure.ts';
import { type Html, html } from '../page/html.ts';
import { chartFigure, pair, section, sentence, table } from '../page/page.ts';

export interface DecisionParts {
  readonly record: ReportRecord;
  readonly metrics: Pick<ValidationMetrics, 'decided' | 'decision' | 'coin'>;
  /** Of the interval of the confidence; null where too few folds tell. */
  readonly coverage: Parameters<typeof intervalText>[0];
  /** Whether there is a regime model, and volume for the toxicity. */
  readonly hasFactor: Readonly<Record<SizeFactorName, boolean>>;
  /** What R is. */
  readonly risk: RiskRule;
  readonly draw: DrawChart;
}

type Cell = Html | string;

const NONE = '–';
const inR = signedFixed(3);
const inBps = signedFixed(2);

/** Section on what was taken and skipped, by which numbers, and what came of it. */
export function decisionSection(parts: DecisionParts): Html {
  const { metrics, coverage, hasFactor, risk, draw } = parts;
  const { decided, decision, coin } = metrics;
  const { promises, thresholds } = decided;
  return section(
    'Take or skip',
    html`<p>${sentence(DECIDED_TEXT)} ${sentence(breakEvenText(thresholds.breakEven))} ${sentence(riskText(risk))}</p>`,
    html`<p>${sentence(promiseText(promises.taken, thresholds.decided.excessR, coin))}</p>`,
    pair(
      promises.deciles.length === 0
        ? html`<p>Nothing was promised.</p>`
        : chartFigure(
            'Promised and realised, by tenths of the promises',
            draw(promiseChart(promises.deciles)),
            html`On the dashed line promises were kept. Bars are 95 % intervals.${coin === 'known' ? ' A coin loses its cost everywhere.' : ''}`,
          ),
      html`<ul>${SIZE_FACTORS.map((name) => html`<li>${sentence(factorText(name, decision.factors[name], hasFactor[name]))}</li>`)}
<li>${sentence(intervalText(coverage))}</li></ul>`,
    ),
    thresholdTable(parts),
    html`<p>${sentence(coinHitsText(thresholds, coin))}</p>`,
    sideTable(parts),
    html`<p>${sentence(sidesText(coin))}</p>`,
    attributionTable(parts),
    html`<p>${sentence(ATTRIBUTION_TEXT)}</p>`,
    costTable(parts),
  );
}

function thresholdTable({ record, metrics }: DecisionParts): Html {
  const { rows } = metrics.decided.thresholds;
  const isKnown = metrics.coin === 'known';
  const rowAt = (name: Cell, at: string, { nTaken, nSkipped }: ThresholdRow): Cell[] => [
    name,
    figure(record, `${at}.n_taken`, count),
    figure(record, `${at}.n_skipped`, count),
    figure(record, `${at}.precision`, percentFormat()),
    figure(record, `${at}.recall`, percentFormat()),
    percentFormat()(nTaken / (nTaken + nSkipped)),
    figure(record, `${at}.excess_r`, inR),
  ];
  const nameOf = (span: ThresholdSpan, at: string): Html => {
    const threshold = figure(record, `${at}.threshold`, fixedFormat(span.isBreakEven ? 3 : 2));
    if (span.isBreakEven) return html`<strong>&gt; ${threshold}, the median break-even</strong>`;
    return html`&gt; ${threshold}${spanText(rows, span)}`;
  };
  return table({
    caption: 'Taken and skipped by the probability',
    head: [
      'taken',
      'trades',
      'skipped',
      'precision',
      'recall',
      isKnown ? 'recall of a coin' : 'recall by chance',
      isKnown ? 'R over the coin, net' : 'R over the same side before, net',
    ],
    rows: [
      ...thresholdSpans(rows).map((span) => {
        const at = `thresholds.rows.${span.first}`;
        return rowAt(nameOf(span, at), at, rows[span.first]);
      }),
      rowAt('each by its own break-even', 'thresholds.decided', metrics.decided.thresholds.decided),
    ],
  });
}

function sideTable({ record, metrics }: DecisionParts): Html {
  const { sides } = metrics.decided;
  const rowOf = (side: 'long' | 'short'): Cell[] => {
    const at = `sides.${side}`;
    return [
      side,
      figure(record, `${at}.n_judged`, count),
      figure(record, `${at}.n_taken`, count),
      figure(record, `${at}.precision`, percentFormat()),
      figure(record, `${at}.base_rate`, percentFormat()),
      figure(record, `${at}.recall`, percentFormat()),
      figure(record, `${at}.promises.promised_r`, inR),
      sides[side].promises.realisedR === null ? NONE : interval(record, `${at}.promises.realised_r`),
      figure(record, `${at}.promises.cost_r`, fixedFormat(3)),
    ];
  };
  return table({
    caption: 'Long and short apart',
    head: [
      'side',
      'signals',
      'taken',
      'precision',
      metrics.coin === 'known' ? 'of a coin' : 'by chance',
      'recall',
      'promised R',
      'realised R, 95 %',
      metrics.coin === 'known' ? 'a coin loses' : 'cost',
    ],
    rows: [rowOf('long'), rowOf('short')],
  });
}

function interval(record: ReportRecord, at: string): Html {
  return meanInterval(record, at, 'mean', inR);
}

function attributionTable({ record, metrics }: DecisionParts): Html {
  const { everyTrade, constant, sizes } = metrics.decided.attribution;
  const money = (at: string): Html[] =>
    ['booked_r', 'coin_r', 'excess_r'].map((name) => figure(record, `${at}.${name}`, inR));
  const sameStake = (name: string, at: string, isKnown: boolean): Cell[] =>
    isKnown ? [name, '1', ...money(at), NONE] : [name, NONE, NONE, NONE, NONE, NONE];
  const rows = ATTRIBUTED_SIZES.map((name): Cell[] => {
    const at = `attribution.sizes.${name}`;
    if (sizes[name] === null) return [`taken, ${SIZE_TEXTS[name]}`, NONE, NONE, NONE, NONE, NONE];
    return [
      `taken, ${SIZE_TEXTS[name]}`,
      figure(record, `${at}.mean_exposure`, fixedFormat(3)),
      ...money(at),
      interval(record, `${at}.over_constant_r`),
    ];
  });
  return table({
    caption: 'Where the money comes from: net R per unit of exposure',
    head: ['', 'mean size', 'booked', 'a coin there', 'excess', 'over a constant stake, 95 %'],
    rows: [
      sameStake('every signal answered, the same stake', 'attribution.every_trade', everyTrade !== null),
      sameStake('taken, the same stake', 'attribution.constant', constant !== null),
      ...rows,
    ],
  });
}

function costTable({ record, metrics }: DecisionParts): Html {
  const rows = metrics.decided.moneyByCost.map((row, k): Cell[] => {
    const at = `money_by_cost.${k}`;
    const mean = (name: 'booked' | 'excess'): Cell => {
      return row[name] === null ? NONE : meanInterval(record, `${at}.${name}`, 'mean_bps', inBps);
    };
    return [
      figure(record, `${at}.cost_bps`, String),
      figure(record, `${at}.n_taken`, count),
      mean('booked'),
      figure(record, `${at}.coin_bps`, inBps),
      mean('excess'),
      figure(record, `${at}.excess_r`, inR),
      figure(record, `${at}.every_booked_bps`, inBps),
    ];
  });
  return table({
    caption: 'What is left at other costs a round trip, each event decided anew; basis points a trade',
    head: ['cost, bp', 'taken', 'booked, net, 95 %', 'a coin there', 'excess, net, 95 %', 'in R', 'every signal'],
    rows,
  });
}
