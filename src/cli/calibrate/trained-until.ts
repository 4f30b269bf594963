import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseIsoNanos } from '../../core/index.ts';

/** What the command line says of the past of a model. */
export interface PastOptions {
  readonly trainedUntil?: bigint;
  readonly unseen?: boolean;
}

/** Adds `--trained-until` and `--unseen`. */
export function addPastOptions(command: Command): Command {
  return command
    .option(
      '--trained-until <time>',
      'close of the last bar that the model learned from, UTC (2026-06-30, 2026-06-30T12:00:00Z) or UNIX ns; only later events count',
      timeOf,
    )
    .addOption(
      new Option('--unseen', 'the model learned from none of these bars: all events count, on your word').conflicts(
        'trainedUntil',
      ),
    );
}

/** @returns UNIX ns; null for a model that saw none of the bars; undefined where the command line does not say. */
export function pastOf({ trainedUntil, unseen }: PastOptions): bigint | null | undefined {
  return unseen === true ? null : trainedUntil;
}

/** A date alone is its end: a model that learned up to a day may have learned from all of it. */
function timeOf(text: string): bigint {
  if (/^\d{16,19}$/.test(text)) return BigInt(text);
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const time = parseIsoNanos(isDate ? `${text}T23:59:59.999999999Z` : text);
  if (time === null)
    throw new InvalidArgumentError(
      'It must be a day of the calendar, a time or UNIX ns: 2026-06-30, 2026-06-30T12:00:00Z, 1782777600000000000.',
    );
  return time;
}
