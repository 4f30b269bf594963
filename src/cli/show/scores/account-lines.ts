import { count, fixed, percent } from '../../../core/index.ts';
import {
  type Account,
  type Accounts,
  accountText,
  CAPITAL_TEXT,
  type CoinRange,
  minTrlText,
  NO_INTERVAL,
  noIntervalText,
  noSharpeText,
  SHARPE_TEXT,
} from '../../../validation/index.ts';
import { table } from '../output.ts';

/** What accounts of every event and of the taken ones came to, and coins beside them. */
export function accountLines(all: Accounts): string[] {
  const { every, taken } = all;
  if (every === null) return [];
  const accounts = taken === null ? [every] : [every, taken];
  const names = ['every event', 'taken'].slice(0, accounts.length);
  const coins = every.coins === null ? 'coins there' : `${every.coins.n} coins there`;
  const head = ['an account', ...names.flatMap((name) => [name, coins])];
  const noSharpe = noSharpeText(every);
  const noInterval = noIntervalText(all);
  return [
    ...table(
      head,
      ROWS.map(([name, cells]) => [name, ...accounts.flatMap(cells)]),
    ),
    ...(taken === null ? ['nothing was taken: no account, and nothing earned'] : []),
    accountText(every),
    CAPITAL_TEXT,
    noSharpe ?? SHARPE_TEXT,
    ...(noInterval === null ? [] : [noInterval]),
  ];
}

type Cells = (account: Account) => readonly [own: string, coins: string];

const ROWS: readonly (readonly [name: string, cells: Cells])[] = [
  ['trades', ({ nTrades, coins }) => [count(nTrades), coins === null ? '–' : count(nTrades)]],
  ['UTC days', ({ nDays, coins }) => [count(nDays), coins === null ? '–' : count(nDays)]],
  ['trades open at once at most', ({ maxOpenTrades }) => [count(maxOpenTrades), '–']],
  ['capital needed, stakes', ({ capitalNeeded }) => [fixed(capitalNeeded, 2), '–']],
  ['net return, of one stake', ({ netReturn, coins }) => [percent(netReturn), shares(coins?.netReturn)]],
  [
    'net return, of the capital',
    ({ returnOnCapital, coins }) => [percent(returnOnCapital), shares(coins?.returnOnCapital)],
  ],
  ['deepest drawdown, of one stake', ({ maxDrawdown, coins }) => [percent(maxDrawdown), shares(coins?.maxDrawdown)]],
  [
    'deepest drawdown, of the capital',
    ({ drawdownOfCapital, coins }) => [percent(drawdownOfCapital), shares(coins?.drawdownOfCapital)],
  ],
  ['Sharpe ratio', (account) => [sharpeText(account), ratios(account.coins?.sharpe, 2)]],
  ['PSR', ({ psr, coins }) => [fixed(psr, 3), ratios(coins?.psr, 3)]],
  [
    'MinTRL',
    (account) => [minTrlText(account), account.sharpe === null || account.coins === null ? '–' : 'no skill: never'],
  ],
];

function sharpeText({ sharpe, sharpeLow, sharpeHigh }: Account): string {
  if (sharpe === null) return '–';
  if (sharpeLow === null || sharpeHigh === null) return `${fixed(sharpe, 2)} ${NO_INTERVAL}`;
  return `${fixed(sharpe, 2)} [${fixed(sharpeLow, 2)}, ${fixed(sharpeHigh, 2)}]`;
}

function shares(range: CoinRange | undefined): string {
  if (range === undefined) return '–';
  const { low, median, high } = range;
  return `${percent(median)} [${percent(low)}, ${percent(high)}]`;
}

function ratios(range: CoinRange | null | undefined, digits: number): string {
  if (range === null || range === undefined) return '–';
  const [median, low, high] = [range.median, range.low, range.high].map((value) => fixed(value, digits));
  return `${median} [${low}, ${high}]`;
}
