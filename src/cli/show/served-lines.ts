import { count, counted, fixed } from '../../core/index.ts';
import type { TakeReason } from '../../domain/index.ts';
import {
  EXPECTED_TEXT,
  POSITION_STEP,
  type PositionFigures,
  REASON_TEXTS,
  type ReplayPositions,
  type ReplaySummary,
  type ServedDecisions,
  servedText,
  TAKEN_TEXT,
} from '../../orchestrator/index.ts';
import { NO_INTERVAL, type PromiseFigures, signedR } from '../../validation/index.ts';
import { table } from './output.ts';

/** What was decided as the service would decide it, what was promised and what came of it, and the positions that follow. */
export function servedLines({
  served,
  positions,
  coin,
}: Pick<ReplaySummary, 'served' | 'positions' | 'coin'>): string[] {
  if (served === null) return [];
  return ['', ...promiseLines(served, coin), ...(positions === null ? ['nothing was bet'] : positionLines(positions))];
}

function promiseLines(served: ServedDecisions, coin: ReplaySummary['coin']): string[] {
  const isKnown = coin === 'known';
  const { byReason, taken, expected } = served;
  const reasons = Object.entries(byReason).map(([reason, figures]) =>
    promiseRow(REASON_TEXTS[reason as TakeReason], figures.nSignals, figures),
  );
  return [
    servedText(served),
    ...table(
      [
        isKnown ? "R over a coin's average after costs, 95 %" : 'R after costs, 95 %',
        'signals',
        'promised',
        'realised',
        isKnown ? 'a coin' : 'the cost',
        'realised / promised',
      ],
      [...reasons, promiseRow(TAKEN_TEXT, taken.n, taken), promiseRow(EXPECTED_TEXT, expected.n, expected)],
    ),
  ];
}

/** A coin pays the cost and earns nothing over itself. */
function promiseRow(name: string, nSignals: number, { promisedR, costR, realisedR, ratio }: PromiseFigures): string[] {
  return [
    name,
    count(nSignals),
    signedR(promisedR),
    realisedText(realisedR),
    signedR(costR === null ? null : -costR),
    ratio === null ? '–' : fixed(ratio, 2),
  ];
}

function realisedText(realised: PromiseFigures['realisedR']): string {
  if (realised === null) return '–';
  const { mean, low, high } = realised;
  return low === null || high === null
    ? `${signedR(mean)} ${NO_INTERVAL}`
    : `${signedR(mean)} [${signedR(low)}, ${signedR(high)}]`;
}

function positionLines({ nBets, meanSize, summed, averaged, stepped }: ReplayPositions): string[] {
  const row = (name: string, { mean, largest, turnover }: PositionFigures): string[] => [
    name,
    fixed(mean, 4),
    fixed(largest, 4),
    fixed(turnover, 1),
  ];
  return [
    '',
    ...table(
      [`position from ${counted(nBets, 'bet')} of ${fixed(meanSize, 4)} on average`, 'mean', 'largest', 'traded'],
      [
        row('each bet by itself', summed),
        row('mean of the open bets', averaged),
        row(`their mean in steps of ${POSITION_STEP}`, stepped),
      ],
    ),
  ];
}
