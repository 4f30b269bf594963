import { basename } from 'node:path';
import { DataError, parseIsoNanos } from '../../../core/index.ts';
import { LocalTimes } from '../../csv/times/local-times.ts';

const ZONE = 'America/New_York';
const NS_PER_DAY = 86_400_000_000_000n;

/**
 * Midnight of the day that LEAN writes into the name of a file (`20131007_trade.zip`, `20131007_ibm_Trade_Tick.csv`), UNIX ns.
 *
 * @param tz - zone of the exchange; default New York's.
 * @throws {DataError} UNKNOWN_FORMAT where the name has no day, or the clock was changed on it.
 */
export function leanMidnight(path: string, tz: string = ZONE): bigint {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)_/.exec(basename(path)) ?? [];
  const midnight = year === undefined ? null : parseIsoNanos(`${year}-${month}-${day}`);
  if (midnight === null) {
    throw new DataError(
      'UNKNOWN_FORMAT',
      `${path} has ticks of LEAN, whose day is the beginning of the file's name: keep it (20131007_trade.zip)`,
    );
  }
  const zone = new LocalTimes(tz);
  const [start, end] = [zone.toUtc(midnight), zone.toUtc(midnight + NS_PER_DAY)];
  if (typeof start === 'bigint' && typeof end === 'bigint' && end - start === NS_PER_DAY) return start;
  throw new DataError('UNKNOWN_FORMAT', `${path} is of a day on which the clock of ${tz} was changed: write UTC`);
}
