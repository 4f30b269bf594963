import { configToRecord, type OrchestratorConfig } from '../config/index.ts';

/** The settings an answer or an outcome depends on, as JSON text: what it takes to recompute a recorded decision. */
export function servingSettings(config: OrchestratorConfig): string {
  const { default_confidence, labels, vpin, regime, sizing, model } = configToRecord(config);
  return JSON.stringify({ default_confidence, labels, vpin, regime: { floor: regime.floor }, sizing, model });
}
