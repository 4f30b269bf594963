import { configToRecord, type OrchestratorConfig, parseConfig } from '../config/index.ts';
import type { AnswerEdition, ProvenCosts } from '../domain/index.ts';

/** What an answer depends on beside the settings. */
export interface ServingConditions {
  /** Sizes come from a sizer of the caller's, which no setting describes. */
  readonly hasOwnSizer: boolean;
  /** What is proven of the champion; null where that is what its file proves. */
  readonly proven: ProvenCosts | null;
  /** Every signal is skipped. */
  readonly isHalted: boolean;
}

/** Settings as they were recorded, and how the program of that time answered by them. */
export interface RecordedSettings {
  readonly config: OrchestratorConfig;
  readonly edition: AnswerEdition;
  /** Whether sizes came from a sizer of the caller's. */
  readonly hasOwnSizer: boolean;
  /** What was proven of the champion; null where the file of its model tells. */
  readonly proven: ProvenCosts | null;
  /** Whether every signal was skipped. */
  readonly isHalted: boolean;
}

/**
 * The settings an answer or an outcome depends on, what was proven of the champion, and whether the service was halted, as JSON text:
 * what it takes to recompute a recorded decision.
 */
export function servingSettings(
  config: OrchestratorConfig,
  { hasOwnSizer, proven, isHalted }: ServingConditions,
): string {
  const { default_confidence, labels, vpin, regime, sizing, model, feed } = configToRecord(config);
  const settings = { default_confidence, labels, vpin, regime: { floor: regime.floor }, sizing, model, feed };
  return JSON.stringify({
    ...settings,
    ...(proven !== null && { proven: { model_bps: proven.modelBps, primary_bps: proven.primaryBps } }),
    ...(hasOwnSizer && { sizer: 'own' }),
    ...(isHalted && { halted: true }),
  });
}

/**
 * Reads recorded settings. Those without a sizing method were written by 0.1 and keep its meaning: labels net of a cost of 0, a size of
 * the confidence alone whatever it pays, and no toxicity where there is no volume.
 *
 * @param text - JSON. @throws {ConditionError} for settings that this program does not read.
 */
export function readServingSettings(text: string): RecordedSettings {
  const { sizer, proven, halted, ...settings } = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const conditions = { hasOwnSizer: sizer !== undefined, isHalted: halted === true };
  const sizing = recordIn(settings.sizing);
  if ('method' in sizing) {
    return { config: parseConfig(settings), edition: '0.2', ...conditions, proven: provenIn(proven) };
  }
  const meaning = {
    ...settings,
    labels: labelsOf01(recordIn(settings.labels)),
    sizing: { ...sizing, method: 'integrated', trust: 'always', factors: 'always', unknown_toxicity: 0 },
  };
  return { config: parseConfig(meaning), edition: '0.1', ...conditions, proven: null };
}

/** Labels of 0.1 do not say that they are net of costs. */
function labelsOf01(labels: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return 'net_of_costs' in labels ? labels : { cost_bps: 0, ...labels, net_of_costs: true };
}

function provenIn(proven: unknown): ProvenCosts | null {
  if (proven === undefined) return null;
  const { model_bps: modelBps, primary_bps: primaryBps } = recordIn(proven);
  const bps = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  return { modelBps: bps(modelBps), primaryBps: bps(primaryBps) };
}

function recordIn(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
