import { expect, test } from 'vitest';
import { OrchestratorConfig } from '../config/index.ts';
import { readServingSettings, servingSettings } from './serving-settings.ts';

const recordedBy = (settings: object) => readServingSettings(JSON.stringify(settings));

test('settings of today come back as they were recorded, with what was proven', () => {
  const config = OrchestratorConfig({
    labels: { costBps: 2, fill: 'worst', tickSize: 0.5 },
    sizing: { method: 'kelly', trust: 'expected', factors: 'never', unknownToxicity: 0.25 },
  });
  const proven = { modelBps: 4.5, primaryBps: null };
  const recorded = readServingSettings(servingSettings(config, { hasOwnSizer: true, proven, isHalted: true }));
  expect(recorded).toMatchObject({ edition: '0.2', hasOwnSizer: true, proven, isHalted: true });
  expect(recorded.config.labels).toEqual(config.labels);
  expect(recorded.config.sizing).toEqual(config.sizing);
});

test('nothing of the receivers of alerts is recorded', () => {
  const alerts = { webhooks: [{ url: 'https://hooks.example.com/T0KEN', kind: 'slack' as const }] };
  const conditions = { hasOwnSizer: false, proven: null, isHalted: false };
  expect(servingSettings(OrchestratorConfig({ alerts }), conditions)).toBe(
    servingSettings(OrchestratorConfig(), conditions),
  );
});

test('where nothing is recorded of a proof, the file of the model tells', () => {
  const settings = servingSettings(OrchestratorConfig(), { hasOwnSizer: false, proven: null, isHalted: false });
  expect(readServingSettings(settings)).toMatchObject({ edition: '0.2', hasOwnSizer: false, proven: null });
});

test('settings of 0.1 have labels net of their cost, which was 0 by default', () => {
  const labels = { pt_multiplier: 3, sl_multiplier: 1, max_holding_bars: 5, cost_bps: 4, min_return: 0 };
  const said = { ptMultiplier: 3, maxHoldingBars: 5, fill: 'barrier', tickSize: null, netOfCosts: true };
  expect(recordedBy({ labels }).config.labels).toMatchObject({ ...said, costBps: 4 });
  const { cost_bps: _, ...without } = labels;
  expect(recordedBy({ labels: without }).config.labels).toMatchObject({ ...said, costBps: 0 });
  expect(recordedBy({}).config.labels).toMatchObject({ costBps: 0, netOfCosts: true });
});

test('settings without a sizing method are those of 0.1: the confidence is bet whatever it pays, and no volume is no toxicity', () => {
  const sizing = { giller_exponent: 0.25, fractional_kelly: 0.4, min_size: 0.02, max_size: 2 };
  const meaning = { method: 'integrated', trust: 'always', factors: 'always', unknownToxicity: 0 };
  const recorded = recordedBy({ sizing });
  expect(recorded).toMatchObject({ edition: '0.1', hasOwnSizer: false, proven: null });
  const kept = { gillerExponent: 0.25, fractionalKelly: 0.4, minSize: 0.02, maxSize: 2 };
  expect(recorded.config.sizing).toEqual({ ...kept, ...meaning });
  expect(recordedBy({ sizer: 'own' })).toMatchObject({ edition: '0.1', hasOwnSizer: true });
});

test('labels of the time between, which say that they are net or gross, keep that', () => {
  const labels = { net_of_costs: false, cost_bps: null };
  expect(recordedBy({ labels, sizing: {} }).config.labels).toMatchObject({ netOfCosts: false, costBps: null });
});
