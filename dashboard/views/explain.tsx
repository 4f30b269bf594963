import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { getJson } from '../data/api.ts';
import { opened } from '../data/store.ts';
import { fixed, percent } from '../ui/format.ts';
import { Foreign } from '../ui/text.tsx';

type Numbers = Readonly<Record<string, number>>;
interface Explained {
  readonly features?: Numbers | null;
  readonly explanation?: { readonly base: number; readonly contributions: Numbers } | null;
}

/** One signal in detail: what its size is made of and, where the service tells, what moved the confidence. */
export function Explain(): JSX.Element | null {
  const dialog = useRef<HTMLDialogElement>(null);
  const [told, setTold] = useState<Explained | null>(null);
  const one = opened.value;
  const id = one?.enriched.signal_id ?? null;
  useEffect(() => {
    setTold(null);
    if (id === null) return;
    dialog.current?.showModal();
    let isWanted = true;
    getJson<Explained>(`/v1/signals/${encodeURIComponent(id)}`)
      .then((answer) => isWanted && setTold(answer))
      .catch(() => isWanted && setTold({}));
    return () => {
      isWanted = false;
    };
  }, [id]);
  if (one === null) return null;
  const { enriched } = one;
  const close = (): void => {
    opened.value = null;
  };
  const facts = {
    Confidence: percent(enriched.meta_confidence),
    'Raw confidence': percent(enriched.raw_confidence),
    'Regime weight': fixed(enriched.regime_weight),
    Size: fixed(enriched.size),
  };
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="explain-title">
      <h2 id="explain-title">One signal</h2>
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
      <Pairs title="What moved the confidence" pairs={contributionsOf(told)} isLoading={told === null} />
      <Pairs title="Features" pairs={told?.features ? inWords(told.features) : null} isLoading={told === null} />
      <button type="button" class="dialog-end" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  );
}

function contributionsOf(told: Explained | null): Readonly<Record<string, string>> | null {
  if (!told?.explanation) return null;
  const { base, contributions } = told.explanation;
  const moved = Object.entries(contributions).sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
  const signed = moved.map(([name, by]) => [name, `${by < 0 ? '▼' : '▲'} ${by.toFixed(4)}`]);
  return { base: base.toFixed(4), ...Object.fromEntries(signed) };
}

function inWords(numbers: Numbers): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name.replaceAll('_', ' '), fixed(value)]));
}

interface PairsProps {
  readonly title: string;
  readonly pairs: Readonly<Record<string, string>> | null;
  readonly isLoading?: boolean;
}

function Pairs({ title, pairs, isLoading = false }: PairsProps): JSX.Element {
  return (
    <>
      <h3>{title}</h3>
      {pairs === null ? (
        <p class="muted">{isLoading ? 'Loading …' : 'Not available.'}</p>
      ) : (
        <dl class="pairs">
          {Object.entries(pairs).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}
