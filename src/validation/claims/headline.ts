import { bp } from './claim-texts.ts';
import { type Claims, type CoinKnowledge, SIGNIFICANCE } from './claims.ts';
import { coinWords } from './words/coin-words.ts';

/** What a first line depends on; of a training, a model file or a manifest. */
export interface HeadlineFacts {
  /** A verdict; with ` (0.1)` behind it where 0.1 judged, and `unknown` where nobody did. */
  readonly verdict: string;
  /** Basis points a round trip; null where unknown. */
  readonly paysUpToBps: number | null;
  readonly primaryPays: boolean | null;
  readonly primaryPaysUpToBps: number | null;
  /** One-sided p-value of the primary's timing; null where unknown. */
  readonly timingPValue: number | null;
  /** Bias of the coin; null where the other side of the events was unknown. By default it was known. */
  readonly coinBiasBps?: number | null;
}

/** First line of a verdict, the same wherever one is shown. */
export interface Headline {
  readonly word: string;
  /** Meaning of the word, one sentence. */
  readonly sentence: string;
}

/** Meaning of a verdict. */
function sentenceOf(verdict: string, coin: CoinKnowledge): string | null {
  const { rival, knows } = coinWords(coin);
  const has = coin === 'known' ? 'a coin does not have' : 'the base rate does not have';
  const some = coin === 'known' ? 'something of the better side' : knows;
  const sentences: Readonly<Record<string, string>> = {
    none: `Nothing is shown of the model that ${has} too. Do not size by it.`,
    information: `The probabilities know ${some}, but the trades taken are not shown to beat those left. Do not size by this model.`,
    selection: `The model knows ${knows} and takes the better trades, but what it takes is not shown to pay the cost counted. Do not trade it at this cost.`,
    edge: `The model knows ${knows}, takes the better trades, and these pay more than the cost at the same risk a trade, as booked and over ${rival}.`,
  };
  return Object.hasOwn(sentences, verdict) ? sentences[verdict] : null;
}

/** The one home of the first lines. */
export function headline(facts: HeadlineFacts): Headline {
  const { verdict, paysUpToBps, primaryPays, coinBiasBps } = facts;
  const sentence = sentenceOf(verdict, coinBiasBps === null ? 'unknown' : 'known');
  if (sentence === null) return olderHeadline(verdict);
  if (verdict === 'edge') return { word: `EDGE: pays up to ${bp(paysUpToBps ?? 0)} a round trip`, sentence };
  if (primaryPays === true && (facts.primaryPaysUpToBps ?? 0) > 0) return primaryHeadline(facts);
  return { word: verdict === 'none' ? 'NO EDGE' : 'KNOWS, BUT DOES NOT PAY', sentence };
}

/** First line where following every signal alike pays. One that is only on the side of a market that moved is no discovery. */
function primaryHeadline({ primaryPaysUpToBps, timingPValue }: HeadlineFacts): Headline {
  const pays = `THE PRIMARY PAYS (up to ${bp(primaryPaysUpToBps ?? 0)})`;
  const rest = 'THE MODEL ADDS NOTHING PROVEN';
  if (timingPValue !== null && timingPValue < SIGNIFICANCE) {
    return {
      word: `${pays}; ${rest}`,
      sentence:
        'Following every signal at the same risk a trade paid more than a coin and more than the cost; choosing among them by this model is not shown to pay.',
    };
  }
  return {
    word: `${pays} BY DRIFT, NOT TIMING; ${rest}`,
    sentence:
      'Following every signal at the same risk a trade paid more than a coin and more than the cost, but its moments are not shown to be well chosen: holding its side all the time may have paid as well. Choosing among the signals by this model is not shown to pay.',
  };
}

/** First line of a training or a replay. */
export function headlineOfClaims(
  claims: Pick<Claims, 'verdict' | 'paysUpToBps' | 'primaryPays' | 'primaryPaysUpToBps' | 'timing' | 'coinBiasBps'>,
): Headline {
  return headline({ ...claims, timingPValue: claims.timing.pValue });
}

/** First line of a file that 0.1 wrote, or another program. */
function olderHeadline(verdict: string): Headline {
  const word = verdict.replace('_', ' ').toUpperCase();
  if (verdict === 'unknown')
    return { word, sentence: 'Nothing is known of its training. Calibrate it: ml4t calibrate MODEL BARS…' };
  return { word, sentence: 'It was judged by 0.1, whose verdicts prove nothing. Train it again: ml4t train.' };
}
