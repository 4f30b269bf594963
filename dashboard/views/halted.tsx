import type { JSX } from 'preact';
import { status } from '../data/store.ts';
import { moment } from '../ui/format.ts';
import { Foreign } from '../ui/text.tsx';

/** Characters of the reason that are shown; the title has more. */
const REASON_SHOWN = 200;

/** Says over everything else that the service bets nothing, since when, why, and how that ends; nothing where it is not halted. */
export function Halted(): JSX.Element | null {
  const halt = status.value?.halted;
  if (halt == null) return null;
  return (
    <section class="halted" role="alert" aria-labelledby="halted-title">
      <span class="stop-sign" aria-hidden="true">
        STOP
      </span>
      <div>
        <h2 id="halted-title">HALTED: nothing is bet</h2>
        <p>
          No signal is taken and every size is 0, since{' '}
          <strong data-figure="halted">{moment(Date.parse(halt.since))}</strong>
          {halt.reason === null ? '. No reason was given.' : '. Reason: '}
          {halt.reason !== null && <Foreign text={halt.reason} limit={REASON_SHOWN} />}
        </p>
        {!halt.recorded && (
          <p>
            <strong>Not written down yet: a restart would end it.</strong>
          </p>
        )}
        <p>
          To bet again: <code>ml4t resume</code>, or <code>POST /v1/resume</code>.
        </p>
      </div>
    </section>
  );
}
