import type { FoldScores } from '../../validation/index.ts';
import { legend, nameAxis, percentLabel, plotArea, valueAxis } from './axes.ts';
import type { Chart } from './draw.ts';

/** Bars of the log-loss skill of every test block, in time order. */
export function skillChart(folds: readonly FoldScores[], days: readonly string[]): Chart {
  return {
    label: `Log-loss skill by fold: ${folds.map(({ logLossSkill }) => percentLabel(logLossSkill)).join(', ')}`,
    width: 'half',
    option: () => ({
      grid: plotArea({ top: 12 }),
      xAxis: foldAxis(days),
      yAxis: valueAxis('log-loss skill', percentLabel),
      series: [
        {
          type: 'bar',
          barMaxWidth: 42,
          data: folds.map(({ logLossSkill }) => ({
            value: logLossSkill,
            itemStyle: { color: logLossSkill > 0 ? 'var(--up)' : 'var(--down)' },
          })),
        },
      ],
    }),
  };
}

/** Accuracy of every test block beside that of always predicting the more frequent outcome. */
export function accuracyChart(folds: readonly FoldScores[], days: readonly string[]): Chart {
  const names = ['accuracy', 'always the majority'];
  return {
    label: 'Accuracy by fold beside always naming the more frequent outcome',
    width: 'half',
    option: () => ({
      grid: plotArea(),
      legend: legend(names),
      xAxis: foldAxis(days),
      yAxis: valueAxis('right decisions', percentLabel, { scale: true }),
      series: [
        points(
          names[0],
          folds.map(({ accuracy }) => accuracy),
          'var(--up)',
          'circle',
        ),
        points(
          names[1],
          folds.map(({ majorityAccuracy }) => majorityAccuracy),
          'var(--down)',
          'diamond',
        ),
      ],
    }),
  };
}

function foldAxis(days: readonly string[]) {
  return nameAxis(
    days.map((day, fold) => `${fold + 1}\n${day}`),
    {
      axisLine: { onZero: false, lineStyle: { color: 'var(--muted)' } },
      axisLabel: { color: 'var(--muted)', hideOverlap: true, fontSize: 11 },
    },
  );
}

function points(name: string, data: readonly number[], color: string, symbol: string) {
  return {
    type: 'line',
    name,
    data,
    symbol,
    symbolSize: data.length > 12 ? 5 : 9,
    showAllSymbol: true,
    itemStyle: { color },
    lineStyle: { color, width: 1.5 },
  };
}
