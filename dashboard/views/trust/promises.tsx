import type { JSX } from 'preact';
import { count, percent } from '../../../src/core/index.ts';
import type { Banded, PromiseFigures, PromiseGroup } from '../../data/types.ts';
import { moment } from '../../ui/format.ts';
import { ofR, signed, withMinus } from '../../ui/number-words.ts';
import { Scroll } from '../../ui/text.tsx';

/** Promise, result and coin on one line each: of what was taken, and of all that was judged. */
export function PromiseStrips({ figures }: { figures: PromiseFigures }): JSX.Element | null {
  const { taken, judged } = figures;
  const groups = [
    { name: 'Taken', group: taken },
    { name: 'All judged', group: judged },
  ].filter(({ group }) => group.n > 0);
  if (groups.length === 0) return null;
  const reach = 1.1 * Math.max(0.05, ...groups.flatMap(({ group }) => placesOf(group).map(Math.abs)));
  return (
    <figure class="strips">
      {groups.map(({ name, group }) => (
        <Strip key={name} name={name} group={group} reach={reach} />
      ))}
      <Axis reach={reach} />
      <figcaption class="muted">
        A trade, over a coin and after costs, in R (1 R is the distance to the stop, or ATR(14) without one). ◆
        promised, ● realised with its band, ▽ a coin, │ nothing earned and nothing lost.
      </figcaption>
    </figure>
  );
}

function placesOf({ promised_r: promised, cost_r: cost, realised_r: realised }: PromiseGroup): number[] {
  const { mean, low, high } = realised;
  const middle = mean ?? 0;
  return [promised ?? 0, -(cost ?? 0), middle, low ?? middle, high ?? middle];
}

function Strip({ name, group, reach }: { name: string; group: PromiseGroup; reach: number }): JSX.Element {
  const { promised_r: promised, cost_r: cost, realised_r: realised } = group;
  const at = placeIn(reach);
  const { mean, low, high } = realised;
  const words = `${name}: promised ${ofR(promised)}, realised ${bandOf(realised, 2, 'R')}, a coin ${ofR(cost === null ? null : -cost)}`;
  return (
    <div class="strip-row">
      <span class="strip-name">{name}</span>
      <div class="strip" role="img" aria-label={words}>
        <i class="strip-zero" />
        {low !== null && high !== null && (
          <i class="strip-band" style={{ left: at(low), width: `${(50 * (high - low)) / reach}%` }} />
        )}
        {cost !== null && (
          <i class="strip-mark coin" style={{ left: at(-cost) }}>
            ▽
          </i>
        )}
        {promised !== null && (
          <i class="strip-mark promised" style={{ left: at(promised) }}>
            ◆
          </i>
        )}
        {mean !== null && (
          <i class="strip-mark realised" style={{ left: at(mean) }}>
            ●
          </i>
        )}
      </div>
    </div>
  );
}

/** Where a number of R stands between both ends of the scale. */
function placeIn(reach: number): (value: number) => string {
  return (value) => `${50 + (50 * value) / reach}%`;
}

/** The scale of all strips, in numbers. */
function Axis({ reach }: { reach: number }): JSX.Element {
  const at = placeIn(reach);
  return (
    <div class="strip-row" aria-hidden="true">
      <span class="strip-name" />
      <div class="strip-axis">
        {ticksWithin(reach).map((tick) => (
          <span key={tick} class="strip-tick" style={{ left: at(tick) }}>
            {ofR(tick)}
          </span>
        ))}
      </div>
    </div>
  );
}

/** Round numbers from one end to the other, and 0 among them: three or five. */
function ticksWithin(reach: number): number[] {
  const power = 10 ** Math.floor(Math.log10(reach / 2));
  const step = ([5, 2, 1].find((factor) => factor * power <= reach / 2) ?? 1) * power;
  const most = Math.min(2, Math.floor(reach / step));
  return Array.from({ length: 2 * most + 1 }, (_, k) => (k - most) * step);
}

interface Line {
  readonly name: string;
  readonly id: string;
  readonly textOf: (group: PromiseGroup) => string;
}

const inR = (value: number | null): string => ofR(value);
const LINES: readonly Line[] = [
  { name: 'Outcomes', id: 'n', textOf: ({ n }) => count(n) },
  { name: 'Promised a trade', id: 'promised', textOf: ({ promised_r: promised }) => inR(promised) },
  {
    name: 'Realised a trade',
    id: 'realised',
    textOf: ({ realised_r: of }) => bandOf(of, 2, 'R'),
  },
  { name: 'Realised less promised', id: 'gap', textOf: ({ gap_r: of }) => bandOf(of, 2, 'R') },
  { name: 'A coin there', id: 'coin', textOf: ({ cost_r: cost }) => inR(cost === null ? null : -cost) },
  {
    name: 'Over the coin, before costs',
    id: 'excess-r',
    textOf: ({ excess_r: of }) => bandOf(of, 2, 'R'),
  },
  {
    name: 'The same in bp',
    id: 'excess-bps',
    textOf: ({ excess_bps: of }) => bandOf(of, 1, 'bp'),
  },
  { name: 'Skill against a constant', id: 'skill', textOf: ({ skill }) => (skill === null ? '–' : skillText(skill)) },
  {
    name: 'The best constant, afterwards',
    id: 'hindsight',
    textOf: ({ skill }) => (skill === null ? '–' : share(skill.hindsight)),
  },
  { name: 'Lag for overlap', id: 'lag', textOf: ({ realised_r: { lag } }) => count(lag) },
];

/** The figures behind the sentence; what was taken beside all that was judged. */
export function PromiseTable({ figures }: { figures: PromiseFigures }): JSX.Element {
  const { n_outcomes: n, n_left_out: nLeftOut, first_entry_ts: first, last_entry_ts: last } = figures;
  return (
    <section class="panel" aria-labelledby="promises-title">
      <h2 id="promises-title">Promised and realised, since the model began to serve</h2>
      <Scroll label="Promised and realised">
        <table class="money promises">
          <thead>
            <tr>
              <td />
              <th scope="col">Taken</th>
              <th scope="col">All judged</th>
            </tr>
          </thead>
          <tbody>
            {LINES.map(({ name, id, textOf }) => (
              <tr key={id}>
                <th scope="row">{name}</th>
                <td data-figure={`${id}-taken`}>{textOf(figures.taken)}</td>
                <td data-figure={`${id}-judged`}>{textOf(figures.judged)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p class="muted">
        {first !== null &&
          last !== null &&
          `Entries from ${moment(first / 1e6)} to ${moment(last / 1e6)}, out of the journal. `}
        {`${count(n)} outcomes are known${nLeftOut === 0 ? '' : `, ${count(nLeftOut)} of them without a promise or a coin`}; trades that are open are not among them. `}
        In brackets: bands that hold the truth with 90 %, however often you look, and allow for trades that overlap.
        Skill is 1 − log loss / log loss of the share of training labels that won: that constant has 0.
      </p>
    </section>
  );
}

function bandOf({ mean, low, high }: Banded, digits: number, unit: 'R' | 'bp'): string {
  if (mean === null) return '–';
  if (low === null || high === null) return `${signed(mean, digits)} ${unit}`;
  return `${signed(mean, digits)} [${signed(low, digits)}, ${signed(high, digits)}] ${unit}`;
}

function skillText({ skill, low, high }: NonNullable<PromiseGroup['skill']>): string {
  return low === null || high === null ? share(skill) : `${share(skill)} [${share(low)}, ${share(high)}]`;
}

function share(value: number): string {
  return withMinus(percent(value, 2));
}
