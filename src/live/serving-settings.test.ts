import { expect, test } from 'vitest';
import { OrchestratorConfig } from '../config/index.ts';
import { recordedConfig, recordedProof, servingSettings } from './serving-settings.ts';

const recordedBy = (settings: object): Record<string, unknown> => JSON.parse(JSON.stringify(settings));

test('settings of today come back as they were recorded', () => {
  const config = OrchestratorConfig({ labels: { costBps: 2, fill: 'worst', tickSize: 0.5 } });
  const settings = JSON.parse(servingSettings(config, false, { modelBps: 3.25, primaryBps: null })) as Record<
    string,
    unknown
  >;
  expect(recordedConfig(settings).labels).toEqual(config.labels);
  expect(recordedProof(settings)).toEqual({ modelBps: 3.25, primaryBps: null });
  expect(recordedProof({ labels: {} }), 'an older program did not say').toBeNull();
});

test('settings of 0.1 have labels net of their cost, which was 0 by default', () => {
  const labels = { pt_multiplier: 3, sl_multiplier: 1, max_holding_bars: 5, cost_bps: 4, min_return: 0 };
  const said = { ptMultiplier: 3, maxHoldingBars: 5, fill: 'barrier', tickSize: null, netOfCosts: true };
  expect(recordedConfig(recordedBy({ labels })).labels).toMatchObject({ ...said, costBps: 4 });
  const { cost_bps: _, ...without } = labels;
  expect(recordedConfig(recordedBy({ labels: without })).labels).toMatchObject({ ...said, costBps: 0 });
  expect(recordedConfig({}).labels).toMatchObject({ costBps: 0, netOfCosts: true });
});
