import { count, nounFor } from '../../core/index.ts';
import {
  type Account,
  type Accounts,
  accountText,
  CAPITAL_TEXT,
  minTrlText,
  noIntervalText,
  noSharpeText,
  SHARPE_TEXT,
} from '../../validation/index.ts';
import {
  figure,
  figureBetween,
  fixedFormat,
  type NumberFormat,
  percentFormat,
  type ReportRecord,
} from '../page/figure.ts';
import { type Html, html } from '../page/html.ts';
import { section, sentence, table } from '../page/page.ts';

/** Section on accounts: what following the trades came to, and what coins come to at the same events. */
export function accountSection(record: ReportRecord, all: Accounts): Html[] {
  const { every, taken } = all;
  if (every === null) return [];
  const accounts = [{ at: 'accounts.every', name: 'every event', account: every }];
  if (taken !== null) accounts.push({ at: 'accounts.taken', name: 'taken', account: taken });
  const noSharpe = noSharpeText(every);
  const noInterval = noIntervalText(all);
  return [
    section(
      'Account',
      html`<p>${sentence(accountText(every))} ${sentence(CAPITAL_TEXT)} ${sentence(noSharpe ?? SHARPE_TEXT)}
${noInterval === null ? '' : sentence(noInterval)}</p>`,
      table({
        caption: 'Accounts after the cost',
        head: [
          '',
          ...accounts.flatMap(({ name, account: { coins } }) => [name, `${coins?.n ?? ''} coins there`.trim()]),
        ],
        rows: rowsOf(record, accounts),
      }),
      ...(taken === null ? [html`<p class="warning">Nothing was taken: no account, and nothing earned.</p>`] : []),
    ),
  ];
}

interface Shown {
  readonly at: string;
  readonly account: Account;
}

function rowsOf(record: ReportRecord, accounts: readonly Shown[]): (Html | string)[][] {
  const [share, ratio] = [percentFormat(), fixedFormat(2)];
  const row = (name: string, cells: (shown: Shown) => readonly (Html | string)[]): (Html | string)[] => [
    name,
    ...accounts.flatMap(cells),
  ];
  const own = (at: string, name: string, format: NumberFormat): Html => figure(record, `${at}.${name}`, format);
  const both = (title: string, name: string, format: NumberFormat): (Html | string)[] =>
    row(title, ({ at, account }) => [
      own(at, name, format),
      account.coins === null ? '–' : coinCell(record, `${at}.coins.${name}`, format),
    ]);
  const twice = ({ at, account }: Shown, name: string): (Html | string)[] => {
    const n = own(at, name, count);
    return [n, account.coins === null ? '–' : n];
  };
  return [
    row('trades', (shown) => twice(shown, 'n_trades')),
    row('UTC days', (shown) => twice(shown, 'n_days')),
    row('trades open at once at most', ({ at }) => [own(at, 'max_open_trades', count), '–']),
    row('capital needed, stakes', ({ at }) => [own(at, 'capital_needed', ratio), '–']),
    both('net return, of one stake', 'net_return', share),
    both('net return, of the capital', 'return_on_capital', share),
    both('deepest drawdown, of one stake', 'max_drawdown', share),
    both('deepest drawdown, of the capital', 'drawdown_of_capital', share),
    row('Sharpe ratio', (shown) => sharpeCells(record, shown)),
    row('PSR', ({ at, account }) => [
      own(at, 'psr', fixedFormat(3)),
      account.coins === null || account.coins.psr === null ? '–' : coinCell(record, `${at}.coins.psr`, fixedFormat(3)),
    ]),
    row('MinTRL', ({ at, account }) => [
      account.minTrl === null
        ? minTrlText(account)
        : html`${own(at, 'min_trl', (days) => count(Math.ceil(days)))} ${nounFor(Math.ceil(account.minTrl), 'day')} needed, ${own(at, 'n_days', count)} there`,
      account.sharpe === null || account.coins === null ? '–' : 'no skill: never',
    ]),
  ];
}

function sharpeCells(record: ReportRecord, { at, account: { sharpe, coins } }: Shown): (Html | string)[] {
  const paths = ['sharpe', 'sharpe_low', 'sharpe_high'].map((name) => `${at}.${name}`);
  return [
    sharpe === null ? '–' : figureBetween(record, paths, fixedFormat(2)),
    coins === null || coins.sharpe === null ? '–' : coinCell(record, `${at}.coins.sharpe`, fixedFormat(2)),
  ];
}

function coinCell(record: ReportRecord, path: string, format: NumberFormat): Html {
  const f = (name: string): Html => figure(record, `${path}.${name}`, format);
  return html`${f('median')} [${f('low')}, ${f('high')}]`;
}
