import { expect, test } from 'vitest';
import { configToRecord, OrchestratorConfig, parseConfig } from '../../config/index.ts';
import { judgingSettings } from './judging-settings.ts';

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
