import { count, counted, fixed } from '../../core/index.ts';
import { CLAIM_TESTS } from '../../domain/index.ts';
import type { ModelClaims } from '../../model/index.ts';
import {
  bp,
  type ClaimTest,
  costText,
  headline,
  isTested,
  possibleCost,
  provenCost,
  pText,
  skillText,
} from '../../validation/index.ts';

const UNKNOWN = '–';

/** What a model may claim, a line each, of its file or its manifest: the word and the number of its training. */
export function claimRows(claims: ModelClaims): [string, string][] {
  const { verdict, primaryPaysUpToBps, timingPValue, cost, tests } = claims;
  const { word, sentence } = headline(claims);
  const head: [string, string][] = [
    ['verdict', `${verdict}: ${word}`],
    ['', sentence],
  ];
  if (claims.verdictFormat !== '0.2') return head;
  const timing = timingPValue === null ? '' : `, p of its timing ${pText(timingPValue)}`;
  return [
    ...head,
    ['pays up to', costAt(provenCost(claims))],
    ['would pay up to', costAt(possibleCost(claims))],
    ['primary pays up to', `${costAt(primaryPaysUpToBps)}${timing}`],
    ['cost', cost === null ? UNKNOWN : costText(cost)],
    ...CLAIM_TESTS.map((name): [string, string] => {
      const test = tests?.[name];
      return [name, test === undefined ? UNKNOWN : testText(test)];
    }),
    ['effective events', claims.nEffective === null ? UNKNOWN : count(Math.round(claims.nEffective))],
    ['detectable skill', skillText(claims.detectableSkill)],
  ];
}

function testText(test: ClaimTest): string {
  const { statistic, pValue, n } = test;
  const figures = isTested(test) ? `t ${fixed(statistic, 2)}, p ${pText(pValue)}` : 't –, p –';
  return `${figures}, ${counted(n, 'event')}`;
}

/** `2.1 bp` a round trip, for a table; a dash where it is unknown. */
export function costAt(bps: number | null): string {
  return bps === null ? UNKNOWN : bp(bps);
}
