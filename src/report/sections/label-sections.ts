import type { OrchestratorConfig } from '../../config/index.ts';
import { count, fixed } from '../../core/index.ts';
import type { BarSeries, RegimeModel } from '../../domain/index.ts';
import type { DrawChart } from '../charts/draw.ts';
import { holdingChart, returnsChart } from '../charts/label-charts.ts';
import { priceChart } from '../charts/price-chart.ts';
import { type LabelledColumns, labelFigures } from '../figures/label-figures.ts';
import { priceFigures } from '../figures/price-figures.ts';
import { percentFormat, signedPercent } from '../page/figure.ts';
import { type Html, html } from '../page/html.ts';
import { chartFigure, pair, section, table } from '../page/page.ts';

export interface LabelParts {
  readonly dataset: LabelledColumns;
  readonly bars: BarSeries;
  readonly config: OrchestratorConfig;
  /** The rule of the labels in plain sentences. */
  readonly labelRule: string;
  readonly regime: RegimeModel | null;
  /** Reason why there is no regime model; null where there is one, or the reason is unknown. */
  readonly regimeNote: string | null;
  /** Whether the states were fitted on these bars. */
  readonly isFittedHere: boolean;
  readonly draw: DrawChart;
}

/** Sections on the labels and on the regime of the market. */
export function labelSections(parts: LabelParts): Html[] {
  return [labelSection(parts), regimeSection(parts)];
}

function labelSection({ dataset, labelRule, draw }: LabelParts): Html {
  const groups = labelFigures(dataset);
  return section(
    'Labels',
    html`<p>${labelRule}</p>`,
    pair(
      chartFigure(
        'Gross return of a trade',
        draw(returnsChart(dataset)),
        html`The outermost half percent on either side is in the end bars.`,
      ),
      chartFigure('How long trades were held', draw(holdingChart(dataset))),
    ),
    table({
      caption: 'Labelled events',
      head: ['', 'events', 'won', 'mean gross return', 'a coin there', 'mean bars held'],
      rows: groups.map(({ name, n, won, meanReturn, meanCoin, meanBars }) => [
        name,
        count(n),
        percentFormat()(won),
        ...[meanReturn, meanCoin].map((mean) => (Number.isNaN(mean) ? '–' : signedPercent(4)(mean))),
        fixed(meanBars, 1),
      ]),
    }),
  );
}

function regimeSection({ bars, regime, regimeNote, isFittedHere, config, draw }: LabelParts): Html {
  const figures = priceFigures(bars, regime);
  const chart = chartFigure('Price and regime', draw(priceChart(figures)));
  if (regime === null || figures.turbulentShare === null) {
    const why = regimeNote === null ? '' : `: ${regimeNote}`;
    return section(
      'Price and regime',
      html`<p class="warning">No regime model${why}. The regime weight is 0.8 everywhere.</p>`,
      chart,
    );
  }
  const leaveCalm = 1 - regime.stayCalm;
  const leaveTurbulent = 1 - regime.stayTurbulent;
  const inTurbulent = leaveCalm / (leaveCalm + leaveTurbulent);
  const row = (name: string, variance: number, share: number, leave: number): string[] => [
    name,
    percentFormat(3)(Math.sqrt(variance)),
    percentFormat()(share),
    (1 / leave).toFixed(1),
  ];
  return section(
    'Price and regime',
    html`<p>The model's two states of the market; in certain turbulence the regime weight is ${config.regime.floor}, which sizes have only where
<code>sizing.factors</code> lets it in. A probability looks only back,
but ${isFittedHere ? 'the states were fitted on the last of these bars, so the picture is in sample' : 'the states are those of the training'}.
At ${percentFormat()(figures.turbulentShare)} of the bars looked at turbulence was the likelier state.</p>`,
    chart,
    table({
      caption: 'States of the fitted regime model',
      head: ['state', 'sd of a bar’s return', 'share in the long run', 'mean stay, bars'],
      rows: [
        row('calm', regime.calmVariance, 1 - inTurbulent, leaveCalm),
        row('turbulent', regime.turbulentVariance, inTurbulent, leaveTurbulent),
      ],
    }),
  );
}
