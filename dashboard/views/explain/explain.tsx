import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { fixed, percent } from '../../../src/core/index.ts';
import { ApiError, getJson } from '../../data/api.ts';
import { opened } from '../../data/store.ts';
import type { Detail, Profile } from '../../data/types.ts';
import { outcomeInFull } from '../../ui/outcome-words.ts';
import { Foreign } from '../../ui/text.tsx';
import { Beside, Decision } from './decision.tsx';
import { Contributions, Window } from './signal-charts.tsx';
import { Size } from './size.tsx';

type Numbers = Readonly<Record<string, number>>;
/** The column that is the probability of the signal. */
const SENT_PROBABILITY = 'signal_probability';

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
  const detail = detailOf(loaded);
  const close = (): void => {
    opened.value = null;
  };
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="explain-title" class="explain">
      <header>
        <h2 id="explain-title">One signal</h2>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      <Decision answer={one.enriched} detail={detail} />
      <Size answer={one.enriched} />
      {loaded === null && <p class="muted">Loading …</p>}
      {loaded !== null && 'failure' in loaded && (
        <p class="banner">
          <Foreign text={loaded.failure} />
        </p>
      )}
      {detail !== null && <Body detail={detail} />}
    </dialog>
  );
}

function detailOf(loaded: Loaded | null): Detail | null {
  return loaded !== null && 'detail' in loaded ? loaded.detail : null;
}

function Body({ detail }: { detail: Detail }): JSX.Element {
  const { enriched, explanation, explanation_reason: reason, features, profiles, bars, barriers, outcome } = detail;
  const { column_values: columns } = detail;
  return (
    <>
      <h3>What moved the confidence</h3>
      {explanation === null ? (
        <p class="muted">
          There is no explanation: <Foreign text={reason ?? 'unknown'} />.
        </p>
      ) : (
        <Moved explanation={explanation} answer={enriched} />
      )}
      <h3>Its features, and the rows the model was trained on</h3>
      {features === null ? (
        <p class="muted">None were asked for.</p>
      ) : (
        <Features features={features} profiles={profiles} />
      )}
      {features === null && columns !== null && <Columns values={columns} />}
      <h3>Beside the decision</h3>
      <Beside answer={enriched} />
      <Sent detail={detail} />
      <h3>The bars it saw</h3>
      {bars.close.length === 0 ? <p class="muted">None was held.</p> : <Window bars={bars} barriers={barriers} />}
      <p>{outcome === null ? 'No outcome is known.' : outcomeInFull(outcome)}</p>
    </>
  );
}

interface MovedProps {
  readonly explanation: NonNullable<Detail['explanation']>;
  readonly answer: Detail['enriched'];
}

/** What each feature moved: the confidence, or, with more features than that can be exact for, the raw probability. */
function Moved({ explanation, answer }: MovedProps): JSX.Element {
  const { base, contributions, contributions_reason: reason, raw_base: rawBase, raw_contributions: raw } = explanation;
  const { meta_confidence: confidence, raw_confidence: rawConfidence } = answer;
  if (contributions !== null) {
    return (
      <>
        <Contributions base={base} contributions={contributions} end={confidence} axis="confidence" />
        <p class="muted">
          {percent(base)} where nothing is known, and {percent(confidence)} with every feature. Each bar is exact
          (Shapley); together they add up.
        </p>
      </>
    );
  }
  if (explanation.raw_unit === 'log_odds') {
    const end = Object.values(raw).reduce((sum, by) => sum + by, rawBase);
    return (
      <>
        <Contributions base={rawBase} contributions={raw} end={end} axis="log-odds of the raw confidence" />
        <p class="muted" data-figure="raw-only">
          These bars are of the log-odds of the raw confidence, before calibration: {fixed(rawBase)} where nothing is
          known, and {fixed(end)} with every feature, which is a raw confidence of {percent(rawConfidence)}, and{' '}
          {percent(confidence)} after calibration. Each is exact (Shapley); together they add up.{' '}
          <Foreign text={`${reason}.`} />
        </p>
      </>
    );
  }
  return (
    <>
      <Contributions base={rawBase} contributions={raw} end={rawConfidence ?? rawBase} axis="raw confidence" />
      <p class="muted" data-figure="raw-only">
        These bars are of the raw confidence, before calibration: {percent(rawBase)} where nothing is known, and{' '}
        {percent(rawConfidence)} with every feature, {percent(confidence)} after it. Each is exact (Shapley); together
        they add up. <Foreign text={`${reason}.`} />
      </p>
    </>
  );
}

/** The probability that came with the signal, and what became of it. */
function Sent({ detail: { column_values: columns, features, enriched } }: { detail: Detail }): JSX.Element | null {
  const sent = columns?.[SENT_PROBABILITY] ?? null;
  if (sent === null) return null;
  const isRead = features !== null && SENT_PROBABILITY in features;
  const became = isRead ? `calibrated ${percent(enriched.meta_confidence)}` : 'no model read it';
  return (
    <p data-figure="sent-probability">
      The probability that came with it: {percent(sent)}; {became}.
    </p>
  );
}

/** What was read of the sender's columns: one that was missing is why no model was asked. */
function Columns({ values }: { values: NonNullable<Detail['column_values']> }): JSX.Element {
  return (
    <table class="features">
      <thead>
        <tr>
          <th scope="col">Column</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(values).map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name.replaceAll('_', ' ')}</th>
            <td>{value === null ? 'missing' : value.toPrecision(4)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
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
