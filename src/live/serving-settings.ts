import { configToRecord, type OrchestratorConfig } from '../config/index.ts';

/**
 * The settings an answer or an outcome depends on, as JSON text: what it takes to recompute a recorded decision.
 *
 * @param hasOwnSizer - sizes come from a sizer of the caller's, which no setting describes.
 */
export function servingSettings(config: OrchestratorConfig, hasOwnSizer: boolean): string {
  const { default_confidence, labels, vpin, regime, sizing, model } = configToRecord(config);
  const settings = { default_confidence, labels, vpin, regime: { floor: regime.floor }, sizing, model };
  return JSON.stringify(hasOwnSizer ? { ...settings, sizer: 'own' } : settings);
}
