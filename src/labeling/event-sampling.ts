import { ConditionError, checkSameLength } from '../core/index.ts';
import type { BarSeries, Sampling } from '../domain/index.ts';
import { cusumFilter } from './cusum-filter.ts';

/** The bars at which a primary's signal is judged, in columns over events. */
export interface Events {
  /** (nEvents,) bar of entry, strictly increasing. */
  readonly index: Int32Array;
  /** (nEvents,) -1 or +1. */
  readonly side: Int8Array;
}

export interface SamplingOptions {
  readonly sampling: Sampling;
  /** (nBars,) CUSUM threshold in log-return units; needed by `cusum`, else null. */
  readonly threshold: Float64Array | null;
  /** Bars an event needs, its own included. */
  readonly windowBars: number;
}

/**
 * Picks the bars that become events: where the CUSUM filter fires, where the side flips, or every bar that has a side.
 *
 * @param side - (nBars,) the primary's side at every bar, -1, 0 or 1; 0 is never an event.
 * @throws {ConditionError} when `side` does not cover the bars, or `cusum` comes without a threshold.
 */
export function sampleEvents(bars: BarSeries, side: Int8Array, options: SamplingOptions): Events {
  checkSameLength('side', side, 'bars', bars);
  const { sampling, threshold, windowBars } = options;
  switch (sampling) {
    case 'every':
      return eventsAt(everyBar(side.length), side, windowBars);
    case 'change':
      return eventsAt(flips(side), side, windowBars);
    case 'cusum':
      if (threshold === null) throw new ConditionError('threshold', 'given for cusum sampling', threshold);
      return eventsAt(cusumFilter(bars.close, threshold), side, windowBars);
  }
}

// Plain loops: callbacks and iterators over all bars took most of the time of labelling.

/** The events among the sampled bars: those with a full window and a side. */
function eventsAt(sampled: Int32Array, side: Int8Array, windowBars: number): Events {
  const index = new Int32Array(sampled.length);
  const sides = new Int8Array(sampled.length);
  let nEvents = 0;
  for (let k = 0; k < sampled.length; k++) {
    const i = sampled[k];
    if (i < windowBars - 1 || side[i] === 0) continue;
    index[nEvents] = i;
    sides[nEvents++] = side[i];
  }
  return { index: index.slice(0, nEvents), side: sides.slice(0, nEvents) };
}

function everyBar(nBars: number): Int32Array {
  const every = new Int32Array(nBars);
  for (let i = 0; i < nBars; i++) every[i] = i;
  return every;
}

/** Bars at which the side differs from the last side that was not flat. */
function flips(side: Int8Array): Int32Array {
  const found: number[] = [];
  let last = 0;
  for (let i = 0; i < side.length; i++) {
    if (side[i] === 0) continue;
    if (last !== 0 && side[i] !== last) found.push(i);
    last = side[i];
  }
  return Int32Array.from(found);
}
