import type { JSX } from 'preact';
import type { Descendant } from '../../data/types.ts';
import { moment } from '../../ui/format.ts';
import { basisPoints } from '../../ui/number-words.ts';
import { Empty, Foreign } from '../../ui/text.tsx';

/** Characters of a reason that are shown. */
const REASON = 240;

/** Every model that served or is kept: what it came from, what it claims, and why its time ended. */
export function Descent({ models }: { models: readonly Descendant[] | null }): JSX.Element {
  return (
    <section class="panel" aria-labelledby="descent-title">
      <h2 id="descent-title">Line of descent</h2>
      {models === null ? (
        <Empty>Loading …</Empty>
      ) : models.length === 0 ? (
        <Empty>No model was ever kept here.</Empty>
      ) : (
        <ol class="descent">
          {models.toReversed().map((model) => (
            <Model key={model.version} model={model} />
          ))}
        </ol>
      )}
    </section>
  );
}

type ServiceTime = Descendant['served'][number];

function Model({ model }: { model: Descendant }): JSX.Element {
  const { version, parent, claims, quarantined, served } = model;
  const serves = served.at(-1)?.end === 'serves';
  return (
    <li class={serves ? 'serves' : served.length === 0 ? 'aside' : ''} data-descendant={version}>
      <p>
        <strong>
          {serves ? '★ ' : served.length === 0 ? '◌ ' : '● '}
          <Foreign text={version} />
        </strong>{' '}
        {parent === null ? 'without a parent' : 'from '}
        {parent !== null && <Foreign text={parent} />}
        {': '}
        {claims === null ? 'no longer kept' : claimsInWords(claims)}
      </p>
      {served.length === 0 && (
        <p class="muted">
          never served{quarantined === null ? '' : ': '}
          {quarantined !== null && <Foreign text={quarantined} limit={REASON} />}
        </p>
      )}
      {served.map((time) => (
        <Time key={time.since} time={time} />
      ))}
    </li>
  );
}

/** The verdict of its training, and what cost it was shown to pay, where the verdict does not say it. */
function claimsInWords({ verdict, headline, pays_up_to_bps: bps }: NonNullable<Descendant['claims']>): string {
  if (verdict === 'edge') return headline.word;
  return `${headline.word}; shown to pay ${bps === null || bps === 0 ? 'nothing' : `up to ${basisPoints(bps)}`}`;
}

const ENDS: Readonly<Record<ServiceTime['end'], string>> = {
  serves: 'serves',
  replaced: 'replaced by',
  rolled_back: '↩ rolled back to',
};

function Time({ time }: { time: ServiceTime }): JSX.Element {
  const { since, until, why, end, next, ended_because: because, proof_ended: proof } = time;
  return (
    <>
      <p class="muted">
        <time>{moment(Date.parse(since))}</time> <Foreign text={why} limit={REASON} />
      </p>
      {proof !== null && (
        <p class="muted">
          ▲ <time>{moment(Date.parse(proof.at))}</time> <Foreign text={proof.why} limit={REASON} />
        </p>
      )}
      {until !== null && (
        <p class="muted">
          <time>{moment(Date.parse(until))}</time> {ENDS[end]} <Foreign text={next ?? '–'} />
          {because !== null && ': '}
          {because !== null && <Foreign text={because} limit={REASON} />}
        </p>
      )}
    </>
  );
}
