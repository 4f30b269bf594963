import { count, nounFor } from '../../core/index.ts';
import { FILL_RULES } from '../../labeling/index.ts';
import {
  type Claims,
  coinText,
  FILL_TEXTS,
  MONEY_INTERVAL_TEXT,
  type Money,
  OPEN_TRADES_TEXT,
  tickText,
  UNITS_TEXT,
} from '../../validation/index.ts';
import { accountChart } from '../charts/account-chart.ts';
import type { DrawChart } from '../charts/draw.ts';
import type { AccountCurves } from '../figures/account-curves.ts';
import { figure, fixedFormat, meanInterval, percentFormat, type ReportRecord, signedFixed } from '../page/figure.ts';
import { type Html, html } from '../page/html.ts';
import { chartFigure, section, sentence, table } from '../page/page.ts';
import type { ClaimParts } from './verdict-section.ts';

export interface MoneyParts extends ClaimParts {
  /** Null where no trade was taken. */
  readonly curves: AccountCurves | null;
  readonly draw: DrawChart;
}

const COIN_TEXT =
  'A coin takes the same events and flips for the side: its mean is that of both sides. Excess is booked less coin: what the side earned.';
const HEAD = ['', 'trades', 'booked', 'a coin there', 'excess'];

/** Section on money: the same trades as booked, what a coin earned at the same events, and the excess. */
export function moneySection({ record, claims, curves, draw }: MoneyParts): Html {
  const { money, moneyByFill, cost } = claims;
  return section(
    'Money',
    html`<p>${claims.coin === 'known' ? COIN_TEXT : ''} Before costs; the model pays only where booked and excess both stay above the cost, here
${figure(record, 'cost.bps', fixedFormat(1))} basis points a trade.</p>`,
    table({
      caption: 'Basis points a trade, with 95 % intervals',
      head: HEAD,
      rows: moneyRows(record, 'money', money, ''),
    }),
    html`<p>${sentence(MONEY_INTERVAL_TEXT)} ${sentence(coinText(claims))} ${sentence(tickText(cost))} ${sentence(UNITS_TEXT)}</p>`,
    curves === null
      ? html`<p class="warning">The model would have taken no trade.</p>`
      : chartFigure(
          'Taken trades, summed in the order of their exits',
          draw(accountChart(curves)),
          html`One stake a trade, not compounded; booked and excess have paid the cost. Between the dotted lines the excess of 95 of 100
${claims.coin === 'known' ? 'coins lies that pay the same cost: what stays inside them a coin may earn.' : 'choices by chance lies that pay the same cost.'}`,
        ),
    fillTable(record, moneyByFill),
    html`<p>At most ${figure(record, 'max_open_trades', count)} ${nounFor(claims.maxOpenTrades, 'trade')} ${claims.maxOpenTrades === 1 ? 'was' : 'were'} open at
once: ${OPEN_TRADES_TEXT}. One percent of the events carries ${figure(record, 'top_share', percentFormat(0))} of the variance of the excess.</p>`,
  );
}

/** Nothing where returns were given, which no rule of fills booked. */
function fillTable(record: ReportRecord, byFill: Claims['moneyByFill']): Html {
  if (byFill === null) return html``;
  return table({
    caption: 'The same trades, booked by another rule of fills',
    head: HEAD,
    rows: FILL_RULES.flatMap((fill) =>
      moneyRows(record, `money_by_fill.${fill}`, byFill[fill], `filled ${FILL_TEXTS[fill]}: `),
    ),
  });
}

function moneyRows(record: ReportRecord, at: string, { taken, coin }: Money, name: string): (Html | string)[][] {
  const row = (title: string, path: string): (Html | string)[] => [
    `${name}${title}`,
    figure(record, `${path}.booked.n`, count),
    meanCell(record, `${path}.booked`),
    coin === null ? '–' : meanCell(record, `${path}.coin`),
    meanCell(record, `${path}.excess`),
  ];
  const all = row('every event', at);
  return taken === null ? [all, [`${name}taken`, '0', '–', '–', '–']] : [all, row('taken', `${at}.taken`)];
}

function meanCell(record: ReportRecord, path: string): Html {
  return meanInterval(record, path, 'mean_bps', signedFixed(2));
}
