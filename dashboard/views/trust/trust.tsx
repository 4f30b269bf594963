import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { every } from '../../data/ask.ts';
import { loadTrust } from '../../data/load.ts';
import { status, trust } from '../../data/store.ts';
import type { ServingModel, TrustReport } from '../../data/types.ts';
import { basisPoints, unbroken } from '../../ui/number-words.ts';
import { Empty } from '../../ui/text.tsx';
import { TRUST_WORDS } from '../../ui/trust-words.ts';
import { MoneyPanel } from '../money.tsx';
import { Confidences } from './confidences.tsx';
import { Descent } from './descent.tsx';
import { FeatureShifts } from './feature-shifts.tsx';
import { PromiseStrips, PromiseTable } from './promises.tsx';

/** Time between two questions, milliseconds. The service answers from memory while no outcome came. */
const TRUST_MS = 5000;

/** Whether the serving model may be believed: in one sentence, in one picture, and then in figures. */
export function Trust(): JSX.Element {
  useEffect(() => every(TRUST_MS, loadTrust), []);
  const report = trust.value;
  const serving = status.value?.serving ?? null;
  return (
    <>
      <section class="panel" aria-labelledby="trust-title">
        <h2 id="trust-title">May it be believed?</h2>
        {report === null ? <Empty>Loading …</Empty> : <Verdict report={report} />}
        {serving !== null && (
          <p data-figure="verdict">
            <strong>Of its training: {serving.headline.word}</strong>. {serving.headline.sentence}
          </p>
        )}
        {serving !== null && <Proven serving={serving} />}
      </section>
      {report?.figures != null && <PromiseTable figures={report.figures} />}
      <Descent models={report?.models ?? null} />
      <FeatureShifts report={report} />
      <Confidences />
      <MoneyPanel />
    </>
  );
}

function Verdict({ report }: { report: TrustReport }): JSX.Element {
  const { verdict, sentence, because, figures } = report;
  const { word, sign, tone } = TRUST_WORDS[verdict];
  return (
    <>
      <p class={`trust-verdict ${tone}`} data-verdict={verdict}>
        <strong class="trust-word">
          <span aria-hidden="true">{sign} </span>
          {word}
        </strong>{' '}
        <span data-figure="trust">{unbroken(sentence)}</span>
      </p>
      {because.length > 0 && (
        <ul class="trust-because">
          {because.map((reason) => (
            <li key={reason}>{unbroken(reason)}</li>
          ))}
        </ul>
      )}
      {figures !== null && <PromiseStrips figures={figures} />}
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
