import { expect, test } from 'vitest';
import { configToRecord, OrchestratorConfig, parseConfig } from '../../config/index.ts';
import { judgingSettings, termDifferences } from './judging-settings.ts';

const { labels, events } = configToRecord(
  OrchestratorConfig({
    labels: { ptMultiplier: 3, maxHoldingBars: 20, fill: 'close', costBps: 4, tickSize: 0.5 },
    events: { primary: 'momentum', cusumMultiplier: 2 },
  }),
);

test('what nobody chose is that of the training, cost and tick apart, which a model file keeps by instrument', () => {
  const { settings, differences } = judgingSettings({ sizing: { trust: 'expected' } }, { labels, events }, false);
  expect(differences).toEqual([]);
  const config = parseConfig(settings);
  expect(config.labels).toMatchObject({
    ptMultiplier: 3,
    maxHoldingBars: 20,
    fill: 'close',
    costBps: null,
    tickSize: null,
  });
  expect(config.events).toMatchObject({ primary: 'momentum', cusumMultiplier: 2 });
  expect(config.sizing.trust).toBe('expected');
});

test('what somebody chose counts, and is told where the model learned otherwise', () => {
  const given = { labels: { pt_multiplier: 2, sl_multiplier: 1, fill: 'barrier' }, events: { primary: 'ema_cross' } };
  const { settings, differences } = judgingSettings(given, { labels, events }, false);
  expect(parseConfig(settings).labels).toMatchObject({ ptMultiplier: 2, maxHoldingBars: 20 });
  expect(differences).toEqual([
    'the model learned with labels.pt_multiplier 3, this replay judges by 2',
    'trades are filled as in the training, labels.fill close; the money by fill has barrier too',
    'the model learned with events.primary momentum, this replay judges by ema_cross',
  ]);
});

test('signals that are handed in are the events, on either side', () => {
  const own = judgingSettings({ events: { primary: 'ema_cross' } }, { labels, events }, true);
  expect(own.differences).toEqual([]);
  expect(own.settings.events).toEqual({ primary: 'ema_cross' });
  const built = judgingSettings({}, { labels, events: 'given signals' }, false);
  expect(built.differences).toEqual([expect.stringContaining('learned from signals that were handed in')]);
});

test('labels of 0.1 are net of a cost that was set; a file without settings changes nothing', () => {
  const { net_of_costs: _, fill: __, ...old } = labels;
  expect(judgingSettings({}, { labels: old }, false).settings.labels).toMatchObject({
    net_of_costs: true,
    cost_bps: 4,
  });
  const free = judgingSettings({}, { labels: { ...old, cost_bps: 0 } }, false);
  expect(free.settings.labels).toMatchObject({ net_of_costs: false });
  expect(parseConfig(judgingSettings({}, {}, false).settings)).toEqual(OrchestratorConfig());
  expect(judgingSettings({}, { labels: { labeler: 'own', module: 'x' } }, false).settings.labels).toEqual({});
});

test('a cost or a tick that was chosen is told where the training counted another', () => {
  const terms = { '': { tickSize: 0.5, tickBps: 1, costBps: 1, costSource: 'assumed' } } as const;
  expect(termDifferences({ labels: { cost_bps: 7, tick_size: 0.1 } }, terms, 'X')).toEqual([
    'the training counted a cost of 1 bp a round trip, this replay counts 7',
    'the training knew a tick of 0.5, this replay has 0.1',
  ]);
  expect(termDifferences({ labels: { cost_bps: 1, tick_size: 0.5 } }, terms, 'X')).toEqual([]);
  expect(termDifferences({}, terms, 'X')).toEqual([]);
  expect(termDifferences({ labels: { cost_bps: 7 } }, null, 'X'), 'a file that knows no cost').toEqual([]);
  const plain = { A: { ...terms[''], tickSize: null } };
  expect(termDifferences({ labels: { tick_size: 0.1 } }, plain, 'A')).toEqual([
    'the training knew no tick, this replay has 0.1',
  ]);
});
