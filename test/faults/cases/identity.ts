// One answer for each id: the same id from many senders at once, with another body, and after a restart; and stable outcomes.

import { until } from '../../support/until.ts';
import { ACKNOWLEDGES_FIRST, BY_LOSS, BY_TWICE, NEVER_DEDUPLICATES } from '../harness/builds.ts';
import { barColumns, barObjects, makeSignal, type SignalText, signalOn } from '../harness/market.ts';
import { addToStream, postBars, postSignal, sendUntilAnswered } from '../harness/senders.ts';
import { type FaultCase, runCase, SIGNALS } from '../harness/world.ts';

const AT_ONCE = 50;

/** The same id fifty times at once over HTTP and Streams, before and after kill -9. */
export const sameId: FaultCase = {
  name: `the same id ${AT_ONCE} times at once, HTTP and Streams together`,
  expected: 'one record, one answer, before and after a restart',
  needsRedis: true,
  failsUnder: [{ sabotage: NEVER_DEDUPLICATES, by: BY_TWICE }],
  run: (context) =>
    runCase(context, 'forgets', async (world) => {
      const nIds = context.isQuick ? 3 : 20;
      const service = await world.service('one').start();
      const client = world.client();
      const signals = Array.from({ length: nIds }, (_, n) => makeSignal('same', n));
      const sendAll = (signal: SignalText): Promise<unknown>[] =>
        Array.from({ length: AT_ONCE }, (_, k) => {
          if (k % 2 === 0) return addToStream(client, SIGNALS, signal, world.log);
          return sendUntilAnswered(() => service.url, signal, world.log, { isDurable: k % 4 === 1 });
        });
      for (const signal of signals) await Promise.all(sendAll(signal));
      await world.settle();
      await service.kill();
      await service.start();
      for (const signal of signals) await Promise.all(sendAll(signal));
      await world.settle();
      world.expectCounts({ ok: nIds, duplicates: nIds * (2 * AT_ONCE - 1) }); // every copy is answered
      return `${nIds} ids, each ${AT_ONCE} times before and after kill -9`;
    }),
};

/** An id used for another body is refused; a bar revised afterwards changes no recorded answer. */
export const idConflict: FaultCase = {
  name: 'the same id with another body; a bar revised after the answer',
  expected: '409 `ID_CONFLICT`; the recorded answer again',
  needsRedis: false,
  failsUnder: [{ sabotage: NEVER_DEDUPLICATES, by: BY_TWICE }],
  run: (context) =>
    runCase(context, 'none', async (world) => {
      const service = await world.service('one').start();
      const urlOf = (): string | null => service.url;
      world.expect((await postBars(service.url, 0, barColumns(0, 0, 120))) < 300, 'bars were refused');
      const signal = signalOn({ id: 'held', instrument: 0, lastBar: 119 });
      const other = signalOn({ id: 'held', instrument: 0, lastBar: 119, side: -1 });
      for (let round = 0; round < 2; round++) {
        const first = await sendUntilAnswered(urlOf, signal, world.log);
        world.expect(first?.status === 200, `a signal on held bars was answered ${first?.status} ${first?.code}`);
        world.log.sent('held', 'http');
        const refused = await postSignal(service.url ?? '', other.text);
        world.log.answer({ kind: 'failed', id: 'held', medium: 'http', code: refused.code ?? 'NONE' });
        world.expect(
          refused.status === 409 && refused.code === 'ID_CONFLICT',
          `another body: ${refused.status} ${refused.code}`,
        );
        if (round > 0) break;
        // Bars 60 to 69 of another walk, at the same times.
        const revised = barObjects(1, 60, 70);
        world.expect((await postBars(service.url, 0, revised)) < 300, 'revised bars were refused');
        await sendUntilAnswered(urlOf, signal, world.log);
        await service.kill();
        await service.start();
      }
      return 'asked again, with another side, after a revision, and all of it after kill -9';
    }),
};

interface StatusText {
  readonly outcomes: { readonly n_matured: number; readonly n_pending: number };
}

/** Open trades are still followed after kill -9, and each outcome is resolved once. */
export const outcomesStay: FaultCase = {
  name: 'outcomes across kill -9',
  expected: 'open trades survive, later bars resolve each once',
  needsRedis: false,
  failsUnder: [{ sabotage: ACKNOWLEDGES_FIRST, by: BY_LOSS }],
  run: (context) =>
    runCase(context, 'none', async (world) => {
      const service = await world.service('one').start();
      const status = async (): Promise<StatusText['outcomes']> =>
        (JSON.parse((await service.get('/v1/status')).text) as StatusText).outcomes;
      await postBars(service.url, 0, barColumns(0, 0, 120));
      const nSignals = 15;
      for (let n = 0; n < nSignals; n++) {
        const signal = signalOn({
          id: `trade-${n}`,
          instrument: 0,
          lastBar: 105 + n,
          side: n % 2 === 0 ? 1 : -1,
          offsetNs: n,
        });
        await sendUntilAnswered(() => service.url, signal, world.log);
      }
      const before = await status();
      world.expect(before.n_matured + before.n_pending === nSignals, `${JSON.stringify(before)} before the kill`);
      world.expect(before.n_pending > 0, 'no trade was open before the kill');
      await service.kill();
      await service.start();
      const after = await status();
      world.expect(after.n_pending <= before.n_pending, `${after.n_pending} pending after, ${before.n_pending} before`);
      world.expect(after.n_matured + after.n_pending === nSignals, `${JSON.stringify(after)} after the kill`);
      await postBars(service.url, 0, barColumns(0, 120, 140));
      await until(async () => (await status()).n_pending === 0, 'every trade resolved').catch((error: unknown) => {
        world.violations.push(String(error));
      });
      world.expect((await status()).n_matured === nSignals, 'not every outcome counts');
      return `${nSignals} trades, kill -9 while ${before.n_pending} were open, then later bars`;
    }),
};
