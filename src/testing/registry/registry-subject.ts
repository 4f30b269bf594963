import { setTimeout as pause } from 'node:timers/promises';
import type { ModelMetadata } from '../../model/index.ts';
import type { ModelRegistry, NewModel } from '../../ports/index.ts';

/** A registry on a storage of its own, as {@link registryContract} uses it. */
export interface RegistrySubject {
  readonly registry: ModelRegistry;
  /** Opens the same storage again, as another process does after a kill -9. */
  reopen(): Promise<ModelRegistry>;
  /** Lets the storage go. */
  dispose(): Promise<void>;
}

/** Makes a registry on an empty storage. */
export type RegistryFactory = () => Promise<RegistrySubject>;

/** Adds a case that gets a registry of its own. */
export type DefineCase = (name: string, check: (subject: RegistrySubject) => Promise<void>) => void;

/** Time in which the clock of any file system advances, ms. */
const CLOCK_STEP_MS = 20;

/** What was read of a model's file, which the bytes of these cases are not. */
export const METADATA: ModelMetadata = {
  training: {
    verdict: 'edge',
    verdictFormat: '0.2',
    tests: {
      information: { statistic: 3.5, pValue: 0.00025, n: 640, lag: 4 },
      selection: { statistic: 2.5, pValue: 0.0063, n: 640, lag: 4 },
      money: { statistic: 2, pValue: 0.023, n: 640, lag: 4 },
    },
    paysUpToBps: 2.1,
    wouldPayUpToBps: null,
    primaryPaysUpToBps: 0,
    primaryPays: false,
    timingPValue: 0.2,
    cost: { bps: 1, source: 'tick', tickSize: 0.5 },
    coinBiasBps: 0,
    nEffective: 410.5,
    detectableSkill: 0.0075,
    accuracy: 0.6,
    auc: 0.7,
    baseRate: 0.5,
    majorityAccuracy: 0.5,
    balancedAccuracy: 0.6,
    logLoss: 0.6,
    logLossSkill: 0.1,
    brier: null,
    ece: 0.01,
    nSamples: 800,
    nFolds: 5,
    featureImportance: { volatility: 1 },
  },
  baselineAccuracy: 0.6,
  featureProfiles: null,
  vpinQuantiles: [],
  config: {},
  seed: 1,
  dataFingerprint: 'f'.repeat(64),
  firstBarTs: 1_600_000_000_000_000_001n,
  lastBarTs: 1_700_000_000_000_000_001n, // its last digit is lost in a double
  regimeNote: null,
  calibration: null,
  decision: null,
  terms: { '': { tickSize: 0.5, tickBps: 1, costBps: 1, costSource: 'tick' } },
  cadences: {
    A: {
      stepNs: 60n,
      usualGapNs: 120n,
      longestGapNs: 10_000_000_000_000_001n,
      longestOpenGapNs: 120n,
      shortestGapNs: 60n,
      longestRun: 2,
      openHours: 'o.s'.repeat(224),
    },
    B: null,
  },
};

/** A model that came of a retraining. */
export function retrained(parent: string | null): NewModel {
  return { origin: 'retrained', parent, metadata: METADATA };
}

/** The bytes kept under a version in these cases; no model. */
export function bytesOf(version: string): Uint8Array {
  return new TextEncoder().encode(`bytes of ${version}`);
}

/** Adds models, each noticeably older than the next. */
export async function addAged(registry: ModelRegistry, ...versions: readonly string[]): Promise<void> {
  for (const version of versions) {
    await registry.add(version, bytesOf(version), retrained(null));
    await pause(CLOCK_STEP_MS);
  }
}
