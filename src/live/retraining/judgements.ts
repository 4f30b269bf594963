import {
  type ChallengerJudgement,
  type Comparison,
  makePromotionRecord,
  type PromotionRecord,
  spendAlpha,
} from '../../monitoring/index.ts';
import type { Journal, Sha256 } from '../../ports/index.ts';

export interface JudgementsOptions {
  readonly journal: Journal;
  readonly sha256: Sha256;
  readonly nowMs: () => number;
  /** The latest one in the journal; null where there is none. */
  readonly last: PromotionRecord | null;
}

/** What is written of one judgement besides its figures. */
export interface JudgedPair {
  readonly champion: string;
  readonly challenger: string;
  readonly firstTs: bigint;
  readonly lastTs: bigint;
}

const HELD_OUT = 'paired log loss, t of 20 stretches, one-sided';
const LIVE = 'paired log loss on live outcomes, no higher';
const LIVE_ALONE = 'paired log loss on live outcomes, t of 20 stretches, one-sided';

/** Every judgement of a challenger, written down and chained by hash; over restarts too. */
export class Judgements {
  readonly #options: JudgementsOptions;
  #last: PromotionRecord | null;

  constructor(options: JudgementsOptions) {
    this.#options = options;
    this.#last = options.last;
  }

  /**
   * Which attempt against this champion the next one is: 1 for the first since it serves. The same two on the same events are
   * the same attempt, taken up where the process before was killed: nothing more is known, so nothing more is spent.
   */
  nextAttempt(pair: JudgedPair): number {
    const last = this.#last;
    if (last === null || last.champion !== pair.champion) return 1;
    return isSamePair(last, pair) ? last.attempt : last.attempt + 1;
  }

  /** What the latest attempt against this champion was allowed of the error rate. */
  alphaOfLast(champion: string, alpha: number): number {
    return spendAlpha(alpha, this.#attemptsUntilNow(champion));
  }

  /** On the held-out events: one more attempt against this champion. */
  write(pair: JudgedPair, found: Comparison, judgement: ChallengerJudgement): void {
    this.#write(pair, found, judgement, { attempt: this.nextAttempt(pair), test: HELD_OUT });
  }

  /** On live outcomes alone, for one from outside: one more attempt against this champion. */
  writeLive(pair: JudgedPair, found: Comparison, judgement: ChallengerJudgement): void {
    this.#write(pair, found, judgement, { attempt: this.nextAttempt(pair), test: LIVE_ALONE });
  }

  /** On live outcomes: the second half of an attempt, and none of its own. */
  writeShadow(pair: JudgedPair, found: Comparison, judgement: ChallengerJudgement): void {
    this.#write(pair, found, judgement, { attempt: this.#attemptsUntilNow(pair.champion), test: LIVE });
  }

  #attemptsUntilNow(champion: string): number {
    return this.#last?.champion === champion ? this.#last.attempt : 1;
  }

  #write(
    pair: JudgedPair,
    found: Comparison,
    judgement: ChallengerJudgement,
    { attempt, test }: Pick<PromotionRecord, 'attempt' | 'test'>,
  ): void {
    const { journal, sha256, nowMs } = this.#options;
    const { verdict, reason, alpha } = judgement;
    const facts = { ...pair, verdict, reason, alpha, attempt, test, figures: { ...found }, atMs: nowMs() };
    const record = makePromotionRecord(facts, this.#last, sha256);
    this.#last = record;
    // The journal's own status says when it cannot be written.
    journal.append({ kind: 'judgement', ...record }, false).catch(() => undefined);
  }
}

function isSamePair(last: PromotionRecord, { challenger, firstTs, lastTs }: JudgedPair): boolean {
  return last.challenger === challenger && last.firstTs === firstTs && last.lastTs === lastTs;
}
