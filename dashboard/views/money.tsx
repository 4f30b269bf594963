import type { JSX } from 'preact';
import { count, percent } from '../../src/core/index.ts';
import { type Money, moneyOf } from '../data/money.ts';
import { shown } from '../data/store.ts';
import { withMinus } from '../ui/number-words.ts';
import { Empty } from '../ui/text.tsx';

const GROUPS = ['all', 'taken', 'left'] as const;

interface Line {
  readonly name: string;
  readonly id: string;
  readonly textOf: (money: Money) => string;
}

const sum = (of: (money: Money) => number): Line['textOf'] => {
  return (money) => (money.n === 0 ? '–' : withMinus(percent(of(money), 2)));
};
const LINES: readonly Line[] = [
  { name: 'Signals that have ended', id: 'n', textOf: ({ n }) => count(n) },
  { name: 'At size 1', id: 'booked', textOf: sum(({ gross }) => gross) },
  { name: 'A coin at the same signals', id: 'coin', textOf: sum(({ coin }) => coin) },
  { name: 'Over the coin', id: 'excess', textOf: sum(({ excess }) => excess) },
  { name: 'At size 1, after costs', id: 'net', textOf: sum(({ net }) => net) },
  { name: 'Sized as answered, after costs', id: 'sized', textOf: sum(({ sized }) => sized) },
];

/** What the signals on this page earned; those taken beside those left. */
export function MoneyPanel(): JSX.Element {
  const money = moneyOf(shown.value);
  return (
    <section class="panel" aria-labelledby="money-title">
      <h2 id="money-title">Money, of the outcomes on this page</h2>
      {money.all.n === 0 ? (
        <Empty>No signal on this page has ended on both sides yet.</Empty>
      ) : (
        <table class="money">
          <thead>
            <tr>
              <td />
              <th scope="col">All</th>
              <th scope="col">Taken</th>
              <th scope="col">Not taken</th>
            </tr>
          </thead>
          <tbody>
            {LINES.map(({ name, id, textOf }) => (
              <tr key={id}>
                <th scope="row">{name}</th>
                {GROUPS.map((group) => (
                  <td key={group} data-figure={`${id}-${group}`}>
                    {textOf(money[group])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p class="muted">
        Sums, not compounded; before costs where nothing else is said. A coin earns the mean of both sides of a signal.
      </p>
    </section>
  );
}
