import type { JSX } from 'preact';
import { verdictOf } from '../../data/decision.ts';
import type { Answer } from '../../data/types.ts';
import { threeDigits } from '../../ui/format.ts';
import { withMinus } from '../../ui/number-words.ts';

type Method = NonNullable<Answer['size_method']>;

const METHODS: Readonly<Record<Method, string>> = {
  afml: 'The bet is López de Prado’s, 2Φ(z) − 1 of the distance to break-even.',
  kelly: 'The bet is Kelly’s share of capital at risk (1 R a trade), over the mean number of open trades.',
  linear: 'The bet is the share of the way from break-even to certainty.',
  integrated: 'The bet is the confidence.',
  own: 'Your own sizer sets this size, and names its factors.',
};
const NAMES: Readonly<Record<string, string>> = {
  magnitude: 'strength',
  non_toxicity: '1 − toxicity',
  fractional_kelly: 'fractional Kelly',
};

/** The factors of a size, whose product it is where the size is ours. */
export function Size({ answer }: { answer: Answer }): JSX.Element {
  const { size, size_method: method } = answer;
  const factors = Object.entries(answer.size_factors);
  const product = factors.reduce((total, [, value]) => total * value, 1);
  const isOwn = method === 'own';
  const isLimited = !isOwn && Math.abs(product - size) > 1e-9;
  return (
    <>
      <h3>What the size is made of</h3>
      <p>{methodInWords(answer)}</p>
      <table class="factors">
        <tbody>
          {factors.map(([name, value], i) => (
            <tr key={name}>
              <th scope="row">
                {!isOwn && <span class="times">{i === 0 ? '' : '×'}</span>} {NAMES[name] ?? name.replaceAll('_', ' ')}
              </th>
              <td data-factor={name}>{factorText(value)}</td>
              <td class="muted">{remark(name, value, answer)}</td>
            </tr>
          ))}
          {isLimited && (
            <tr>
              <th scope="row">= product</th>
              <td>{threeDigits(product)}</td>
              <td class="muted">the settings limit it</td>
            </tr>
          )}
          <tr class="total">
            <th scope="row">{isOwn ? 'Size' : '= size'}</th>
            <td data-factor="size">{threeDigits(size)}</td>
            <td class="muted">{size === 0 ? 'nothing is bet' : ''}</td>
          </tr>
        </tbody>
      </table>
    </>
  );
}

function methodInWords(answer: Answer): string {
  const { size_method: method, size } = answer;
  if (method === undefined) return 'The product of the factors, by 0.1.';
  if (method === 'own' && verdictOf(answer) === 'skip' && size !== 0) {
    return `${METHODS.own} It bets on a signal that is not taken.`;
  }
  return METHODS[method];
}

function factorText(value: number): string {
  return Number.isInteger(value) ? withMinus(String(value)) : threeDigits(value);
}

/** What the value of a factor alone does not tell. */
function remark(name: string, value: number, answer: Answer): string {
  if (answer.size_method === undefined || answer.size_method === 'own') return '';
  if (name === 'bet' && value === 0) return verdictOf(answer) === 'take' ? '' : 'since it is not taken';
  const isUnused =
    (name === 'regime_weight' && value === 1 && answer.regime_weight !== 1) ||
    (name === 'non_toxicity' && value === 1 && answer.toxicity !== 0);
  return isUnused ? 'does not enter' : '';
}
