import { count, counted } from '../../core/index.ts';
import { NO_INTERVAL } from '../claims/claim-texts.ts';
import type { Account, Accounts } from './account.ts';
import { FEWEST_DAYS } from './sharpe-ratio.ts';

/** What an account is. */
const ALONE_TEXT = 'one stake a trade, not compounded, after the cost, marked to market at every close';

/** What an account is, and what the coins beside it are. */
export function accountText({ coins }: Pick<Account, 'coins'>): string {
  return coins === null ? `${ALONE_TEXT}; what coins come to there is unknown` : ACCOUNT_TEXT;
}

export const ACCOUNT_TEXT =
  'one stake a trade, not compounded, after the cost, marked to market at every close; beside it what coins come to that flip for the side of each of the same events and pay the same cost: the median, and the range of 90 of 100';

/** What the capital is. */
export const CAPITAL_TEXT =
  'the capital needed is the most that was bound at once: the stakes open, and the loss until then; a trade that ends in the bar at whose close another is entered is open with it';

/** What the Sharpe ratio is of, and what PSR and MinTRL say. */
export const SHARPE_TEXT =
  'Sharpe ratio: a year’s, of UTC days marked to market, with its 95 % interval. PSR: chance of less where the true ratio is 0. MinTRL: days of the same until it is 95 %. Both take days as independent, and this as the only one tried';

/** Why a Sharpe ratio has no interval; null where each has one. */
export function noIntervalText({ every, taken }: Accounts): string | null {
  const isWithout = (account: Account | null): boolean =>
    account !== null && account.sharpe !== null && account.sharpeLow === null;
  if (!isWithout(every) && !isWithout(taken)) return null;
  return `${NO_INTERVAL}: under ten blocks of days, each twice as long as the longest trade, tell no interval of a Sharpe ratio; PSR has a figure there only because it takes days as independent`;
}

/** Why there is no Sharpe ratio; null where there is one. */
export function noSharpeText({ sharpe, nDays }: Pick<Account, 'sharpe' | 'nDays'>): string | null {
  if (sharpe !== null) return null;
  if (nDays >= FEWEST_DAYS) return 'no Sharpe ratio, PSR or MinTRL: the days are all alike';
  const days = nDays === 1 ? 'this is one' : `these are ${count(nDays)}`;
  return `no Sharpe ratio, PSR or MinTRL: they need ${FEWEST_DAYS} days, and ${days}`;
}

/** How long the track record would have to be. */
export function minTrlText({ minTrl, nDays, sharpe }: Pick<Account, 'minTrl' | 'nDays' | 'sharpe'>): string {
  if (sharpe === null) return '–';
  return minTrl === null ? 'never' : `${counted(Math.ceil(minTrl), 'day')} needed, ${count(nDays)} there`;
}
