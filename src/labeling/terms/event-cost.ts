import type { LabelSettings } from '../../domain/index.ts';
import { ASSUMED_COST_BPS, type TradeTerms } from './trade-terms.ts';

/** Terms of a model's instruments by their names; '' is that of a model of a single one, which is asked about any. */
export type TermsByName = Readonly<Record<string, TradeTerms>>;

/** What a model knows of an instrument; null where nothing. @param terms - null for none. */
export function termsOf(terms: TermsByName | null, instrumentId: string): TradeTerms | null {
  if (terms === null) return null;
  const name = Object.hasOwn(terms, instrumentId) ? instrumentId : '';
  return Object.hasOwn(terms, name) ? terms[name] : null;
}

/**
 * Cost of a round trip in one event, basis points: as set, else as the model's training has it, else as assumed. An instrument that a
 * pooled training did not have costs as much as its dearest. It stands in the answer, in the trade's record and in its outcome.
 *
 * @param terms - of the model that judged the event; null for none.
 * @returns >= 0.
 */
export function eventCostBps(
  { costBps }: Pick<LabelSettings, 'costBps'>,
  terms: TermsByName | null,
  instrumentId: string,
): number {
  return costBps ?? termsOf(terms, instrumentId)?.costBps ?? largestCost(terms ?? {});
}

function largestCost(terms: TermsByName): number {
  return Object.values(terms).reduce((largest, { costBps }) => Math.max(largest, costBps), ASSUMED_COST_BPS);
}
