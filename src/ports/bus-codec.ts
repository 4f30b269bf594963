import type { BarSeries } from '../domain/index.ts';
import type { SignalMessage } from '../wire/index.ts';

/** One stream entry as bytes, before anything is believed about it. Absent fields are null. */
export interface EntryFields {
  readonly topic: string | null;
  readonly type: string | null;
  readonly encoding: string | null;
  readonly payload: Uint8Array | null;
}

/** What an entry turned out to be. `ignored`: well formed, and nothing for us (`what` names it, for the count). */
export type DecodedEntry =
  | { readonly kind: 'signal'; readonly message: SignalMessage }
  | {
      readonly kind: 'bars';
      readonly instrumentId: string;
      /** Which series of the instrument; null or absent for the one without a bar type. */
      readonly barType?: string | null;
      readonly bars: BarSeries;
    }
  /** A node says that it lives. */
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'ignored'; readonly what: string };

/** An answer ready to be written, in the order that every reader understands: topic, payload, type, encoding. */
export interface EncodedAnswer {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly type: string;
  readonly encoding: 'json' | 'msgpack';
}

/** How messages look on a bus: what an entry says, and how an answer is written. It keeps no state between calls. */
export interface BusCodec {
  /**
   * @throws {DataError} `BAD_JSON` when the payload cannot be parsed.
   * @throws {ConditionError} when it can and breaks a rule.
   */
  decode(fields: EntryFields): DecodedEntry;
  /** @param answer - the text of a `SignalReceipt`. */
  encodeAnswer(answer: string): EncodedAnswer;
}
