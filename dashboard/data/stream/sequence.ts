import type { StreamEvent, StreamHello } from '../types.ts';

type Numbers = Readonly<StreamHello['seq']>;

/** Records that the page has not got: those with the numbers after `after`, up to `upTo`. */
export interface Missed {
  readonly type: 'enriched' | 'outcome';
  readonly after: number;
  readonly upTo: number;
}

/** What the numbers of the stream show. */
export interface Finding {
  /** To be loaded from the journal. */
  readonly missed: readonly Missed[];
  /** Answers that were shown with a higher number than this were never recorded; null for none. */
  readonly lastRecorded: number | null;
  /** Other messages are missing: what they said is loaded as it is now. */
  readonly isOutdated: boolean;
}

const NOTHING: Finding = { missed: [], lastRecorded: null, isOutdated: false };
const RECORDS = ['enriched', 'outcome'] as const;

/** Follows the numbers of the stream, over connections and restarts of the service. */
export class SeenNumbers {
  #last: Numbers | null = null;

  /** The first message of a connection: what came while there was none, and what a restart of the service undid. */
  begin({ seq: now }: StreamHello): Finding {
    const last = this.#last;
    this.#last = now;
    if (last === null) return NOTHING;
    const missed = RECORDS.filter((type) => now[type] > last[type]);
    return {
      missed: missed.map((type) => ({ type, after: last[type], upTo: now[type] })),
      lastRecorded: now.enriched < last.enriched ? now.enriched : null,
      isOutdated: false, // everything else is loaded with every connection
    };
  }

  /** An event: its number is 1 more than that of its type before, or something is missing. */
  take({ type, seq }: Pick<StreamEvent, 'type' | 'seq'>): Finding {
    const last = this.#last?.[type] ?? seq - 1;
    this.#last = { ...(this.#last ?? { enriched: 0, outcome: 0, state: 0, bars: 0 }), [type]: seq };
    if (seq === last + 1) return NOTHING;
    if (type === 'state' || type === 'bars') return { ...NOTHING, isOutdated: true };
    if (seq > last) return { ...NOTHING, missed: [{ type, after: last, upTo: seq - 1 }] };
    return { missed: [], lastRecorded: type === 'enriched' ? seq - 1 : null, isOutdated: true };
  }
}
