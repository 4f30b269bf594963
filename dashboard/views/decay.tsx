import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { count } from '../../src/core/index.ts';
import { loadDetector } from '../data/load.ts';
import { detector, status } from '../data/store.ts';
import type { Detector } from '../data/types.ts';
import { palette } from '../ui/colors.ts';
import { EChart } from '../ui/echart.tsx';
import { moment } from '../ui/format.ts';
import { Empty, Figure } from '../ui/text.tsx';

/** The sequential detector of decay: where it stands, what is an alarm, and how it came there. */
export function Decay(): JSX.Element {
  const nScored = status.value?.detector?.n;
  useEffect(() => void loadDetector(), [nScored, status.value?.model_version]);
  const current = detector.value;
  return (
    <section class="panel" aria-labelledby="decay-title">
      <h2 id="decay-title">Does the model still know what it promised?</h2>
      {current === null ? (
        <Empty>No model serves, or its file states no base rate: nothing tells whether it got worse.</Empty>
      ) : (
        <Path known={current} />
      )}
    </section>
  );
}

function Path({ known }: { known: Detector }): JSX.Element {
  const { statistic, threshold, n, last_alarm_ts: lastAlarm } = known;
  const option = useMemo(() => optionOf(known), [known]);
  return (
    <>
      <dl class="figures">
        <Figure name="Evidence of decay" id="decay-statistic" value={count(Math.round(statistic))} />
        <Figure name="Alarm at" id="decay-threshold" value={count(threshold)} />
        <Figure name="Outcomes scored" id="decay-outcomes" value={count(n)} />
        <Figure name="Last alarm" id="decay-alarm" value={lastAlarm === null ? 'none' : moment(lastAlarm / 1e6)} />
      </dl>
      <EChart
        label="Evidence of decay by outcome, logarithmic, with the threshold of an alarm dashed"
        option={option}
      />
      <p class="muted">
        At every outcome the base rate is held against the model: the line rises where the base rate knew better, and
        falls where the model did. Where the confidences hold, its mean is the number of outcomes, and a constant would
        reach the dashed line after as many as stand there. At the line nothing counts as proven any more, and a
        retraining is due.
      </p>
    </>
  );
}

/** Statistics under 1 are drawn at 1: a logarithmic axis has no 0. */
function optionOf({ path, threshold }: Detector): Record<string, unknown> {
  const { accent, muted, line } = palette();
  const axisLabel = { color: muted };
  return {
    xAxis: { type: 'category', data: path.map(({ ts }) => (ts === null ? 'start' : moment(ts / 1e6))), axisLabel },
    yAxis: { type: 'log', min: 1, axisLabel, splitLine: { lineStyle: { color: line } } },
    series: [
      {
        name: 'evidence',
        type: 'line',
        showSymbol: path.length < 3,
        color: accent,
        data: path.map(({ statistic }) => Math.max(1, statistic)),
      },
      {
        name: 'alarm',
        type: 'line',
        showSymbol: false,
        color: muted,
        lineStyle: { type: 'dashed' },
        data: path.map(() => threshold),
      },
    ],
  };
}
