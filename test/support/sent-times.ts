import { readFileSync } from 'node:fs';
import { stringifyLossless } from '../../src/core/index.ts';
import { barsToWire } from '../../src/wire/index.ts';
import { MARKET } from './played-feed.ts';
import { sharedData } from './shared-data.ts';

/** A signal that must be refused, and how the refusal begins and names the unit. */
export interface RefusedSignal {
  readonly name: string;
  readonly text: string;
  readonly start: string;
  readonly unit: string;
}

/** The last 100 bars before a signal; all their times are whole seconds. */
const WINDOW = MARKET.slice(50, 150);
const SENT_AT = WINDOW.tsEvent[WINDOW.length - 1];
const RULE = 'must be UNIX nanoseconds from 1971-01-01 on (31536000000000000); this looks like ';
const UNITS: readonly (readonly [per: bigint, unit: string])[] = [
  [1_000_000_000n, 'seconds (s), multiply by 1000000000, was 1700'],
  [1_000_000n, 'milliseconds (ms), multiply by 1000000, was 1700'],
  [1_000n, 'microseconds (us), multiply by 1000, was 1700'],
];

/** JSON of one signal with its bars. @param per - the unit of its time, nanoseconds. @param perOfBars - that of its bars. */
export function signalIn(per: bigint, perOfBars = per): string {
  const bars = { ...barsToWire(WINDOW), ts_event: Array.from(WINDOW.tsEvent, (ts) => ts / perOfBars) };
  return stringifyLossless({ instrument_id: 'SIM', signal: 1, timestamp: SENT_AT / per, signal_id: 'one', bars });
}

export const REFUSED: readonly RefusedSignal[] = UNITS.flatMap(([per, unit]) => [
  { name: `times of ${per} ns`, text: signalIn(per), start: `timestamp ${RULE}`, unit },
  { name: `bars of ${per} ns alone`, text: signalIn(1n, per), start: `bars.ts_event[0] ${RULE}`, unit },
]);

/** The signal of the shared cases whose times are milliseconds. */
export function sharedMilliseconds(): RefusedSignal {
  const text = readFileSync(sharedData('../cases/wire/signal_ms.json'), 'utf8').replace(/\n/g, '');
  return {
    name: 'the shared signal',
    text,
    start: `timestamp ${RULE}`,
    unit: 'milliseconds (ms), multiply by 1000000, was 1577848740000',
  };
}
