import type { ModelClaims } from '../../model/index.ts';
import { type Headline, headline } from '../../validation/index.ts';

/** What a model may claim. */
export interface ShownClaims
  extends Pick<ModelClaims, 'verdict' | 'verdictFormat' | 'paysUpToBps' | 'primaryPaysUpToBps'> {
  readonly headline: Headline;
}

/** What a model may claim, in the same words wherever it is shown. */
export function claimsOf(claims: ModelClaims): ShownClaims {
  const { verdict, verdictFormat, paysUpToBps, primaryPaysUpToBps } = claims;
  return { verdict, verdictFormat, headline: headline(claims), paysUpToBps, primaryPaysUpToBps };
}
