import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { count, percent } from '../../../src/core/index.ts';
import { wilsonInterval } from '../../../src/math/index.ts';
import { status } from '../../data/store.ts';
import type { Decile } from '../../data/types.ts';
import { palette } from '../../ui/colors.ts';
import { EChart } from '../../ui/echart.tsx';
import { threeDigits } from '../../ui/format.ts';
import { Empty, Figure, Scroll } from '../../ui/text.tsx';

/** What the confidences of the latest outcomes were worth. */
export function Confidences(): JSX.Element | null {
  const current = status.value;
  if (current === null) return null;
  const { outcomes, monitor, drift } = current;
  const { accuracy, n_in_window: n } = outcomes;
  const band = accuracy === null ? null : wilsonInterval(accuracy, n);
  const majority = outcomes.base_rate === null ? null : Math.max(outcomes.base_rate, 1 - outcomes.base_rate);
  return (
    <section class="panel" aria-labelledby="confidences-title">
      <h2 id="confidences-title">Confidences, of the latest outcomes</h2>
      <dl class="figures">
        <Figure name="Accuracy" id="accuracy" value={percent(accuracy)} />
        <Figure name="95 % band" value={band === null ? '–' : `${percent(band.low)} to ${percent(band.high)}`} />
        <Figure name="Always the majority" id="majority" value={percent(majority)} />
        <Figure name="Baseline accuracy" id="baseline" value={percent(monitor?.baseline_accuracy)} />
        <Figure name="Promised accuracy" id="estimated" value={percent(drift?.estimated_accuracy)} />
        <Figure name="Base rate" id="base_rate" value={percent(outcomes.base_rate)} />
        <Figure name="Brier score" id="brier" value={threeDigits(outcomes.brier)} />
        <Figure name="Calibration error" id="ece" value={threeDigits(outcomes.ece)} />
        <Figure name="Outcomes counted" id="n_in_window" value={count(n)} />
      </dl>
      <p class="muted">The band takes outcomes as independent; trades that overlap make it too narrow.</p>
      {outcomes.deciles.length === 0 ? (
        <Empty>No outcome is known yet.</Empty>
      ) : (
        <Calibration deciles={outcomes.deciles} />
      )}
    </section>
  );
}

function Calibration({ deciles }: { deciles: readonly Decile[] }): JSX.Element {
  const option = useMemo(() => {
    const { accent, muted, line, text } = palette();
    const axisLabel = { color: muted };
    return {
      xAxis: {
        type: 'category',
        name: 'confidence',
        nameLocation: 'middle',
        nameGap: 28,
        axisLabel,
        data: deciles.map((d) => percent(d.mean_probability)),
      },
      yAxis: [
        { type: 'value', min: 0, max: 1, axisLabel, splitLine: { lineStyle: { color: line } } },
        { type: 'value', axisLabel, splitLine: { show: false } },
      ],
      series: [
        { name: 'signals', type: 'bar', yAxisIndex: 1, color: line, data: deciles.map((d) => d.n) },
        { name: 'hit rate', type: 'line', color: accent, symbolSize: 8, data: deciles.map((d) => d.hit_rate) },
        {
          name: 'promised',
          type: 'line',
          color: text,
          lineStyle: { type: 'dashed' },
          data: deciles.map((d) => d.mean_probability),
        },
      ],
    };
  }, [deciles]);
  return (
    <>
      <h3>Reliability and hit rate by decile of confidence</h3>
      <EChart label="Hit rate against promised confidence by decile; the table below has the figures" option={option} />
      <Scroll label="Hit rate by decile">
        <table>
          <thead>
            <tr>
              <th scope="col">Confidence</th>
              <th scope="col">Mean</th>
              <th scope="col">Hit rate</th>
              <th scope="col">Signals</th>
            </tr>
          </thead>
          <tbody>
            {deciles.map((d) => (
              <tr key={d.low}>
                <td>{`${percent(d.low)} to ${percent(d.high)}`}</td>
                <td>{percent(d.mean_probability)}</td>
                <td data-cell="hit-rate">{percent(d.hit_rate)}</td>
                <td>{count(d.n)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
