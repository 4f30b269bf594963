import type { TrustReport } from '../../dashboard/data/types.ts';
import { toSnakeCase } from '../../src/config/index.ts';
import { computingSentence, NO_MODEL, trustFigures, trustSentence } from '../../src/monitoring/index.ts';
import type { WireTrust } from '../../src/wire/index.ts';
import { drawnOutcomes, type PromiseDraw } from '../support/drawn-promises.ts';
import { SERVING } from './sample-status.ts';

export const NO_TRUST: TrustReport = {
  ...NO_MODEL,
  model_version: null,
  as_of: null,
  n_recorded: 0,
  n_computed: 0,
  figures: null,
  models: [],
  n_signals: 0,
  features: null,
};

/** What the service tells while most outcomes are unread. */
export const COMPUTING: TrustReport = {
  ...NO_TRUST,
  ...computingSentence(250, 2561),
  model_version: SERVING.version,
  n_recorded: 2561,
  n_computed: 250,
};

const CLAIMS = {
  verdict: SERVING.verdict,
  verdict_format: SERVING.verdict_format,
  headline: SERVING.headline,
  pays_up_to_bps: SERVING.pays_up_to_bps,
  primary_pays_up_to_bps: 0,
};
const NO_EDGE = {
  ...CLAIMS,
  verdict: 'none',
  headline: { word: 'NO EDGE', sentence: 'Nothing is shown of the model that a coin does not have too.' },
  pays_up_to_bps: 0,
} as const;
const DAY = (day: number): string => new Date(Date.UTC(2026, 10, day, 9)).toISOString();

/** Three models: one was replaced, one decayed and was rolled back, one stands aside; the first serves again. */
const MODELS: TrustReport['models'] = [
  {
    version: SERVING.version,
    parent: null,
    claims: CLAIMS,
    created_at: DAY(1),
    quarantined: null,
    served: [
      {
        since: DAY(1),
        why: 'adopted from model_path',
        until: DAY(9),
        end: 'replaced',
        next: '20261109-b2',
        ended_because: 'promoted',
        proof_ended: null,
      },
      {
        since: DAY(12),
        why: '20261109-b2 was rolled back: its first outcomes are worse',
        until: null,
        end: 'serves',
        next: null,
        ended_because: null,
        proof_ended: null,
      },
    ],
  },
  {
    version: '20261109-b2',
    parent: SERVING.version,
    claims: NO_EDGE,
    created_at: DAY(9),
    quarantined: 'its first outcomes are worse',
    served: [
      {
        since: DAY(9),
        why: 'promoted',
        until: DAY(12),
        end: 'rolled_back',
        next: SERVING.version,
        ended_because: '20261109-b2 was rolled back: its first outcomes are worse',
        proof_ended: { at: DAY(11), why: 'nothing is proven of it any more: accuracy fell by 4.1 points' },
      },
    ],
  },
  { version: '20261115-c3', parent: SERVING.version, claims: null, created_at: null, quarantined: null, served: [] },
];
const EVEN = Array.from({ length: 10 }, () => 0.1);
const FEATURES: TrustReport['features'] = ['volatility', 'momentum', 'regime', 'trend_strength'].map((name, j) => {
  const latest = EVEN.map((share, b) => share + (b < 5 ? -1 : 1) * 0.025 * j);
  const psi = latest.reduce((sum, now, b) => sum + (now - EVEN[b]) * Math.log(Math.max(now, 1e-4) / EVEN[b]), 0);
  const isProbability = name === 'regime';
  const edges = Array.from({ length: 9 }, (_, b) => (isProbability ? Math.min(0.2 + 0.1 * b, 0.99987) : (b - 4) / 3));
  return { name, edges, trained: EVEN, latest, psi, psi_by_chance: 0.018 };
});

/** What the service tells of a model whose signals are drawn. */
export function trustOf(seed: number, draw: PromiseDraw): TrustReport {
  const figures = trustFigures(drawnOutcomes(seed, draw));
  const { verdict, sentence, because } = trustSentence(figures);
  const shown: WireTrust['figures'] = toSnakeCase(figures);
  return {
    model_version: SERVING.version,
    verdict,
    sentence,
    because,
    as_of: DAY(20),
    n_recorded: figures.nOutcomes,
    n_computed: figures.nOutcomes,
    figures: JSON.parse(JSON.stringify(shown, (_, value) => (typeof value === 'bigint' ? Number(value) : value))),
    models: MODELS,
    n_signals: 500,
    features: FEATURES,
  };
}
