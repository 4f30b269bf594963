/** Number of bars from the first to the last row of a stretch, so that a bar is copied once and not once a row. */
export const STRETCH_BARS = 256;

const NONE: Float64Array = new Float64Array(0);
const NO_VIEWS: readonly (Float64Array | null)[] = new Array<null>(STRETCH_BARS).fill(null);

/**
 * A copy of one column of bars that grows with the rows of a stretch, which only go forward. Each row sees n values of it, in memory that
 * holds no later bar: what stands behind them is 0.
 */
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

  /** Begins a stretch. @param first - its first row, >= n - 1. */
  begin(first: number): void {
    if (this.#length > this.#n) this.#values.fill(0);
    this.#length = 0;
    this.extend(first, 0);
  }

  /** Copies as far as a row. @param k - number of bars from the first row of the stretch to it, [0, {@link STRETCH_BARS}). */
  extend(first: number, k: number): void {
    const { source } = this;
    if (source === null) return;
    const values = this.#values;
    const end = k + this.#n;
    const from = first - this.#n + 1;
    for (let i = this.#length; i < end; i++) values[i] = source[from + i];
    this.#length = end;
  }

  /** Makes the views, once. */
  allocate(): void {
    const n = this.#n;
    this.#values = new Float64Array(n - 1 + STRETCH_BARS);
    this.views = Array.from({ length: STRETCH_BARS }, (_, k) => this.#values.subarray(k, k + n));
  }

  /** Whether the copy still equals the bars. */
  isUntouched(first: number): boolean {
    const [source, values, length] = [this.source ?? NONE, this.#values, this.source === null ? 0 : this.#length];
    const from = first - this.#n + 1;
    for (let i = 0; i < length; i++) if (values[i] !== source[from + i]) return false;
    return true;
  }
}
