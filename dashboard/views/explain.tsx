import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { percent } from '../../src/core/index.ts';
import { ApiError, getJson } from '../data/api.ts';
import { opened } from '../data/store.ts';
import type { Detail, Profile, Shown } from '../data/types.ts';
import { threeDigits } from '../ui/format.ts';
import { Foreign } from '../ui/text.tsx';
import { Contributions, Window } from './signal-charts.tsx';

type Numbers = Readonly<Record<string, number>>;
type Loaded = { readonly detail: Detail } | { readonly failure: string };

/** One signal in detail: what its size is made of, what moved its confidence, and what it saw. */
export function Explain(): JSX.Element | null {
  const dialog = useRef<HTMLDialogElement>(null);
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const one = opened.value;
  const id = one?.enriched.signal_id ?? null;
  useEffect(() => {
    setLoaded(null);
    if (id === null) return;
    dialog.current?.showModal();
    let isWanted = true;
    const show = (next: Loaded): void => {
      if (isWanted) setLoaded(next);
    };
    getJson<Detail>(`/v1/signals/${encodeURIComponent(id)}`)
      .then((detail) => show({ detail }))
      .catch((error: unknown) =>
        show({ failure: error instanceof ApiError ? error.message : 'the service could not be reached' }),
      );
    return () => {
      isWanted = false;
    };
  }, [id]);
  if (one === null) return null;
  const close = (): void => {
    opened.value = null;
  };
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="explain-title" class="explain">
      <h2 id="explain-title">One signal</h2>
      <Head one={one} />
      {loaded === null && <p class="muted">Loading …</p>}
      {loaded !== null && 'failure' in loaded && (
        <p class="banner">
          <Foreign text={loaded.failure} />
        </p>
      )}
      {loaded !== null && 'detail' in loaded && <Body detail={loaded.detail} />}
      <button type="button" class="dialog-end" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  );
}

function Head({ one: { enriched } }: { one: Shown }): JSX.Element {
  const facts = {
    Confidence: percent(enriched.meta_confidence),
    'Raw confidence': percent(enriched.raw_confidence),
    'Regime weight': threeDigits(enriched.regime_weight),
    Toxicity: enriched.toxicity_available ? threeDigits(enriched.toxicity) : '–',
    Size: threeDigits(enriched.size),
  };
  return (
    <>
      <p>
        <Foreign text={enriched.signal_id} />
      </p>
      {enriched.reason !== null && (
        <p>
          {enriched.source}: <Foreign text={enriched.reason} />
        </p>
      )}
      <Pairs title="Answer" pairs={facts} />
      <Pairs title="What the size is made of" pairs={inWords(enriched.size_factors)} />
    </>
  );
}

function Body({ detail }: { detail: Detail }): JSX.Element {
  const { enriched, explanation, explanation_reason: reason, features, profiles, bars, barriers, outcome } = detail;
  return (
    <>
      <h3>What moved the confidence</h3>
      {explanation === null ? (
        <p class="muted">
          There is no explanation: <Foreign text={reason ?? 'unknown'} />.
        </p>
      ) : (
        <>
          <Contributions {...explanation} confidence={enriched.meta_confidence} />
          <p class="muted">
            {percent(explanation.base)} where nothing is known, and {percent(enriched.meta_confidence)} with every
            feature. Each bar is exact (Shapley); together they add up.
          </p>
        </>
      )}
      <h3>Its features, and the rows the model was trained on</h3>
      {features === null ? (
        <p class="muted">None were asked for.</p>
      ) : (
        <Features features={features} profiles={profiles} />
      )}
      <h3>The bars it saw</h3>
      <Window bars={bars} barriers={barriers} />
      <p>{outcome === null ? 'No outcome is known.' : outcomeInWords(outcome)}</p>
    </>
  );
}

function outcomeInWords(ended: NonNullable<Detail['outcome']>): string {
  const { outcome, label, return: ret, net, coin, cost_bps: cost } = ended;
  const paid = label === null ? '' : label === 1 ? ', it paid' : ', it did not pay';
  const earned = ret === null ? '' : ` (${percent(ret, 3)} ${net ? 'after' : 'before'} costs of ${cost.toFixed(1)} bp)`;
  const beside = coin === null ? '' : ` A coin earned ${percent(coin, 3)} there.`;
  return `Outcome: ${outcome.replaceAll('_', ' ')}${paid}${earned}.${beside}`;
}

interface FeaturesProps {
  readonly features: Numbers;
  readonly profiles: Readonly<Record<string, Profile>> | null;
}

function Features({ features, profiles }: FeaturesProps): JSX.Element {
  return (
    <table class="features">
      <thead>
        <tr>
          <th scope="col">Feature</th>
          <th scope="col">Value</th>
          <th scope="col">Training rows below</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(features).map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name.replaceAll('_', ' ')}</th>
            <td>{value.toPrecision(4)}</td>
            <td>{profiles?.[name] ? <Place value={value} profile={profiles[name]} /> : 'not known'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Between which shares of the training rows a value lies; the model file has their deciles. */
function Place({ value, profile: { edges, shares, low, high } }: { value: number; profile: Profile }): JSX.Element {
  const bin = edges.filter((edge) => edge < value).length;
  const below = shares.slice(0, bin).reduce((total, share) => total + share, 0);
  const upTo = Math.min(1, below + shares[bin]);
  const words = `${Math.round(100 * below)}–${Math.round(100 * upTo)} %`;
  const isOutside = value < low || value > high;
  return (
    <>
      <meter min={0} max={1} value={(below + upTo) / 2} aria-label={words} /> {words}
      {isOutside && ' ⚠ far outside'}
    </>
  );
}

function inWords(numbers: Numbers): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [name.replaceAll('_', ' '), threeDigits(value)]),
  );
}

function Pairs({ title, pairs }: { title: string; pairs: Readonly<Record<string, string>> }): JSX.Element {
  return (
    <>
      <h3>{title}</h3>
      <dl class="pairs">
        {Object.entries(pairs).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
