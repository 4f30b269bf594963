import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { count } from '../../src/core/index.ts';
import { ApiError, postJson } from '../data/api.ts';
import { loadModels } from '../data/load.ts';
import { happened, instrument, models, note, problem } from '../data/store.ts';
import type { Model } from '../data/types.ts';
import { moment, threeDigits } from '../ui/format.ts';
import { Empty, Foreign, Scroll } from '../ui/text.tsx';
import { Decay } from './decay.tsx';
import { Triggers } from './triggers.tsx';

interface Move {
  readonly question: string;
  readonly path: string;
  readonly body: unknown;
}

async function make(move: Move): Promise<void> {
  try {
    await postJson(move.path, move.body);
    note(`asked: ${move.question}`);
    await loadModels();
  } catch (error) {
    problem.value = error instanceof ApiError ? error.message : 'the service could not be reached';
  }
}

export function Life(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [move, setMove] = useState<Move | null>(null);
  const ask = (next: Move): void => {
    setMove(next);
    dialog.current?.showModal();
  };
  const confirm = (): void => {
    dialog.current?.close();
    if (move !== null) void make(move);
  };
  const chosen = instrument.value;
  const retrain = {
    question: 'Train a new model now?',
    path: '/v1/retrain',
    body: chosen === null ? {} : { instrument_id: chosen },
  };
  return (
    <>
      <section class="panel" aria-labelledby="models-title">
        <header>
          <h2 id="models-title">Models</h2>
          <button type="button" onClick={() => ask(retrain)}>
            Retrain …
          </button>
        </header>
        <Models ask={ask} />
      </section>
      <Decay />
      <Triggers />
      <section class="panel" aria-labelledby="happened-title">
        <h2 id="happened-title">What happened while this page was open</h2>
        {happened.value.length === 0 ? (
          <Empty>Nothing yet.</Empty>
        ) : (
          <ol class="happened">
            {happened.value.map(({ atMs, text }) => (
              <li key={`${atMs} ${text}`}>
                <time>{moment(atMs)}</time> <Foreign text={text} />
              </li>
            ))}
          </ol>
        )}
      </section>
      <dialog ref={dialog} aria-labelledby="confirm-title">
        <h2 id="confirm-title">{move?.question ?? 'Sure?'}</h2>
        <div class="buttons dialog-end">
          <button type="button" onClick={confirm}>
            Yes
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            No
          </button>
        </div>
      </dialog>
    </>
  );
}

function roleOf(model: Model): string {
  if (model.is_champion) return '★ serves';
  if (model.is_shadow) return '◌ shadow';
  return model.is_predecessor ? '↩ before' : 'kept';
}

function Models({ ask }: { ask: (move: Move) => void }): JSX.Element {
  const known = models.value;
  if (known === null) return <Empty>Loading …</Empty>;
  if (known.length === 0) return <Empty>No model is kept. Signals get the default confidence; train one.</Empty>;
  const path = (model: Model, move: string): string => `/v1/models/${encodeURIComponent(model.version)}/${move}`;
  return (
    <Scroll label="Table of models">
      <table>
        <thead>
          <tr>
            {['Version', 'Role', 'Move', 'Verdict', 'AUC (a coin 0.5)', 'Samples'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {known.map((model) => (
            <tr key={model.version} data-model={model.version}>
              <td>
                <Foreign text={model.version} />
              </td>
              <td>{roleOf(model)}</td>
              <td>
                {model.is_champion ? (
                  <button
                    type="button"
                    onClick={() =>
                      ask({
                        question: `Take ${model.version} back, and quarantine it?`,
                        path: path(model, 'rollback'),
                        body: {},
                      })
                    }
                  >
                    Roll back …
                  </button>
                ) : (
                  <button
                    type="button"
                    onClick={() =>
                      ask({
                        question: `Let ${model.version} serve? ${model.headline.word}. ${model.headline.sentence}`,
                        path: path(model, 'promote'),
                        body: {},
                      })
                    }
                  >
                    Promote …
                  </button>
                )}
              </td>
              <td data-cell="verdict" title={model.headline.sentence}>
                {model.headline.word}
              </td>
              <td>{threeDigits(model.auc)}</td>
              <td>{model.n_samples === null ? '–' : count(model.n_samples)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
