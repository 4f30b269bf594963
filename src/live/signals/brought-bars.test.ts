import { expect, test } from 'vitest';
import { liveService, OVER_HTTP, submitNow } from '../../../test/support/live-service.ts';
import { everyFifth, MARKET, MINUTE, modelOfMinutes } from '../../../test/support/played-feed.ts';
import { WINDOW_BARS } from '../../domain/index.ts';

const ID = 'SIM';

test('bars of another length that a signal brings leave the series as it was, also after a restart', async () => {
  const { service, journal } = await liveService({ model: modelOfMinutes() });
  const [held, fives] = [MARKET.slice(0, 150), everyFifth(MARKET).slice(0, WINDOW_BARS)];
  service.addBars(ID, held);
  const sent = { instrumentId: ID, signal: 1, bars: fives, signalId: 'fives' } as const;
  const message = { ...sent, timestamp: fives.tsEvent[WINDOW_BARS - 1] };
  const first = submitNow(service, message, OVER_HTTP);
  expect(JSON.parse(first.text)).toMatchObject({ source: 'out_of_distribution' });
  expect(service.heldBars(ID, 1000)?.tsEvent).toEqual(held.tsEvent);
  expect(service.status().feeds).toMatchObject([{ instrumentId: ID, state: 'wrong_step', stepNs: 5n * MINUTE }]);
  await service.stop();
  const second = await liveService({ model: modelOfMinutes(), journal: journal.reopen() });
  expect(second.service.heldBars(ID, 1000)?.tsEvent).toEqual(held.tsEvent);
  expect(second.service.status().feeds.length).toBe(1);
  const again = await second.service.submit(message, { ...OVER_HTTP, includeBars: true });
  expect(again.isDuplicate).toBe(true);
  const { bars } = (JSON.parse(again.text) as { signal_event: { bars: { close: number[] } } }).signal_event;
  expect(bars.close, 'its record has the bars it was judged by').toEqual([...fives.close]);
  await second.service.stop();
});
