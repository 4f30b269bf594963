import { DataError } from '../../../core/index.ts';

/** Passes the trades of one instrument, over all files. */
export class TradeSymbol {
  readonly #wanted: string | undefined;
  #symbol: string | null = null;
  #path = '';
  /** Number of trades of other instruments that were left out. */
  nOthers = 0;

  /** @param wanted - the one to read of several; without it there must be one. */
  constructor(wanted: string | undefined) {
    this.#wanted = wanted;
  }

  /** The instrument that the files name; null where they name none. */
  get symbol(): string | null {
    return this.#symbol;
  }

  /**
   * Whether a trade is of the instrument that is read.
   *
   * @throws {DataError} UNKNOWN_FORMAT for a second instrument, where none is asked for.
   */
  takes(symbol: string, path: string): boolean {
    if (this.#wanted !== undefined) {
      if (symbol === this.#wanted) this.#symbol = symbol;
      else this.nOthers++;
      return symbol === this.#wanted;
    }
    if (this.#symbol === null) [this.#symbol, this.#path] = [symbol, path];
    if (symbol === this.#symbol) return true;
    const where = path === this.#path ? '' : ` of ${this.#path}`;
    throw new DataError(
      'UNKNOWN_FORMAT',
      `${path} has trades of ${symbol} beside ${this.#symbol}${where}, which are two markets: --symbol ${this.#symbol} reads one`,
    );
  }

  /** @throws {DataError} UNKNOWN_FORMAT where the files have none of the instrument that was asked for. */
  checkFound(): void {
    if (this.#wanted === undefined || this.#symbol !== null) return;
    throw new DataError(
      'UNKNOWN_FORMAT',
      `no trade is of ${this.#wanted}, which --symbol names: ${this.nOthers === 0 ? 'the files have no column of symbols' : `all ${this.nOthers} are of others`}`,
    );
  }
}
