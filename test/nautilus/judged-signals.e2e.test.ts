// @module-tag nautilus
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { WINDOW_BARS } from '../../src/domain/index.ts';
import { BesideNode, type BesideOptions } from './harness/beside.ts';
import { expectAsEnriched } from './harness/enriched.ts';
import { barLines, NODE_MARKET } from './harness/market.ts';
import { roundTrips } from './harness/round-trips.ts';
import { expectRestarts } from './restarts.ts';
import { isWholeRun, type NautilusVersion, versionsToRun } from './versions.ts';

// A strategy publishes its signal in on_bar and works on; its bar is written to Redis after that. It is judged by that bar.

const BAR_TYPE = 'BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL';
const PLAYED = { barType: BAR_TYPE, bars: NODE_MARKET };
const FIRST = WINDOW_BARS - 1;
/** Signals of a run; of each version, encoding and kind of classes where all versions are run. */
const N_SIGNALS = isWholeRun() ? 387 : 120;
/** Signals after them, one at a time, whose round trips are printed: the bars before come so fast that handler follows handler. */
const N_TIMED = isWholeRun() ? 100 : 0;
const N_ALL = N_SIGNALS + N_TIMED;
/** Time between two bars that come one at a time, milliseconds. */
const PAUSE_MS = 50;
const FORMS: readonly (readonly [form: string, options: BesideOptions])[] = [
  ['JSON', { encoding: 'json' }],
  ['MessagePack', { encoding: 'msgpack' }],
  ['JSON with the classes of 0.1', { encoding: 'json', fields: 'classic' }],
  ['MessagePack with a stream for each topic', { encoding: 'msgpack', barTypePerTopic: BAR_TYPE }],
];
/** Where one version is run for all. */
const USUAL_FORMS = FORMS.filter(([form]) => form === 'MessagePack');

describe.each(versionsToRun())('NautilusTrader $version', (version: NautilusVersion) => {
  if (isWholeRun())
    test('service, Redis and node may be restarted: each loses what the page says', () => expectRestarts(version));

  test.each(isWholeRun() ? FORMS : USUAL_FORMS)(
    'in %s: every signal is answered once, as ml4t enrich answers it with the bar it signals on',
    async (form, options) => {
      const beside = await BesideNode.start(version, options);
      try {
        const firstSignalTs = NODE_MARKET.tsEvent[FIRST];
        const node = await beside.node({ barTypes: [BAR_TYPE], judged: [BAR_TYPE], firstSignalTs });
        node.feed(barLines(NODE_MARKET, 0, FIRST + N_SIGNALS, BAR_TYPE));
        await node.until(() => node.answers.length >= N_SIGNALS, `${N_SIGNALS} answers`);
        for (let k = FIRST + N_SIGNALS; k < FIRST + N_ALL; k++) {
          node.feed(barLines(NODE_MARKET, k, k + 1, BAR_TYPE));
          await setTimeout(PAUSE_MS);
        }
        await node.until(() => node.answers.length >= N_ALL, `${N_ALL} answers`);
        const { answers } = node;
        expect(answers.length).toBe(N_ALL);
        await expectAsEnriched(beside, answers, PLAYED);
        expect(answers.filter(({ source, reason }) => source !== 'model' || reason !== '')).toEqual([]);
        roundTrips(`${version.version}, ${form}`, node.events, NODE_MARKET.tsEvent[FIRST + N_SIGNALS]);
      } finally {
        await beside.end();
      }
    },
  );
});
