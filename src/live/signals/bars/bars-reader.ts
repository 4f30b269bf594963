import { DataError } from '../../../core/index.ts';
import { type BarSeries, checkSignal, seriesOf, WINDOW_BARS } from '../../../domain/index.ts';
import { WINDOW_ALONE } from '../../../model/index.ts';
import type { ContextBarIds } from '../../../ports/index.ts';
import type { BarIntake } from '../../bars/bar-intake.ts';
import type { BarStore } from '../../bars/bar-store.ts';
import type { SeriesChoice } from '../../bars/series-choice.ts';
import type { Champion } from '../../champion/champion.ts';
import type { BarelessSignal, SignalBars } from '../answer-signal.ts';

export interface BarsReaderOptions {
  readonly champion: Pick<Champion, 'current'>;
  readonly store: BarStore;
  readonly intake: BarIntake;
  readonly choice: SeriesChoice;
}

/** A new signal, and the bars that it is judged by. */
export interface ReadSignal {
  /** Of the series it is judged by. */
  readonly key: string;
  readonly signal: BarelessSignal;
  readonly read: SignalBars;
  /** (at most as many as the model needs,) the event's own. */
  readonly bars: BarSeries;
  /** Their ids. Bars that came with the signal are taken in by the first call. */
  readonly barIds: () => Float64Array;
  /** Ids of all bars that came with the signal, which are taken in by the first call; null where they are held. */
  readonly takeIn: (() => Float64Array) | null;
  /** Ids of the bars of other instruments that were read; empty where none were. */
  readonly contextIds: readonly ContextBarIds[];
}

/** Where the bars of a signal are. */
export interface BarsSource {
  /** Of the series it is judged by. */
  readonly key: string;
  /** Those that came with it; null for those that are held. */
  readonly brought: BarSeries | null;
  /** Whether the held bar that it was due did not come. */
  readonly lacksBar: boolean;
  /** The same signal as it was read for another model; absent for one that is read for the first time. */
  readonly before?: ReadSignal | undefined;
}

/** Bars of other instruments, and their ids. */
interface ContextWindow {
  readonly context: ReadonlyMap<string, BarSeries>;
  readonly contextIds: readonly ContextBarIds[];
}

const NO_CONTEXT: ContextWindow = { context: new Map(), contextIds: [] };

/** Finds as many bars for a signal as the serving model reads, of its own instrument and of others. */
export class BarsReader {
  readonly #options: BarsReaderOptions;

  constructor(options: BarsReaderOptions) {
    this.#options = options;
  }

  /**
   * Takes the bars that the signal brought, or those held, which may be fewer than a window has.
   *
   * @throws {ConditionError | DataError}
   */
  read(source: BarsSource, signal: BarelessSignal): ReadSignal {
    const { brought } = source;
    return brought === null ? this.#readHeld(source, signal) : this.#readBrought(source, signal, brought);
  }

  #readBrought({ key, before }: BarsSource, signal: BarelessSignal, brought: BarSeries): ReadSignal {
    if (brought.length < WINDOW_BARS) throw tooFewBrought(brought.length);
    const first = Math.max(0, brought.length - this.#inputs.barsNeeded);
    const { context, contextIds } = this.#contextAt(brought);
    // Taken in again, bars that were revised since would come back.
    const taken = before?.key === key ? before.takeIn : null;
    const takeIn = taken ?? once(() => this.#options.intake.addWindow(key, brought));
    return {
      key,
      signal,
      read: { bars: brought, context },
      bars: first === 0 ? brought : brought.slice(first, brought.length),
      barIds: () => (first === 0 ? takeIn() : takeIn().subarray(first)),
      takeIn,
      contextIds,
    };
  }

  #readHeld({ key, lacksBar }: BarsSource, signal: BarelessSignal): ReadSignal {
    checkSignal(signal);
    const { bars, ids } = this.#options.store.window(key, signal.timestamp, this.#inputs.barsNeeded);
    const { context, contextIds } = this.#contextAt(bars);
    return { key, signal, read: { bars, context, lacksBar }, bars, barIds: () => ids, takeIn: null, contextIds };
  }

  get #inputs() {
    return this.#options.champion.current?.inputs ?? WINDOW_ALONE;
  }

  /** Of the held bars those that closed not after the last bar of the event, as in training. */
  #contextAt({ tsEvent }: BarSeries): ContextWindow {
    const needed = Object.entries(this.#inputs.context);
    const lastTs = tsEvent.at(-1);
    if (needed.length === 0 || lastTs === undefined) return NO_CONTEXT;
    const { store, choice } = this.#options;
    const read = needed.map(([instrument, { barsNeeded }]) => {
      const key = choice.usual(instrument);
      return { instrument, ...seriesOf(key), ...store.window(key, lastTs, barsNeeded) };
    });
    return {
      context: new Map(read.map(({ instrument, bars }) => [instrument, bars])),
      contextIds: read.map(({ instrumentId, barType, ids }) => ({ instrumentId, barType, barIds: ids })),
    };
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function tooFewBrought(nBars: number): DataError {
  const remedy = 'send more with it, or none where the service has the bars before it';
  return new DataError(
    'NOT_ENOUGH_BARS',
    `a signal that brings bars needs ${WINDOW_BARS}, this one has ${nBars}: ${remedy}`,
  );
}
