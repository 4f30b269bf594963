import type { BarSeries } from '../domain/index.ts';
import type { LiveService } from './message-bus.ts';

/** Bars of one instrument as a source brings them. */
export interface SourcedBars {
  readonly instrumentId: string;
  /** Which series of the instrument; null or absent for the one without a bar type. */
  readonly barType?: string | null;
  /** (nBars,) closed bars, oldest first. */
  readonly bars: BarSeries;
}

/**
 * Where bars come from: anything that can be read with `for await`, so an async generator is one. A bar that comes again is known and
 * does nothing; one with other numbers replaces the held one.
 */
export type BarSource = AsyncIterable<SourcedBars>;

/**
 * Feeds a source to a service until it ends, one batch after the other: the next is asked for when the last is recorded.
 *
 * @returns number of bars that were new. @throws what the source throws, and what `addBars` does.
 */
export async function feedBars(service: Pick<LiveService, 'addBars'>, source: BarSource): Promise<number> {
  let nAdded = 0;
  for await (const { instrumentId, barType, bars } of source) {
    const receipt = service.addBars(instrumentId, bars, undefined, barType);
    await receipt.recorded;
    nAdded += receipt.nAdded;
  }
  return nAdded;
}
