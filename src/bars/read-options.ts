import { ConditionError, checkOneOf } from '../core/index.ts';

/** What the caller says of a file of bars where its content does not settle it. Every part is optional. */
export interface ReadOptions {
  /** The file's column names, as they are written there, and what they stand for: `{ Date: 'timestamp', Last: 'close' }`. */
  readonly rename?: Readonly<Record<string, string>> | undefined;
  /**
   * How times are written, in strftime's words (`%d/%m/%Y %H:%M`), or the unit of integers (`s`, `ms`, `us`, `ns`). Default: as recognised;
   * an ambiguous order is refused.
   */
  readonly timeFormat?: string | undefined;
  /** IANA zone of written times that name none (`America/New_York`). Default: that of the vendor's layout, else UTC. */
  readonly tz?: string | undefined;
  /** Sort rows that are in no order. Default false: rows in no order are refused, rows newest first are turned round. */
  readonly sort?: boolean | undefined;
  /** Keep the first of identical rows, and count the others. Default false: they are refused. Differing rows of one time always are. */
  readonly dedupe?: boolean | undefined;
  /** The character before the decimals of a number. Default: as recognised. */
  readonly decimal?: '.' | ',' | undefined;
  /** The one symbol to read from a file of several. */
  readonly symbol?: string | undefined;
}

/** The same, and what another file read with this one has. */
export interface NamingOptions extends ReadOptions {
  /** Column names of that file: `rename` may name them, and this file need not have them. */
  readonly elsewhere?: readonly string[] | undefined;
}

/** @throws {ConditionError} for a choice that is none, which a caller without types makes easily. */
export function checkChoices({ stamp, decimal }: { stamp?: unknown; decimal?: unknown }): void {
  if (stamp !== undefined) checkOneOf('stamp', stamp, ['open', 'close']);
  if (decimal !== undefined && decimal !== '.' && decimal !== ',') {
    throw new ConditionError('decimal', 'a point (.) or a comma (,)', decimal);
  }
}
