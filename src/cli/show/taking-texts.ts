import { count } from '../../core/index.ts';
import { type ProvenCosts, type SizingSettings, TAKE_REASONS, type TakeReason } from '../../domain/index.ts';

/** Numbers of answered signals by the reason of taking or not. */
export type TakeCounts = ReadonlyMap<TakeReason, number>;

const TAKING: readonly TakeReason[] = ['expected', 'primary_proven', 'always'];

/** `3 taken, 9 skipped (below_break_even 5, not_proven 4)`, and how many nobody decided. */
export function countsText(counts: TakeCounts): string {
  const among = (reasons: readonly TakeReason[]): string => {
    const known = reasons.filter((reason) => (counts.get(reason) ?? 0) > 0);
    const total = known.reduce((sum, reason) => sum + (counts.get(reason) ?? 0), 0);
    const parts = known.map((reason) => `${reason} ${count(counts.get(reason) ?? 0)}`);
    return `${count(total)}${known.length === 0 ? '' : ` (${parts.join(', ')})`}`;
  };
  const skipping = TAKE_REASONS.filter((reason) => !TAKING.includes(reason) && reason !== 'no_model');
  const undecided = counts.get('no_model') ?? 0;
  const rest = undecided === 0 ? '' : `, ${count(undecided)} undecided: no model`;
  return `taken ${among(TAKING)}, skipped ${among(skipping)}${rest}`;
}

/** What is taken of the signals that a model judges, by what is proven of it: one sentence. */
export function takingText(proven: ProvenCosts, { trust, method }: Pick<SizingSettings, 'trust' | 'method'>): string {
  if (trust === 'always' && method === 'integrated')
    return 'whatever the model judges is taken, and its size follows the confidence alone (sizing.method integrated, sizing.trust always)';
  if (trust !== 'proven') return `what is expected to pay is taken, proven or not (sizing.trust ${trust})`;
  const { modelBps, primaryBps } = proven;
  const byModel =
    modelBps === null ? null : `what the model expects to pay, where a round trip costs up to ${limitBp(modelBps)}`;
  const isWider = primaryBps !== null && primaryBps > (modelBps ?? 0);
  const byPrimary = isWider
    ? `what the base rate expects to pay, without the model, where it costs up to ${limitBp(primaryBps)}`
    : null;
  const taken = [byModel, byPrimary].filter((text) => text !== null);
  return taken.length === 0
    ? 'nothing is proven, so every signal is skipped and has the size 0 (sizing.trust)'
    : `as was proven, it takes ${taken.join('; and ')}; the rest has the size 0`;
}

/** A limit in basis points, rounded down: what costs as much as is said has to be covered. */
function limitBp(value: number): string {
  return `${Math.floor(value * 100) / 100} bp`;
}
