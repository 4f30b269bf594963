import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { count, percent } from '../../src/core/index.ts';
import { wilsonInterval } from '../../src/math/index.ts';
import { accuracyHistory, status } from '../data/store.ts';
import type { Decile, ServingModel } from '../data/types.ts';
import { palette } from '../ui/colors.ts';
import { EChart } from '../ui/echart.tsx';
import { moment, threeDigits } from '../ui/format.ts';
import { basisPoints } from '../ui/number-words.ts';
import { Empty, Figure, Scroll } from '../ui/text.tsx';
import { MoneyPanel } from './money.tsx';

export function Trust(): JSX.Element {
  const current = status.value;
  if (current === null) return <Empty>Loading …</Empty>;
  const { outcomes, monitor, drift, serving } = current;
  const { accuracy, n_in_window: n } = outcomes;
  const band = accuracy === null ? null : wilsonInterval(accuracy, n);
  const majority = outcomes.base_rate === null ? null : Math.max(outcomes.base_rate, 1 - outcomes.base_rate);
  return (
    <>
      <section class="panel" aria-labelledby="trust-title">
        <h2 id="trust-title">May it be believed?</h2>
        {serving == null ? null : (
          <p data-figure="verdict">
            <strong>{serving.headline.word}</strong>. {serving.headline.sentence}
          </p>
        )}
        {serving == null ? null : <Proven serving={serving} />}
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
      </section>
      <Accuracy />
      {outcomes.deciles.length === 0 ? (
        <section class="panel" aria-labelledby="calibration-title">
          <h2 id="calibration-title">Reliability and hit rate by decile of confidence</h2>
          <Empty>No outcome is known yet.</Empty>
        </section>
      ) : (
        <Calibration deciles={outcomes.deciles} />
      )}
      <MoneyPanel />
    </>
  );
}

/** What decides while `sizing.trust` asks for a proof; a model that took another's place by its own merit keeps what was proven of that. */
function Proven({ serving }: { serving: ServingModel }): JSX.Element {
  const { proven_up_to_bps: own, primary_proven_up_to_bps: primary } = serving;
  const isNothing = own == null && primary == null;
  return (
    <p data-figure="proven">
      <strong>Proven to pay:</strong>{' '}
      {isNothing
        ? 'nothing. Where sizing.trust asks for a proof, no signal is taken.'
        : `${provenOf('signals that the model takes', own)}; ${provenOf('all signals of its primary', primary)}.`}
    </p>
  );
}

function provenOf(what: string, bps: number | null | undefined): string {
  return bps == null ? `not ${what}` : `${what}, up to ${basisPoints(bps)} a round trip`;
}

function Accuracy(): JSX.Element {
  const history = accuracyHistory.value;
  const baseline = status.value?.monitor?.baseline_accuracy ?? null;
  const option = useMemo(() => {
    const { accent, muted, line } = palette();
    const flat = history.map(() => baseline);
    const bands = history.map((at) => wilsonInterval(at.accuracy, at.n));
    const edge = (name: string, data: number[]) => ({
      name,
      type: 'line',
      showSymbol: false,
      color: accent,
      data,
      lineStyle: { type: 'dotted', width: 1 },
    });
    return {
      xAxis: { type: 'category', data: history.map(({ atMs }) => moment(atMs).slice(11)), axisLabel: { color: muted } },
      yAxis: { type: 'value', scale: true, axisLabel: { color: muted }, splitLine: { lineStyle: { color: line } } },
      series: [
        {
          name: 'accuracy',
          type: 'line',
          showSymbol: history.length < 3,
          color: accent,
          data: history.map((at) => at.accuracy),
        },
        edge(
          'at most',
          bands.map(({ high }) => high),
        ),
        edge(
          'at least',
          bands.map(({ low }) => low),
        ),
        { name: 'baseline', type: 'line', showSymbol: false, color: muted, lineStyle: { type: 'dashed' }, data: flat },
      ],
    };
  }, [history, baseline]);
  return (
    <section class="panel" aria-labelledby="accuracy-title">
      <h2 id="accuracy-title">Rolling accuracy since this page opened</h2>
      {history.length === 0 ? (
        <Empty>No outcome is known yet.</Empty>
      ) : (
        <>
          <EChart label="Rolling accuracy over time with its 95 % band dotted, the baseline dashed" option={option} />
          <p class="muted">Dotted: its 95 % band. Dashed: the accuracy of the walk-forward.</p>
        </>
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
    <section class="panel" aria-labelledby="calibration-title">
      <h2 id="calibration-title">Reliability and hit rate by decile of confidence</h2>
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
    </section>
  );
}
