import type { JSX } from 'preact';
import { count, percent } from '../../../src/core/index.ts';
import type { FeatureShift, TrustReport } from '../../data/types.ts';
import { threeDigits } from '../../ui/format.ts';
import { Empty } from '../../ui/text.tsx';
import { shiftInWords } from '../../ui/trust-words.ts';

/** Units of the drawing: of its height, and of one bin's width. */
const HEIGHT = 40;
const BIN = 10;

/** Each feature as it lies in the latest signals beside the rows of the training. */
export function FeatureShifts({ report }: { report: TrustReport | null }): JSX.Element {
  const features = report?.features ?? null;
  return (
    <section class="panel" aria-labelledby="shift-title">
      <h2 id="shift-title">Features, of the latest signals beside the training</h2>
      {features === null ? (
        <Empty>Not available: too few signals yet, or the model does not know its training rows.</Empty>
      ) : (
        <>
          <div class="shifts">
            {features.map((feature) => (
              <Shift key={feature.name} feature={feature} />
            ))}
          </div>
          <p class="muted">
            {`Outlined: training rows. Filled: the latest ${count(report?.n_signals ?? 0)} signals. `}
            The bins hold equal shares of the training. PSI, the population stability index: above 0.1 somewhat, above
            0.25 much has changed; beside it what independent signals have by chance. Signals that resemble their
            neighbours have more.
          </p>
        </>
      )}
    </section>
  );
}

function Shift({ feature }: { feature: FeatureShift }): JSX.Element {
  const { name, edges, trained, latest, psi, psi_by_chance: byChance } = feature;
  const title = name.replaceAll('_', ' ');
  const most = Math.max(...trained, ...latest);
  const high = (share: number): number => (HEIGHT * share) / most;
  const words = latest.map((share, b) => `${binName(edges, b)}: ${percent(trained[b], 0)}, now ${percent(share, 0)}`);
  return (
    <figure class="shift" data-shift={name}>
      <figcaption>
        <strong>{title}</strong> <span data-figure={`shift-${name}`}>{shiftInWords(psi)}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${BIN * trained.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title}, shares of training and of now. ${words.join('; ')}`}
      >
        {latest.map((share, b) => (
          <rect
            key={binName(edges, b)}
            class="latest"
            x={BIN * b + 2}
            y={HEIGHT - high(share)}
            width={6}
            height={high(share)}
          />
        ))}
        {trained.map((share, b) => (
          <rect
            key={binName(edges, b)}
            class="trained"
            x={BIN * b + 0.5}
            y={HEIGHT - high(share)}
            width={9}
            height={high(share)}
          />
        ))}
      </svg>
      <p class="muted shift-ends">
        <span>{edges.length === 0 ? '' : `≤ ${edgeText(edges[0])}`}</span>
        <span>{lastEnd(feature)}</span>
      </p>
      <p class="muted shift-index">{`PSI ${threeDigits(psi)}, by chance ${threeDigits(byChance)}`}</p>
    </figure>
  );
}

function binName(edges: readonly number[], b: number): string {
  if (b < edges.length) return `up to ${edgeText(edges[b])}`;
  return edges.length === 0 ? 'all' : `above ${edgeText(edges[edges.length - 1])}`;
}

/** The last bin's end of the axis. Where nothing lies above the last edge, as above the probability 1, that edge is the end. */
function lastEnd({ edges, trained, latest }: FeatureShift): string {
  const edge = edges.at(-1);
  if (edge === undefined) return '';
  const isEmpty = trained.at(-1) === 0 && latest.at(-1) === 0;
  return `${isEmpty ? '≤' : '>'} ${edgeText(edge)}`;
}

/** Three digits, or as many as keep an edge below a whole number from being written as one. */
function edgeText(edge: number): string {
  const digits = [3, 4, 5, 6, 9].find((n) => Number.isInteger(edge) || !isBoundary(Number(edge.toPrecision(n)))) ?? 17;
  return String(Number(edge.toPrecision(digits))).replace('-', '−');
}

/** What bounded features end at, such as probabilities and shares of trades on one side. */
function isBoundary(value: number): boolean {
  return Math.abs(value) === 1;
}
