import { count, counted, fixed } from '../../core/index.ts';
import { CLAIM_TESTS, type ClaimTestName } from '../../domain/index.ts';
import { FILL_RULES } from '../../labeling/index.ts';
import {
  bp,
  type Claims,
  type ClaimTest,
  coinText,
  costText,
  FILL_TEXTS,
  headlineOfClaims,
  isTested,
  MONEY_INTERVAL_TEXT,
  type Money,
  type MoneyColumns,
  marketText,
  meanText,
  OPEN_TRADES_TEXT,
  otherWarnings,
  paysText,
  powerText,
  primaryText,
  pText,
  SPREAD_TEXT,
  testNames,
  testTexts,
  tickText,
  UNITS_TEXT,
} from '../../validation/index.ts';
import { table } from './output.ts';
import { tone } from './tone.ts';

/** The first lines of a verdict: its word, what it means, the test that decided, the cost counted, and what pays. */
export function verdictLines(claims: Claims): string[] {
  const { word, sentence } = headlineOfClaims(claims);
  const { cost } = claims;
  return [
    tone(word, claims.verdict === 'edge' ? 'good' : 'warning'),
    `  ${sentence}`,
    `  ${claims.reason}`,
    ...[costText(cost), paysText(claims), primaryText(claims)].map((line) => `  ${line}`),
    ...otherWarnings(claims).map(({ message }) => `  ${tone(`warning: ${message}`, 'warning')}`),
  ];
}

/**
 * What was tested, on how many events, and what somebody who knows nothing gets in the same place.
 *
 * @param tested - those that could be tested; by default all.
 */
export function testLines(claims: Claims, tested: readonly ClaimTestName[] = CLAIM_TESTS): string[] {
  const texts = testTexts(claims);
  const names = testNames(claims, tested);
  const rows = tested.map((name, k) => [
    ...rowOf(names[k], claims.tests[name]),
    texts[name].asks,
    texts[name].byChance,
  ]);
  return [
    ...table(
      ['tested out of sample', 't', 'p', 'events', 'lags', 'asks', 'who knows nothing gets'],
      [
        ...rows,
        [...rowOf('information, spread', claims.informationSpread), SPREAD_TEXT, texts.information.byChance],
        [
          ...rowOf('probability skill', claims.probabilitySkill),
          'does it add to the base rate?',
          'describes, proves nothing',
        ],
      ],
    ),
    marketText(claims),
    powerText(claims),
  ];
}

function rowOf(name: string, test: ClaimTest): string[] {
  const { statistic, pValue, n, lag } = test;
  const figures = isTested(test) ? [fixed(statistic, 2), pText(pValue)] : ['–', '–'];
  return [name, ...figures, count(n), String(lag)];
}

/** The same trades thrice: as booked, what a coin earns at the same events, and the excess; then under every rule of fills. */
export function moneyLines(claims: Claims): string[] {
  const { money, moneyByFill, cost } = claims;
  const rows = (name: string, { taken, ...all }: Money): string[][] => [
    moneyRow(`${name}every event`, all),
    taken === null ? [`${name}taken`, '0', '–', '–', '–'] : moneyRow(`${name}taken`, taken),
  ];
  return [
    ...table(
      ['bp a trade before costs, 95 %', 'trades', 'booked', 'a coin there', 'excess'],
      [...rows('', money), ...fillRows(moneyByFill, rows)],
    ),
    MONEY_INTERVAL_TEXT,
    UNITS_TEXT,
    `booked and excess must both stay above the cost of ${bp(cost.bps)}`,
    coinText(claims),
    tickText(cost),
    `${counted(claims.maxOpenTrades, 'trade')} open at once at most: ${OPEN_TRADES_TEXT}`,
    `1 % of the events carry ${fixed(100 * claims.topShare, 0)} % of the variance of the excess`,
  ];
}

/** The rows under every rule of fills; none where returns were given. */
function fillRows(byFill: Claims['moneyByFill'], rows: (name: string, money: Money) => string[][]): string[][] {
  return byFill === null ? [] : FILL_RULES.flatMap((fill) => rows(`filled ${FILL_TEXTS[fill]}: `, byFill[fill]));
}

function moneyRow(name: string, { booked, coin, excess }: MoneyColumns): string[] {
  return [name, count(booked.n), meanText(booked), coin === null ? '–' : meanText(coin), meanText(excess)];
}
