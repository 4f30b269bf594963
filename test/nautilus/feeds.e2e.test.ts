// @module-tag nautilus
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WINDOW_BARS } from '../../src/domain/index.ts';
import { MINUTE } from '../support/played-feed.ts';
import { BID_MARKET, FIVE_MARKET } from '../support/two-series.ts';
import { BesideNode } from './harness/beside.ts';
import { expectAsEnriched } from './harness/enriched.ts';
import { barLines, NODE_MARKET, rounded } from './harness/market.ts';
import type { NautilusNode, ReceivedAnswer } from './harness/nautilus-node.ts';
import { type NautilusVersion, versionsToRun } from './versions.ts';

// What a feed of a real node may be: new, of several bar types, with a hole, of another bar length, dead.

const typeOf = (instrument: string, kind = '1-MINUTE-LAST'): string => `${instrument}.BINANCE-${kind}-EXTERNAL`;
const [COLD, HOLE, STEP, DEAD] = ['COLD', 'HOLE', 'STEP', 'DEAD'].map((name) => typeOf(name));
const [BID, LAST, FIVE] = ['1-MINUTE-BID', '1-MINUTE-LAST', '5-MINUTE-LAST'].map((kind) => typeOf('BTCUSDT', kind));
const FIRST = WINDOW_BARS - 1;
const N_OF_SEVERAL = 20;
const N_COLD = 110;
const BIDS = rounded(BID_MARKET);
const FIVES = rounded(FIVE_MARKET);

describe.each(versionsToRun())('beside NautilusTrader $version', (version: NautilusVersion) => {
  let beside: BesideNode;
  let node: NautilusNode;
  beforeAll(async () => {
    beside = await BesideNode.start(version, { set: ['redis.bar_type=1-MINUTE-LAST-EXTERNAL'] });
    node = await beside.node({
      barTypes: [COLD, HOLE, STEP, DEAD, BID, LAST, FIVE],
      judged: [COLD, HOLE, STEP, DEAD, LAST],
      firstSignalTs: NODE_MARKET.tsEvent[0],
      laterNs: { [DEAD]: 600n * MINUTE },
      workMs: 2,
    });
  });
  afterAll(() => beside.end());

  const of = (barType: string): readonly ReceivedAnswer[] =>
    node.answers.filter(({ signal_id }) => signal_id.startsWith(barType.slice(0, barType.indexOf('-'))));
  const play = async (barType: string, lines: string, n: number): Promise<readonly ReceivedAnswer[]> => {
    node.feed(lines);
    await node.until(() => of(barType).length >= n, `${n} answers of ${barType}`);
    expect(of(barType).length).toBe(n);
    return of(barType);
  };

  test('a new feed: every signal is answered, as warming up below 100 bars and by the model from there on', async () => {
    const answers = await play(COLD, barLines(NODE_MARKET, 0, N_COLD, COLD), N_COLD);
    expect(answers[0].reason).toMatch(/^warming up: [01] of 100 bars$/);
    const warming = answers.slice(1, FIRST);
    expect(warming.map(({ reason }) => reason)).toEqual(warming.map((_, i) => `warming up: ${i + 2} of 100 bars`));
    for (const answer of answers.slice(0, FIRST))
      expect(answer).toMatchObject({ source: 'default', take: false, take_reason: 'warming_up', size: 0 });
    const judged = answers.slice(FIRST);
    expect(judged.map(({ source }) => source)).toEqual(judged.map(() => 'model'));
    await expectAsEnriched(beside, judged, { barType: COLD, bars: NODE_MARKET });
  });

  test('several bar types of one instrument: signals are judged by the one that is set', async () => {
    const lines = Array.from({ length: FIRST + N_OF_SEVERAL }, (_, i) => {
      const five = i % 5 === 4 ? barLines(FIVES, (i - 4) / 5, (i + 1) / 5, FIVE) : '';
      return `${barLines(BIDS, i, i + 1, BID)}${barLines(NODE_MARKET, i, i + 1, LAST)}${five}`;
    });
    const answers = (await play(LAST, lines.join(''), lines.length)).slice(FIRST);
    expect(answers.map(({ bar_type }) => bar_type)).toEqual(answers.map(() => LAST));
    await expectAsEnriched(beside, answers, { barType: LAST, bars: NODE_MARKET });
    const { feeds } = (await beside.status()) as { readonly feeds: readonly { bar_type: string; state: string }[] };
    expect(feeds.find(({ bar_type }) => bar_type === FIVE)).toMatchObject({ state: 'wrong_step' });
  });

  test('a hole of 30 bars: out of distribution, with the hole', async () => {
    const lines = `${barLines(NODE_MARKET, 0, 150, HOLE)}${barLines(NODE_MARKET, 180, 183, HOLE)}`;
    const after = (await play(HOLE, lines, 153)).slice(150);
    for (const answer of after)
      expect(answer).toMatchObject({
        source: 'out_of_distribution',
        reason: expect.stringMatching(/^no bar for 31 min after .*, longer than/),
        take: false,
        size: 0,
      });
  });

  test('bars that become longer than those of the model: out of distribution, then refused, and stale', async () => {
    const later = [154, 159, 164, 169].map((i) => barLines(NODE_MARKET, i, i + 1, STEP)).join('');
    const after = (await play(STEP, `${barLines(NODE_MARKET, 0, 150, STEP)}${later}`, 154)).slice(150);
    const sources = after.map(({ source }) => source);
    const said = JSON.stringify(after.map(({ ts_event, source, reason }) => [ts_event, source, reason]));
    expect(sources, said).toEqual(['out_of_distribution', 'out_of_distribution', 'stale', 'stale']);
    expect(after.filter(({ take, size }) => take !== false || size !== 0)).toEqual([]);
  });

  test('a dead feed: stale, with the age of its last bar', async () => {
    const [last] = (await play(DEAD, barLines(NODE_MARKET, 0, WINDOW_BARS, DEAD), WINDOW_BARS)).slice(-1);
    expect(last).toMatchObject({
      source: 'stale',
      reason: expect.stringMatching(/^the last bar is 10 h old, more than the 3 min that the model allows$/),
      take: false,
      take_reason: 'stale',
      size: 0,
    });
  });
});
