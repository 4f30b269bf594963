/** Number of bars from the first to the last row of a stretch, so that a bar is copied once and not once a row. */
export const STRETCH_BARS = 256;

const NONE: Float64Array = new Float64Array(0);
const NO_VIEWS: readonly (Float64Array | null)[] = new Array<null>(STRETCH_BARS).fill(null);

/** The views of a stretch lie in one buffer, where those of a later row hold a later bar. Nothing that a function is given leads to it. */
const HIDDEN_BUFFER: PropertyDescriptor = {
  get() {
    throw new TypeError(
      'a window has no buffer: later bars would lie in it. Copy the values, as in Float64Array.from(close)',
    );
  },
};

/** A copy of one column of bars for the rows of a stretch, each of which sees n values of it. */
export class WindowColumn {
  /** What the row at k bars after the first of the stretch sees; null before the column is asked for. */
  views = NO_VIEWS;
  /** The column of the bars; null where they do not carry it. */
  source: Float64Array | null = null;
  readonly #n: number;
  #values = NONE;
  /** Number of values that are copied. */
  #length = 0;

  /** @param n - number of values that a row sees. */
  constructor(n: number) {
    this.#n = n;
  }

  /** Copies what the rows of a stretch see. @param first - its first row, >= n - 1. @param nRows - in [1, {@link STRETCH_BARS}]. */
  begin(first: number, nRows: number): void {
    const { source } = this;
    if (source === null) return;
    const bars = source.subarray(first - this.#n + 1, first + nRows);
    this.#values.set(bars);
    this.#length = bars.length;
  }

  /** Makes the views, once. */
  allocate(): void {
    const n = this.#n;
    this.#values = new Float64Array(n - 1 + STRETCH_BARS);
    this.views = Array.from({ length: STRETCH_BARS }, (_, k) =>
      Object.defineProperty(this.#values.subarray(k, k + n), 'buffer', HIDDEN_BUFFER),
    );
  }

  /** Whether the copy still equals the bars. */
  isUntouched(first: number): boolean {
    const [source, values, length] = [this.source ?? NONE, this.#values, this.source === null ? 0 : this.#length];
    const from = first - this.#n + 1;
    for (let i = 0; i < length; i++) if (values[i] !== source[from + i]) return false;
    return true;
  }
}
