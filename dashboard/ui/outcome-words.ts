import { percent } from '../../src/core/index.ts';
import type { Shown } from '../data/types.ts';
import { withMinus } from './number-words.ts';

type Outcome = NonNullable<Shown['outcome']>;

/** How a trade ended, `✓ take profit 0.42 %`. */
export function outcomeInShort({ outcome, label, return: ret }: Outcome): string {
  const mark = label === null ? '?' : label === 1 ? '✓' : '✗';
  const gained = ret === null ? '' : ` ${withMinus(percent(ret, 2))}`;
  return `${mark} ${outcome.replaceAll('_', ' ')}${gained}`;
}

/** How a trade ended, in sentences. */
export function outcomeInFull({ outcome, label, return: ret, net, coin, cost_bps: cost }: Outcome): string {
  const paid = label === null ? '' : label === 1 ? ', it paid' : ', it did not pay';
  const earned =
    ret === null ? '' : ` (${withMinus(percent(ret, 3))} ${net ? 'after' : 'before'} costs of ${cost.toFixed(1)} bp)`;
  const beside = coin === null ? '' : ` A coin earned ${withMinus(percent(coin, 3))} there.`;
  return `Outcome: ${outcome.replaceAll('_', ' ')}${paid}${earned}.${beside}`;
}
