import type { JSX } from 'preact';
import { status, triggers } from '../data/store.ts';
import type { RetrainProgress, Trigger } from '../data/types.ts';
import { moment } from '../ui/format.ts';
import { Empty, Foreign, Scroll } from '../ui/text.tsx';

/** Retrainings: how far the one on its way has come, and every one before with its moves. */
export function Triggers(): JSX.Element {
  const { retrain = null, shadow = null } = status.value ?? {};
  return (
    <section class="panel" aria-labelledby="retrain-title">
      <h2 id="retrain-title">Retraining</h2>
      {retrain?.progress && <Progress progress={retrain.progress} />}
      {shadow !== null && (
        <p>
          In shadow: <Foreign text={shadow.version} />, {shadow.outcomes} of {shadow.wanted} outcomes.
        </p>
      )}
      <History known={triggers.value} />
    </section>
  );
}

function Progress({ progress }: { progress: RetrainProgress }): JSX.Element {
  const { stage, share, seconds_left: left } = progress;
  const words = `${stage}, ${Math.floor(100 * share)} %${left === null ? '' : `, ${timeLeft(left)} left`}`;
  return (
    <p class="progress">
      <progress value={share} max={1} aria-label="Training" /> <span data-figure="retrain-progress">{words}</span>
    </p>
  );
}

function timeLeft(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

const HEAD = ['Begun', 'Reason', 'Priority', 'State', 'Moves', 'What came of it'];

function History({ known }: { known: readonly Trigger[] | null }): JSX.Element {
  if (known === null) return <Empty>Loading …</Empty>;
  if (known.length === 0) return <Empty>None was asked for, and none was due.</Empty>;
  return (
    <Scroll label="Table of retrainings">
      <table>
        <thead>
          <tr>
            {HEAD.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {known.map((trigger) => (
            <Row key={trigger.trigger_id} trigger={trigger} />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

const PRIORITIES: Readonly<Record<number, string>> = { 1: 'high', 2: 'medium', 3: 'low' };

function Row({ trigger }: { trigger: Trigger }): JSX.Element {
  const { trigger_id: id, reason, detector, priority, state, moves } = trigger;
  const begun = Date.parse(moves[0].at);
  const steps = moves.map(({ state: to, at }) => `${to} +${((Date.parse(at) - begun) / 1000).toFixed(1)} s`);
  const said = moves.flatMap(({ note }) => note ?? []).at(-1) ?? '–';
  return (
    <tr data-trigger={id}>
      <td>
        <time>{moment(begun)}</time>
      </td>
      <td>{[reason, detector].flatMap((word) => word?.replaceAll('_', ' ') ?? []).join(': ')}</td>
      <td>{PRIORITIES[priority] ?? priority}</td>
      <td data-state>{state}</td>
      <td>{steps.slice(1).join(' → ')}</td>
      <td class="wide">
        <Foreign text={said} />
      </td>
    </tr>
  );
}
