import { count, fixed } from '../../core/index.ts';
import { SIZE_FACTORS, type SizeFactorName } from '../../decision/index.ts';
import {
  ATTRIBUTED_SIZES,
  ATTRIBUTION_TEXT,
  type Attribution,
  breakEvenText,
  type CoinKnowledge,
  coinHitsText,
  DECIDED_TEXT,
  type Earnings,
  type FiguresBySide,
  factorText,
  intervalText,
  type MeanInterval,
  type MoneyAtCost,
  meanText,
  NO_INTERVAL,
  promiseText,
  SIZE_TEXTS,
  type SideFigures,
  sidesText,
  signedBp,
  signedR,
  spanText,
  type ThresholdFigures,
  type ThresholdRow,
  type ThresholdSpan,
  thresholdSpans,
  type ValidationMetrics,
} from '../../validation/index.ts';
import { table } from './output.ts';

/** What the lines on decisions need to know of the model. */
export interface DecisionFacts {
  /** Of the interval of the confidence; null where too few folds tell. */
  readonly coverage: Parameters<typeof intervalText>[0];
  /** Whether there is a regime model, and volume for the toxicity. */
  readonly hasFactor: Readonly<Record<SizeFactorName, boolean>>;
  /** Whether the other side of the events is known. */
  readonly coin: CoinKnowledge;
}

/**
 * What came of the decisions: thresholds with the break-even, sides, promises, where the money comes from, and what is left at other costs.
 *
 * @param facts - of the model.
 */
export function decisionLines(
  { decided, decision }: Pick<ValidationMetrics, 'decided' | 'decision'>,
  { coverage, hasFactor, coin }: DecisionFacts,
): string[] {
  const { thresholds, sides, promises, attribution, moneyByCost } = decided;
  return [
    DECIDED_TEXT,
    promiseText(promises.taken, thresholds.decided.excessR, coin),
    ...SIZE_FACTORS.map((name) => factorText(name, decision.factors[name], hasFactor[name])),
    intervalText(coverage),
    '',
    ...thresholdLines(thresholds, coin),
    '',
    ...sideLines(sides, coin),
    '',
    ...attributionLines(attribution),
    '',
    ...costLines(moneyByCost),
  ];
}

function thresholdLines(figures: ThresholdFigures, coin: CoinKnowledge): string[] {
  const isKnown = coin === 'known';
  const { breakEven, rows, decided } = figures;
  const rowOf = (name: string, row: ThresholdRow): string[] => [
    name,
    count(row.nTaken),
    count(row.nSkipped),
    fixed(row.precision),
    fixed(row.recall),
    fixed(row.nTaken / (row.nTaken + row.nSkipped)),
    signedR(row.excessR),
  ];
  const spans = thresholdSpans(rows);
  const nameOf = (span: ThresholdSpan): string => {
    const { threshold, isBreakEven } = rows[span.first];
    return isBreakEven
      ? `> ${fixed(threshold, 3)}, the median break-even`
      : `> ${fixed(threshold, 2)}${spanText(rows, span)}`;
  };
  return [
    ...table(
      [
        'taken by probability',
        'taken',
        'skipped',
        'precision',
        'recall',
        isKnown ? "a coin's recall" : 'recall by chance',
        isKnown ? 'R over the coin, net' : 'R over the same side before, net',
      ],
      [...spans.map((span) => rowOf(nameOf(span), rows[span.first])), rowOf('each by its own break-even', decided)],
    ),
    breakEvenText(breakEven),
    coinHitsText(figures, coin),
  ];
}

function sideLines({ long, short }: FiguresBySide, coin: CoinKnowledge): string[] {
  const isKnown = coin === 'known';
  const rowOf = (name: string, { nJudged, nTaken, precision, recall, baseRate, promises }: SideFigures): string[] => [
    name,
    count(nJudged),
    count(nTaken),
    fixed(precision),
    fixed(baseRate),
    fixed(recall),
    signedR(promises.promisedR),
    intervalOf(promises.realisedR),
    fixed(promises.costR, 3),
  ];
  const rows = table(
    [
      'side',
      'signals',
      'taken',
      'precision',
      isKnown ? 'a coin' : 'by chance',
      'recall',
      'promised R',
      'realised R, 95 %',
      isKnown ? 'a coin loses' : 'cost',
    ],
    [rowOf('long', long), rowOf('short', short)],
  );
  return [...rows, sidesText(coin)];
}

function intervalOf(value: MeanInterval | null): string {
  if (value === null) return '–';
  return value.low === null
    ? `${signedR(value.mean)} ${NO_INTERVAL}`
    : `${signedR(value.mean)} [${signedR(value.low)}, ${signedR(value.high)}]`;
}

function attributionLines({ everyTrade, constant, sizes }: Attribution): string[] {
  const sameStake = (name: string, earnings: Earnings | null): string[] =>
    earnings === null
      ? [name, '–', '–', '–', '–', '–']
      : [name, '1.000', signedR(earnings.bookedR), signedR(earnings.coinR), signedR(earnings.excessR), '–'];
  const rows = ATTRIBUTED_SIZES.map((name) => {
    const size = sizes[name];
    if (size === null) return [SIZE_TEXTS[name], '–', '–', '–', '–', '–'];
    const { meanExposure, bookedR, coinR, excessR, overConstantR } = size;
    return [
      SIZE_TEXTS[name],
      fixed(meanExposure, 3),
      signedR(bookedR),
      signedR(coinR),
      signedR(excessR),
      intervalOf(overConstantR),
    ];
  });
  return [
    ...table(
      ['net R per unit of exposure', 'mean size', 'booked', 'a coin there', 'excess', 'over a constant stake, 95 %'],
      [
        sameStake('every signal answered, the same stake', everyTrade),
        sameStake('taken, the same stake', constant),
        ...rows.map(([name, ...cells]) => [`taken, ${name}`, ...cells]),
      ],
    ),
    ATTRIBUTION_TEXT,
  ];
}

function costLines(rows: readonly MoneyAtCost[]): string[] {
  const inBps = (value: number | null): string => (value === null ? '–' : signedBp(value));
  return table(
    ['cost, bp', 'taken', 'booked, net bp, 95 %', 'a coin there', 'excess, net bp, 95 %', 'net R', 'every signal'],
    rows.map((row) => [
      String(row.costBps),
      count(row.nTaken),
      row.booked === null ? '–' : meanText(row.booked),
      inBps(row.coinBps),
      row.excess === null ? '–' : meanText(row.excess),
      signedR(row.excessR),
      inBps(row.everyBookedBps),
    ]),
  );
}
