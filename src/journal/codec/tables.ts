import { deadLetters, detectors, halts, judgements, models, settings, triggers } from './event-tables.ts';
import { bars, outcomes, signals } from './signal-tables.ts';

/** The tables of entries, which are written down for good. A new one comes last, with the next code. */
export const TABLES = {
  bars,
  signals,
  outcomes,
  deadLetters,
  settings,
  models,
  triggers,
  judgements,
  halts,
  detectors,
} as const;

/** The same in the order of their codes. */
export const ENTRY_TABLES = [
  bars,
  signals,
  outcomes,
  deadLetters,
  settings,
  models,
  triggers,
  judgements,
  halts,
  detectors,
] as const;
