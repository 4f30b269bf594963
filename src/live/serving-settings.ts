import { configToRecord, type OrchestratorConfig, parseConfig } from '../config/index.ts';
import type { ProvenCosts } from '../domain/index.ts';

/**
 * The settings an answer or an outcome depends on, as JSON text: what it takes to recompute a recorded decision.
 *
 * @param hasOwnSizer - sizes come from a sizer of the caller's, which no setting describes.
 * @param proven - of the model that serves: it decides as a setting does.
 */
export function servingSettings(
  config: OrchestratorConfig,
  hasOwnSizer: boolean,
  { modelBps, primaryBps }: ProvenCosts,
): string {
  const { default_confidence, labels, vpin, regime, sizing, model } = configToRecord(config);
  const proven = { model_bps: modelBps, primary_bps: primaryBps };
  const settings = { default_confidence, labels, vpin, regime: { floor: regime.floor }, sizing, model, proven };
  return JSON.stringify(hasOwnSizer ? { ...settings, sizer: 'own' } : settings);
}

/**
 * Settings as they were recorded, less what is no setting. Those of 0.1 do not say that their labels are net of costs, and keep that
 * meaning.
 *
 * @throws {ConditionError} for settings that this program does not read.
 */
export function recordedConfig({
  sizer: _,
  proven: __,
  ...settings
}: Readonly<Record<string, unknown>>): OrchestratorConfig {
  const labels = (settings.labels ?? {}) as Readonly<Record<string, unknown>>;
  if ('net_of_costs' in labels) return parseConfig(settings);
  return parseConfig({ ...settings, labels: { cost_bps: 0, ...labels, net_of_costs: true } });
}

/** What was proven when settings were recorded; null where an older program recorded them, which did not say. */
export function recordedProof({ proven }: Readonly<Record<string, unknown>>): ProvenCosts | null {
  if (typeof proven !== 'object' || proven === null) return null;
  const { model_bps: modelBps, primary_bps: primaryBps } = proven as Readonly<Record<string, unknown>>;
  return { modelBps: costOf(modelBps), primaryBps: costOf(primaryBps) };
}

function costOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
